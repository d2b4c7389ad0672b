// Whether frames that are paired one by one are also shown at the same times.
#pragma once

#include <optional>
#include <string>

namespace vmaf::tool {

/// Compares the steps from frame to frame of two inputs. A constant ratio of their clocks is none of its business.
class FrameSteps {
 public:
    /// `duration`: seconds of a frame, as far as it is known; 0: nothing is compared.
    explicit FrameSteps(double duration) : duration_(duration) {}

    /// Takes the times of the next pair, in seconds, each of its input's own clock. True at the first step that one input makes and the other
    /// does not: they are apart by most of a frame's duration.
    bool differ(std::optional<double> reference, std::optional<double> distorted);
    /// The steps of the last pair, in seconds.
    double reference_step() const { return reference_step_; }
    double distorted_step() const { return distorted_step_; }

 private:
    const double duration_;
    std::optional<double> reference_, distorted_;
    double reference_step_ = 0, distorted_step_ = 0;
    bool found_ = false;
};

}  // namespace vmaf::tool
