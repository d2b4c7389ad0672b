// ssim: its feature, and the scorer that all backends share.
#include "metric/ssim/fixed_ssim.h"

namespace vmaf {
namespace fixed_ssim {
namespace {

constexpr Feature kFeatures[] = {{"ssim"}};

/// Sum of the windows' weights along an axis.
int64_t total_weight(unsigned samples) {
    int64_t sum = 0;
    for (int i = 0; i < static_cast<int>(samples); i++) sum += weight(i, static_cast<int>(samples));
    return sum;
}

class SsimScorer final : public Scorer {
 public:
    explicit SsimScorer(const PictureFormat& format)
        : weight_(static_cast<double>(total_weight(format.w) * total_weight(format.h))) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        out.set(frame, 0, load_sums<Sums>(in).similarity.value(kFractionBits) / weight_);
    }

 private:
    double weight_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<SsimScorer>(format);
}

}  // namespace
}  // namespace fixed_ssim

const Metric kSsim = {.name = "ssim",
                      .features = fixed_ssim::kFeatures,
                      .sums_size = sizeof(fixed_ssim::Sums),
                      .make_scalar = fixed_ssim::make_scalar,
                      .make_simd = kHaveSimd ? fixed_ssim::make_simd : nullptr,
                      .make_cuda = kHaveCuda ? fixed_ssim::make_cuda : nullptr,
                      .kernels = kHaveCuda ? &fixed_ssim::kKernels : nullptr,
                      .make_scorer = fixed_ssim::make_scorer};

}  // namespace vmaf
