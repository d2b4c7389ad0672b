// A multiplication and an addition with one rounding: the same bits everywhere, quick where the processor has it.
#pragma once

#include <cmath>

#include "base/host_device.h"

namespace vmaf {

VMAF_HD inline float fused(float a, float b, float c) { return fmaf(a, b, c); }

}  // namespace vmaf
