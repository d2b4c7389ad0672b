// The arithmetic of float_ms_ssim between its scales; the rest is that of float_ssim (ssim_math.h). Shared by every backend;
// docs/numerics/ms_ssim.md fixes each rounding.
#pragma once

#include "base/host_device.h"

namespace vmaf::ms_ssim {

inline constexpr int kScales = 5;

/// Taps on either side of the low-pass filter's centre.
inline constexpr int kReach = 4;

/// A tap of the low-pass filter, `v` rows and `u` columns from its centre, -kReach to kReach.
VMAF_HD constexpr float low_pass_tap(int v, int u) {
    constexpr float kByDistance[kReach + 1][kReach + 1] = {
        {0.363505f, 0.160885f, -0.047149f, -0.010146f, 0.016114f},
        {0.160885f, 0.071207f, -0.020867f, -0.004490f, 0.007132f},
        {-0.047149f, -0.020867f, 0.006115f, 0.001316f, -0.002090f},
        {-0.010146f, -0.004490f, 0.001316f, 0.000283f, -0.000450f},
        {0.016114f, 0.007132f, -0.002090f, -0.000450f, 0.000714f},
    };
    return kByDistance[v < 0 ? -v : v][u < 0 ? -u : u];
}

/// Row `v` of the filter: at(u) gives the sample under column u. The rows are added up in ascending order, as doubles.
template <class At>
VMAF_HD inline double low_pass_row(int v, At&& at) {
    double sum = static_cast<double>(at(-kReach) * low_pass_tap(v, -kReach));
#if defined(__CUDACC__)
#pragma unroll
#endif
    for (int u = 1 - kReach; u <= kReach; u++) sum += static_cast<double>(at(u) * low_pass_tap(v, u));
    return sum;
}

/// Samples of an axis in the next scale.
VMAF_HD constexpr int halved(int samples) { return (samples + 1) / 2; }

}  // namespace vmaf::ms_ssim
