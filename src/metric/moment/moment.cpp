// float_moment: features, and the scorer that all backends share.
#include "metric/moment/moment.h"

namespace vmaf {
namespace moment {
namespace {

enum : size_t { kRefFirst, kDisFirst, kRefSecond, kDisSecond };
constexpr Feature kFeatures[] = {
    {"float_moment_ref1st"}, {"float_moment_dis1st"}, {"float_moment_ref2nd"}, {"float_moment_dis2nd"}};

class MomentScorer final : public Scorer {
 public:
    MomentScorer(const OptionValues&, const PictureFormat& format)
        : samples_(static_cast<double>(uint64_t{format.w} * format.h)), steps_(1u << (format.bpc - 8)) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        out.set(frame, kRefFirst, first(sums.ref));
        out.set(frame, kDisFirst, first(sums.dis));
        out.set(frame, kRefSecond, second(sums.ref));
        out.set(frame, kDisSecond, second(sums.dis));
    }

 private:
    double first(const Moments& moments) const { return static_cast<double>(moments.samples) / steps_ / samples_; }
    double second(const Moments& moments) const {
        return static_cast<double>(moments.squares) / (steps_ * steps_) / samples_;
    }

    const double samples_;  ///< how many
    const double steps_;    ///< of the depth in one step of 8 bits
};

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<MomentScorer>(options, format);
}

}  // namespace
}  // namespace moment

const Metric kFloatMoment = {.name = "float_moment",
                             .features = moment::kFeatures,
                             .sums_size = sizeof(moment::Sums),
                             .make_scalar = moment::make_scalar,
                             .make_simd = kHaveSimd ? moment::make_simd : nullptr,
                             .make_cuda = kHaveCuda ? moment::make_cuda : nullptr,
                             .kernels = kHaveCuda ? &moment::kKernels : nullptr,
                             .make_scorer = moment::make_scorer};

}  // namespace vmaf
