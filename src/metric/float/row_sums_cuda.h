// Sums of floats that have an order: a metric's kernel leaves terms in device memory, plane by plane, another one adds up each row from
// left to right, and the host adds up the rows.
#pragma once

#include <cstddef>

namespace vmaf {

/// Rows whose terms a warp adds up.
inline constexpr int kSumRows = 32;

/// A launch has a warp for each kSumRows rows in x, the planes in y, the frames in z.
struct RowSumArgs {
    const float* terms;       ///< of frame 0: `planes` planes one behind the other; frames follow without a gap
    int w, h, pitch, planes;  ///< the pitch in floats
    std::byte* raw;           ///< of frame 0: the rows' sums as floats, plane by plane
    size_t raw_stride;
};

}  // namespace vmaf
