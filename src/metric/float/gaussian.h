// Gaussian filters whose size an option scales, as SpEED and float_vif have them.
#pragma once

#include <string_view>
#include <vector>

namespace vmaf {

/// Throws Error(EINVAL), naming the option and the values that there are, if `scale` is none of the kernel scales (libvmaf's
/// list, within 0.001).
void check_kernel_scale(std::string_view option, double scale);

/// Least odd number of taps that is not below `taps`, and 3 at least.
int odd_taps(float taps);

/// An odd number of taps of a Gaussian of this standard deviation, around their middle; they add up to 1.
std::vector<float> gaussian(int taps, float deviation);

}  // namespace vmaf
