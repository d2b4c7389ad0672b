// The arithmetic of xpsnr's activities, sample by sample, and what it adds up to. Shared by every backend; see docs/numerics/xpsnr.md.
#pragma once

#include <cstdint>

#include "base/host_device.h"

namespace vmaf::xpsnr {

/// What the samples of a block leave. The kernels' raw result is an array of these.
struct Block {
    uint64_t spatial = 0;   ///< absolute values of the high-pass filter
    uint64_t temporal = 0;  ///< absolute differences of the reference pictures
    uint64_t sse[3] = {};   ///< squared errors of each plane
};

VMAF_HD constexpr uint32_t magnitude(int32_t value) { return static_cast<uint32_t>(value < 0 ? -value : value); }

/// Below 2^32, so the sign that modular arithmetic loses does not matter.
VMAF_HD constexpr uint32_t squared_error(uint32_t a, uint32_t b) { return (a - b) * (a - b); }

/// The high-pass filter at a sample. `at(dx, dy)` is a sample beside the one in the middle.
template <class At>
VMAF_HD constexpr uint32_t fine_activity(const At& at) {
    const int32_t near = at(0, -1) + at(-1, 0) + at(1, 0) + at(0, 1);
    const int32_t corners = at(-1, -1) + at(1, -1) + at(-1, 1) + at(1, 1);
    return magnitude(12 * at(0, 0) - 2 * near - corners);
}

/// Taps on the 36 samples around a cell of 2 x 2: `distance` counts from the cell, 0 for its own rows and columns.
VMAF_HD constexpr int32_t coarse_tap(int distance_x, int distance_y) {
    constexpr int32_t kTaps[3][3] = {{12, -3, -1}, {-3, -2, -1}, {-1, -1, 0}};
    return kTaps[distance_y][distance_x];
}
VMAF_HD constexpr int distance_from_cell(int offset) { return offset < 0 ? -offset : offset > 1 ? offset - 1 : 0; }

/// The high-pass filter at a cell whose upper left sample is at(0, 0).
template <class At>
VMAF_HD constexpr uint32_t coarse_activity(const At& at) {
    int32_t sum = 0;
    for (int dy = -2; dy <= 3; dy++)
        for (int dx = -2; dx <= 3; dx++) sum += coarse_tap(distance_from_cell(dx), distance_from_cell(dy)) * at(dx, dy);
    return magnitude(sum);
}

/// Change of a sample, or of a sum of samples: of the first order since the picture before, with `earlier` 0; of the second order the change
/// of that change.
VMAF_HD constexpr uint32_t change(int32_t order, int32_t now, int32_t before, int32_t earlier) {
    return magnitude(now - order * before + earlier);
}

}  // namespace vmaf::xpsnr
