// float_ansnr: features, and the scorer that all backends share.
#include "metric/ansnr/ansnr.h"

#include <algorithm>
#include <cmath>

#include "metric/float/peak.h"

namespace vmaf {
namespace ansnr {
namespace {

enum : size_t { kAnsnr, kAnpsnr };
constexpr Feature kFeatures[] = {{"float_ansnr"}, {"float_anpsnr"}};

class AnsnrScorer final : public Scorer {
 public:
    explicit AnsnrScorer(const PictureFormat& format) : peak_(format.bpc), w_(format.w), h_(format.h) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        constexpr double kLeastNoise = 1e-10;
        const auto sums = load_sums<Sums>(in);
        const auto ratio = static_cast<double>(sums.signal / sums.noise), noise = static_cast<double>(sums.noise);
        out.set(frame, kAnsnr, noise == 0 ? peak_.decibels : 10 * std::log10(ratio));
        const double most = peak_.sample * peak_.sample * w_ * h_ / std::max(noise, kLeastNoise);
        out.set(frame, kAnpsnr, std::min(10 * std::log10(most), peak_.decibels));
    }

 private:
    const FloatPeak peak_;
    const double w_, h_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<AnsnrScorer>(format);
}

}  // namespace
}  // namespace ansnr

const Metric kFloatAnsnr = {.name = "float_ansnr",
                            .features = ansnr::kFeatures,
                            .sums_size = sizeof(ansnr::Sums),
                            .make_scalar = ansnr::make_scalar,
                            .make_simd = kHaveSimd ? ansnr::make_simd : nullptr,
                            .make_cuda = kHaveCuda ? ansnr::make_cuda : nullptr,
                            .kernels = kHaveCuda ? &ansnr::kKernels : nullptr,
                            .make_scorer = ansnr::make_scorer};

}  // namespace vmaf
