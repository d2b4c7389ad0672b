// The arithmetic of float_ansnr: both filters and the terms of a sample. Shared by every backend; see docs/numerics/ansnr.md.
#pragma once

#include "base/host_device.h"

namespace vmaf::ansnr {

/// How far the filters of the reference and of the distorted picture reach.
inline constexpr int kRefReach = 1, kDisReach = 2;

/// A tap by its distance from the centre, across and down.
VMAF_HD constexpr float ref_tap(int x, int y) {
    constexpr float kTaps[2][2] = {{4 / 16.f, 2 / 16.f}, {2 / 16.f, 1 / 16.f}};
    return kTaps[y < 0 ? -y : y][x < 0 ? -x : x];
}
VMAF_HD constexpr float dis_tap(int x, int y) {
    constexpr float kTaps[3][3] = {
        {127 / 571.f, 52 / 571.f, 12 / 571.f}, {52 / 571.f, 31 / 571.f, 7 / 571.f}, {12 / 571.f, 7 / 571.f, 2 / 571.f}};
    return kTaps[y < 0 ? -y : y][x < 0 ? -x : x];
}

/// The sum of tap(x, y) at(x, y) for x and y from -kReach to kReach, row by row.
template <int kReach, class Tap, class At>
VMAF_HD constexpr float filtered(Tap tap, At at) {
    float sum = 0;
    for (int y = -kReach; y <= kReach; y++) {
        float of_row = 0;
        for (int x = -kReach; x <= kReach; x++) of_row += tap(x, y) * at(x, y);
        sum += of_row;
    }
    return sum;
}

/// What a sample adds to the sums.
struct Terms {
    float signal, noise;
};

VMAF_HD constexpr Terms terms(float ref, float dis) { return {ref * ref, (ref - dis) * (ref - dis)}; }

}  // namespace vmaf::ansnr
