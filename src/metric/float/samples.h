// Samples as the metrics on floats see them: in units of 8 bits whatever the depth, around a level that becomes 0.
#pragma once

#include "base/host_device.h"

namespace vmaf {

/// A sample v of `bpc` bits becomes v / 2^(bpc - 8) - level. Every step is exact: at most 16 bits and a whole level.
struct SampleScale {
    float unit, level;

    VMAF_HD constexpr SampleScale(unsigned bpc, int level_of_zero)
        : unit(1.0f / static_cast<float>(1u << (bpc - 8))), level(static_cast<float>(level_of_zero)) {}
    VMAF_HD constexpr float operator()(unsigned v) const { return static_cast<float>(v) * unit - level; }
};

}  // namespace vmaf
