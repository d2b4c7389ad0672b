// The arithmetic of psnr: squared differences of samples. Shared by every backend; see docs/numerics/psnr.md.
#pragma once

#include <cstdint>

#include "base/host_device.h"

namespace vmaf::psnr {

/// Below 2^16. In 16-bit terms, for which processors have a multiply-and-add.
VMAF_HD constexpr int32_t squared_error(uint8_t a, uint8_t b) {
    const auto difference = static_cast<int16_t>(a - b);
    return difference * difference;
}

/// Below 2^32, so the sign that modular arithmetic loses does not matter.
VMAF_HD constexpr uint32_t squared_error(uint16_t a, uint16_t b) {
    const uint32_t difference = uint32_t{a} - b;
    return difference * difference;
}

}  // namespace vmaf::psnr
