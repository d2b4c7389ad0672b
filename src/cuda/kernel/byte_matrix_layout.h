// Which elements of the matrices in byte_matrix.h a lane holds; for hosts that lay out constant matrices too.
#pragma once

#include "base/host_device.h"

namespace vmaf::cuda {

struct MatrixPlace {
    int row, column;
};

/// Of the lowest byte of word i (0 to 3) of A, 16 x 32; the three bytes above it are the columns to its right.
VMAF_HD constexpr MatrixPlace place_in_a(int lane, int i) {
    return {lane / 4 + 8 * (i & 1), 16 * (i >> 1) + 4 * (lane % 4)};
}

/// Of the lowest byte of word i (0 or 1) of B, 32 x 8; the three bytes above it are the rows below.
VMAF_HD constexpr MatrixPlace place_in_b(int lane, int i) { return {16 * i + 4 * (lane % 4), lane / 4}; }

/// Of word i (0 to 3) of the sums, 16 x 8.
VMAF_HD constexpr MatrixPlace place_in_sums(int lane, int i) {
    return {lane / 4 + 8 * (i >> 1), 2 * (lane % 4) + (i & 1)};
}

}  // namespace vmaf::cuda
