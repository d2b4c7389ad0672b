// The arithmetic of NAME: absolute differences of samples. Shared by every backend; see docs/numerics/NAME.md.
#pragma once

#include <cstdint>

#include "base/host_device.h"

namespace vmaf::NAME {

// REPLACE: the metric's functions and tables. No loops over a picture.
template <class T>
VMAF_HD constexpr uint32_t absolute_difference(T a, T b) {
    return a < b ? uint32_t{b} - a : uint32_t{a} - b;
}

}  // namespace vmaf::NAME
