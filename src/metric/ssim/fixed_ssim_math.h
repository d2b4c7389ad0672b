// The arithmetic of ssim: a window of integers, its moments, their similarity, fixed-point sums. Shared by every backend;
// docs/numerics/fixed_ssim.md fixes each rounding.
#pragma once

#include <cstdint>

#include "base/exact_sum.h"
#include "base/host_device.h"

namespace vmaf::fixed_ssim {

/// Taps on either side of the window's centre.
inline constexpr int kReach = 4;
inline constexpr int kTaps = 2 * kReach + 1;

/// Window tap `u`, -kReach to kReach.
VMAF_HD constexpr int tap(int u) {
    constexpr int kByDistance[] = {68, 55, 28, 9, 2};
    return kByDistance[u < 0 ? -u : u];
}

/// Sum of the taps that lie within `samples` of an axis around sample `i`.
VMAF_HD constexpr int weight(int i, int samples) {
    int sum = 0;
    for (int u = -kReach; u <= kReach; u++)
        if (i + u >= 0 && i + u < samples) sum += tap(u);
    return sum;
}

/// The depths up to which a row's moments fit into 32 bits, and a window's.
inline constexpr unsigned kRowDepth = 12, kWindowDepth = 8;

/// What is summed over a window: samples and products of these.
enum Moment { kRef, kDis, kRefRef, kRefDis, kDisDis, kMoments };

/// Constants against division by zero, for a window of weight 1; K1 = 0.01, K2 = 0.03 of Wang et al.
struct Constants {
    explicit constexpr Constants(unsigned bpc) {
        const double peak = (1u << bpc) - 1;
        c1 = peak * peak * (0.01 * 0.01);
        c2 = peak * peak * (0.03 * 0.03);
    }

    double c1, c2;
};

/// The similarity at a position times the window's weight.
VMAF_HD inline double weighted_similarity(const Constants& constants, double weight,
                                          const double (&moments)[kMoments]) {
    const double c1 = constants.c1 * weight * weight, c2 = constants.c2 * weight * weight;
    const double rr = moments[kRef] * moments[kRef], rd = moments[kRef] * moments[kDis],
                 dd = moments[kDis] * moments[kDis];
    return weight * (2 * rd + c1) * (c2 + 2 * (moments[kRefDis] * weight - rd)) /
           ((rr + dd + c1) * (moments[kRefRef] * weight - rr + moments[kDisDis] * weight - dd + c2));
}

/// Fraction bits of a weighted similarity in a sum.
inline constexpr int kFractionBits = 34;

}  // namespace vmaf::fixed_ssim
