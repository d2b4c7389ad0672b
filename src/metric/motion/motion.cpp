// Motion: options, features, and the scorer that all backends share.
#include "metric/motion/motion.h"

#include <algorithm>

namespace vmaf {
namespace motion {
namespace {

constexpr Option kOptions[] = {
    {.name = "motion_force_zero",
     .alias = "force_0",
     .help = "score every frame as motionless, without looking at it",
     .in_name = true},
    {.name = "motion_blend_factor",
     .alias = "mbf",
     .help = "weight of what exceeds motion_blend_offset, for motion3",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0,
     .max = 1,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_blend_offset",
     .alias = "mbo",
     .help = "value above which motion_blend_factor applies",
     .type = Option::Type::kReal,
     .number = 40,
     .min = 0,
     .max = 1000,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_fps_weight",
     .alias = "mfw",
     .help = "factor on every value, to even out frame rates",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0,
     .max = 5,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_max_val",
     .alias = "mmxv",
     .help = "upper bound of every value",
     .type = Option::Type::kReal,
     .number = 10000,
     .min = 0,
     .max = 10000,
     .in_name = true,
     .scope = Option::Scope::kVariant},
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

/// Turns the SADs, in reading order, into the features; holds back what depends on the next frame.
class MotionScorer final : public Scorer {
 public:
    MotionScorer(const OptionValues& options, const PictureFormat& format)
        : samples_(static_cast<double>(uint64_t{format.w} * format.h)),
          distance_(options.flag("motion_five_frame_window") ? 2 : 1),
          fps_weight_(options.real("motion_fps_weight")),
          max_(options.real("motion_max_val")),
          blend_factor_(options.real("motion_blend_factor")),
          blend_offset_(options.real("motion_blend_offset")),
          average_(options.flag("motion_moving_average")),
          debug_(options.flag("debug")) {}

    void score(unsigned frame, const std::byte* sums, ScoreSink& out) override {
        const double sad = lesser(static_cast<double>(load_sums<Sums>(sums).sad) / 256. / samples_ * fps_weight_, max_);
        out.set(frame, kSad, sad);
        if (debug_) out.set(frame, kDebug, sad);

        const Entry latest{frame, sad};
        if (count_ < distance_) {
            out.set(frame, kMotion2, 0);
        } else if (count_ == distance_) {
            stamp_first(blend(sad), out);
        } else {
            const bool has_earlier = count_ >= 2 * distance_;
            deliver(recent(1).frame, has_earlier ? lesser(recent(distance_).sad, sad) : sad, out);
        }
        recent_[count_++ % 2] = latest;
    }

    void flush(ScoreSink& out) override {
        if (count_ <= distance_)
            stamp_first(0, out);
        else
            deliver(recent(1).frame, recent(1).sad, out);
    }

 private:
    struct Entry {
        unsigned frame;
        double sad;
    };

    static double lesser(double a, double b) { return a < b ? a : b; }
    double blend(double v) const {
        return lesser(v * blend_factor_ + (1 - blend_factor_) * lesser(blend_offset_, v), max_);
    }
    /// The entry `back` frames (1 or 2) before the one being scored.
    const Entry& recent(uint64_t back) const { return recent_[(count_ - back) % 2]; }

    /// motion3 of the frames that have no earlier picture.
    void stamp_first(double value, ScoreSink& out) {
        for (uint64_t back = std::min(count_, distance_); back > 0; back--)
            out.set(recent(back).frame, kMotion3, value);
        before_ = value;
    }

    void deliver(unsigned frame, double motion2, ScoreSink& out) {
        const double blended = blend(motion2);
        out.set(frame, kMotion2, motion2);
        out.set(frame, kMotion3, average_ ? (blended + before_) / 2 : blended);
        before_ = blended;
    }

    const double samples_;
    const uint64_t distance_;
    const double fps_weight_, max_, blend_factor_, blend_offset_;
    const bool average_, debug_;
    uint64_t count_ = 0;  ///< frames scored
    Entry recent_[2] = {};
    double before_ = 0;  ///< the blended value of the frame before, not averaged
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
    if (options.flag("motion_force_zero")) return 0;
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
