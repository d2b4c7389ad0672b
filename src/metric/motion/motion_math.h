// The arithmetic of motion: a five-tap blur of picture differences in integers. Shared by every backend; see
// docs/numerics/motion.md.
#pragma once

#include <cstdint>

#include "base/host_device.h"

namespace vmaf::motion {

/// Blur taps in Q16, by distance from the centre; the five of them add up to 1.
inline constexpr int32_t kCentreTap = 26386, kNearTap = 16004, kFarTap = 3571;
inline constexpr int kRadius = 2;
static_assert(kCentreTap + 2 * kNearTap + 2 * kFarTap == 1 << 16);
static_assert(kCentreTap % 2 == 0 && kNearTap % 2 == 0);

/// Blurs five samples v[-2] .. v[2] and drops `shift` bits (8 to 16), rounding halves up. The samples fit into 17 bits
/// signed, their weighted sum needs 33: its lowest bit, which only the odd far tap sets, is dropped ahead of the
/// others. Sums wrap around, for samples of any value: kernels also blur what lies behind a row's end, and drop that.
VMAF_HD constexpr int32_t blur(int32_t far_low, int32_t near_low, int32_t centre, int32_t near_high, int32_t far_high,
                               unsigned shift) {
    const auto modular = [](int32_t value) { return static_cast<uint32_t>(value); };
    const auto far_sum = static_cast<int32_t>((modular(far_low) + modular(far_high)) * kFarTap + (1u << (shift - 1)));
    const auto near_half = (modular(near_low) + modular(near_high)) * (kNearTap / 2);
    const auto sum = near_half + modular(centre) * (kCentreTap / 2) + modular(far_sum >> 1);
    return static_cast<int32_t>(sum) >> (shift - 1);
}

/// The vertical pass leaves differences in Q(16 - bpc), 17 bits signed at every depth.
VMAF_HD constexpr unsigned vertical_shift(unsigned bpc) { return bpc; }
inline constexpr unsigned kHorizontalShift = 16;

}  // namespace vmaf::motion
