// Motion: options, features, and the scorer that all backends share.
#include "metric/motion/motion.h"

#include "metric/motion/motion_scores.h"

namespace vmaf {
namespace motion {
namespace {

constexpr Option kOptions[] = {
    kForceZero,
    kBlendFactor,
    kBlendOffset,
    kFpsWeight,
    kMaxValue,
    {.name = "motion_five_frame_window",
     .alias = "mffw",
     .help = "compare with the picture before the previous one",
     .in_name = true},
    {.name = "motion_moving_average",
     .alias = "mma",
     .help = "average motion3 with the frame before",
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "debug", .help = "also deliver VMAF_integer_feature_motion_score", .scope = Option::Scope::kVariant},
};

enum : size_t { kSad, kDebug, kMotion2, kMotion3 };
constexpr Feature kFeatures[] = {
    {"VMAF_integer_feature_motion_sad_score"},
    {"VMAF_integer_feature_motion_score"},
    {"VMAF_integer_feature_motion2_score", Feature::Phase::kFlush},
    {"VMAF_integer_feature_motion3_score", Feature::Phase::kFlush},
};

/// Turns the SADs, in reading order, into the features.
class MotionScorer final : public Scorer {
 public:
    MotionScorer(const OptionValues& options, const PictureFormat& format)
        : samples_(static_cast<double>(uint64_t{format.w} * format.h)),
          debug_(options.flag("debug")),
          scores_(options, options.flag("motion_five_frame_window") ? 2 : 1, options.flag("motion_moving_average"),
                  kMotion2, kMotion3) {}

    void score(unsigned frame, const std::byte* sums, ScoreSink& out) override {
        const double sad =
            scores_.bounded(static_cast<double>(load_sums<Sums>(sums).sad) / 256. / samples_ * scores_.fps_weight());
        out.set(frame, kSad, sad);
        if (debug_) out.set(frame, kDebug, sad);
        scores_.add(frame, sad, out);
    }

    void flush(ScoreSink& out) override { scores_.flush(out); }

 private:
    const double samples_;
    const bool debug_;
    MotionScores scores_;
};

unsigned needs(const OptionValues& options, const PictureFormat&) {
    constexpr unsigned kPictures[] = {kNoNeeds, kNoDistorted | kPreviousRef, kNoDistorted | kPreviousRef2};
    return kEveryFrame | kPictures[distance(options)];
}

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<MotionScorer>(options, format);
}

}  // namespace

unsigned distance(const OptionValues& options) {
    if (options.flag(kForceZero.name)) return 0;
    return options.flag("motion_five_frame_window") ? 2 : 1;
}

}  // namespace motion

const Metric kMotion = {.name = "motion",
                        .features = motion::kFeatures,
                        .options = motion::kOptions,
                        .sums_size = sizeof(motion::Sums),
                        .needs = motion::needs,
                        .make_scalar = motion::make_scalar,
                        .make_simd = kHaveSimd ? motion::make_simd : nullptr,
                        .make_cuda = kHaveCuda ? motion::make_cuda : nullptr,
                        .kernels = kHaveCuda ? &motion::kKernels : nullptr,
                        .make_scorer = motion::make_scorer};

}  // namespace vmaf
