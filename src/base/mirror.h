// The border rules of the metrics. Nothing else computes an index beyond a picture's edge.
#pragma once

#include "base/host_device.h"

namespace vmaf {

/// Reflection about the edge sample's centre (reflect-101): -1 -> 1, n -> n - 2.
/// Valid for any index and any n >= 1; it folds as often as needed, so that pictures smaller than a filter work.
VMAF_HD constexpr int mirror_centre(int i, int n) {
    if (n == 1) return 0;
    const int period = 2 * (n - 1);
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - i;
}

/// Reflection about the edge sample's centre on the low side and about its outer face on the high side:
/// -1 -> 1, n -> n - 1. Valid for any index and any n >= 1.
VMAF_HD constexpr int mirror_centre_low_face_high(int i, int n) {
    const int period = 2 * n - 1;
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - i;
}

/// The same without a division, for indices from -1 to n + 1; some valid index for any other.
VMAF_HD constexpr int mirror_centre_low_face_high_near(int i, int n) {
    const int positive = i < 0 ? -i : i, reflected = 2 * n - 1 - positive;
    const int nearer = positive < reflected ? positive : reflected;
    return nearer < 0 ? 0 : nearer;
}

/// Reflection about the edge sample's outer face on both sides: -1 -> 0, n -> n - 1. Valid for any index and any n
/// >= 1.
VMAF_HD constexpr int mirror_face(int i, int n) {
    const int period = 2 * n;
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - 1 - i;
}

}  // namespace vmaf
