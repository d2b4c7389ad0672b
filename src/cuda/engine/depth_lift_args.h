// What the host side of lifting pictures and its kernels agree on.
#pragma once

#include <cstddef>

#include "cuda/kernel/plane_tiles.h"

namespace vmaf::cuda {

/// A plane of one picture, and where it goes. Rows need no more alignment than their samples.
struct LiftedPlane {
    const void* from = nullptr;
    void* to = nullptr;
    ptrdiff_t from_pitch = 0, to_pitch = 0;  ///< bytes
};

struct DepthLiftArgs {
    LiftedPlane planes[3];
    PictureTiles tiles;  ///< of the picture that is written
    int shift;           ///< bits
};

}  // namespace vmaf::cuda
