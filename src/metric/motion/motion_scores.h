// What both motion metrics make of the motion of single frames: motion2 and motion3.
#pragma once

#include <cstdint>

#include "metric/metric.h"

namespace vmaf::motion {

// Their options, in part.

inline constexpr Option kForceZero = {.name = "motion_force_zero",
                                      .alias = "force_0",
                                      .help = "score every frame as motionless, without looking at it",
                                      .in_name = true};

constexpr Option score_option(std::string_view name, std::string_view alias, std::string_view help, double number,
                              double max) {
    return {.name = name,
            .alias = alias,
            .help = help,
            .type = Option::Type::kReal,
            .number = number,
            .min = 0,
            .max = max,
            .in_name = true,
            .scope = Option::Scope::kVariant};
}
inline constexpr Option kBlendFactor = score_option("motion_blend_factor", "mbf",
                                                    "weight of what exceeds motion_blend_offset, for motion3", 1, 1),
                        kBlendOffset = score_option("motion_blend_offset", "mbo",
                                                    "value above which motion_blend_factor applies", 40, 1000),
                        kFpsWeight = score_option("motion_fps_weight", "mfw",
                                                  "factor on every value, to even out frame rates", 1, 5),
                        kMaxValue = score_option("motion_max_val", "mmxv", "upper bound of every value", 10000, 10000);

/// motion2, the lesser motion of a frame and the next one, and motion3, which is that blended. Holds back what depends on the next frame.
/// One object per registration, frames in reading order.
class MotionScores {
 public:
    /// A frame is compared with the one `distance` frames before. motion2 and motion3 are indexes into Metric::features.
    MotionScores(const OptionValues& options, uint64_t distance, bool average, size_t motion2, size_t motion3);

    double fps_weight() const { return fps_weight_; }
    /// Not above motion_max_val.
    double bounded(double value) const { return lesser(value, max_); }
    void add(unsigned frame, double motion, ScoreSink& out);
    void flush(ScoreSink& out);

 private:
    struct Entry {
        unsigned frame;
        double motion;
    };

    static double lesser(double a, double b) { return a < b ? a : b; }
    double blend(double v) const { return bounded(v * blend_factor_ + (1 - blend_factor_) * lesser(blend_offset_, v)); }
    /// The entry `back` frames (1 or 2) before the one being added.
    const Entry& recent(uint64_t back) const { return recent_[(count_ - back) % 2]; }
    void stamp_first(double value, ScoreSink& out);
    void deliver(unsigned frame, double motion2, ScoreSink& out);

    const uint64_t distance_;
    const double fps_weight_, max_, blend_factor_, blend_offset_;
    const bool average_;
    const size_t motion2_, motion3_;
    uint64_t count_ = 0;  ///< frames added
    Entry recent_[2] = {};
    double before_ = 0;  ///< the blended value of the frame before, not averaged
};

}  // namespace vmaf::motion
