// Containers round times to milliseconds or so: steps are alike within most of a frame's duration.
#include "frame_steps.h"

#include <cmath>

namespace vmaf::tool {

bool FrameSteps::differ(std::optional<double> reference, std::optional<double> distorted) {
    constexpr double kMost = 0.75;  // of a frame: a lost one makes a whole one, rounding and telecine less than a half
    const bool both = reference_ && distorted_ && reference && distorted;
    if (both) {
        reference_step_ = *reference - *reference_;
        distorted_step_ = *distorted - *distorted_;
    }
    reference_ = reference;
    distorted_ = distorted;
    if (found_ || !both || duration_ <= 0) return false;
    found_ = std::abs(reference_step_ - distorted_step_) > kMost * duration_;
    return found_;
}

}  // namespace vmaf::tool
