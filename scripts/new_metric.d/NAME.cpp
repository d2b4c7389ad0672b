// NAME: options, features, and the scorer that all backends share.
#include "metric/NAME/NAME.h"

namespace vmaf {
namespace NAME {
namespace {

// REPLACE: the options. This one changes what is made of Sums alone (kVariant) and becomes part of the feature's name.
constexpr Option kOptions[] = {
    {.name = "relative",
     .help = "divide by the largest sample of the depth",
     .in_name = true,
     .scope = Option::Scope::kVariant},
};

// REPLACE: the features, in the order of the report's columns.
enum : size_t { kMean };
constexpr Feature kFeatures[] = {{"METRIC"}};

// REPLACE: from Sums to scores.
class NameScorer final : public Scorer {
 public:
    NameScorer(const OptionValues& options, const PictureFormat& format)
        : divisor_(static_cast<double>(uint64_t{format.w} * format.h) *
                   (options.flag("relative") ? peak_sample(format.bpc) : 1)) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        out.set(frame, kMean, static_cast<double>(load_sums<Sums>(in).sad) / divisor_);
    }

 private:
    const double divisor_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<NameScorer>(options, format);
}

}  // namespace
}  // namespace NAME

// REPLACE: add .needs, .check, .warnings and .artefact_size if the metric has them.
const Metric kName = {.name = "METRIC",
                      .features = NAME::kFeatures,
                      .options = NAME::kOptions,
                      .sums_size = sizeof(NAME::Sums),
                      .make_scalar = NAME::make_scalar,
@with simd
                      .make_simd = kHaveSimd ? NAME::make_simd : nullptr,
@end
@with cuda
                      .make_cuda = kHaveCuda ? NAME::make_cuda : nullptr,
                      .kernels = kHaveCuda ? &NAME::kKernels : nullptr,
@end
                      .make_scorer = NAME::make_scorer};

}  // namespace vmaf
