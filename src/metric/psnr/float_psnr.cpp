// float_psnr: the scorer of libvmaf's PSNR on floats, over the squared errors of psnr's pass.
#include <algorithm>
#include <cmath>

#include "metric/float/peak.h"
#include "metric/psnr/psnr.h"

namespace vmaf {
namespace psnr {
namespace {

constexpr Feature kFeatures[] = {{"float_psnr"}};

class FloatPsnrScorer final : public Scorer {
 public:
    explicit FloatPsnrScorer(const PictureFormat& format)
        : samples_(static_cast<double>(uint64_t{format.w} * format.h)),
          steps_(1u << (format.bpc - 8)),
          peak_(format.bpc) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        constexpr double kLeastError = 1e-10;
        const double mse = static_cast<double>(load_sums<Sums>(in).sse[0]) / (steps_ * steps_) / samples_;
        out.set(frame, 0,
                std::min(10 * std::log10(peak_.sample * peak_.sample / std::max(mse, kLeastError)), peak_.decibels));
    }

 private:
    const double samples_;  ///< how many
    const double steps_;    ///< of the depth in one step of 8 bits
    const FloatPeak peak_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<FloatPsnrScorer>(format);
}

}  // namespace
}  // namespace psnr

const Metric kFloatPsnr = {.name = "float_psnr",
                           .features = psnr::kFeatures,
                           .sums_size = sizeof(psnr::Sums),
                           .make_scalar = psnr::make_scalar,
                           .make_simd = kHaveSimd ? psnr::make_simd : nullptr,
                           .make_cuda = kHaveCuda ? psnr::make_cuda : nullptr,
                           .kernels = kHaveCuda ? &psnr::kKernels : nullptr,
                           .make_scorer = psnr::make_scorer};

}  // namespace vmaf
