// motion2 and motion3.
#include "metric/motion/motion_scores.h"

#include <algorithm>

namespace vmaf::motion {

MotionScores::MotionScores(const OptionValues& options, uint64_t distance, bool average, size_t motion2, size_t motion3)
    : distance_(distance),
      fps_weight_(options.real(kFpsWeight.name)),
      max_(options.real(kMaxValue.name)),
      blend_factor_(options.real(kBlendFactor.name)),
      blend_offset_(options.real(kBlendOffset.name)),
      average_(average),
      motion2_(motion2),
      motion3_(motion3) {}

void MotionScores::add(unsigned frame, double motion, ScoreSink& out) {
    const Entry latest{frame, motion};
    if (count_ < distance_) {
        out.set(frame, motion2_, 0);
    } else if (count_ == distance_) {
        stamp_first(blend(motion), out);
    } else {
        const bool has_earlier = count_ >= 2 * distance_;
        deliver(recent(1).frame, has_earlier ? lesser(recent(distance_).motion, motion) : motion, out);
    }
    recent_[count_++ % 2] = latest;
}

void MotionScores::flush(ScoreSink& out) {
    if (count_ <= distance_)
        stamp_first(0, out);
    else
        deliver(recent(1).frame, recent(1).motion, out);
}

/// motion3 of the frames that have no earlier picture.
void MotionScores::stamp_first(double value, ScoreSink& out) {
    for (uint64_t back = std::min(count_, distance_); back > 0; back--) out.set(recent(back).frame, motion3_, value);
    before_ = value;
}

void MotionScores::deliver(unsigned frame, double motion2, ScoreSink& out) {
    const double blended = blend(motion2);
    out.set(frame, motion2_, bounded(motion2));
    out.set(frame, motion3_, average_ ? (blended + before_) / 2 : blended);
    before_ = blended;
}

}  // namespace vmaf::motion
