// What the host side of unpacking pictures and its kernels agree on.
#pragma once

#include <cstddef>

#include "cuda/kernel/plane_tiles.h"

namespace vmaf::cuda {

/// A plane of one picture, and where it goes. Rows need no more alignment than their samples.
struct UnpackedPlane {
    const void* from = nullptr;
    void* to = nullptr;
    ptrdiff_t from_pitch = 0, to_pitch = 0;  ///< bytes
    int step = 1;                            ///< samples from one to the next in `from`
};

struct UnpackArgs {
    UnpackedPlane planes[3];
    PictureTiles tiles;  ///< of the picture that is written
    int first_block;     ///< of the planes that take part
    unsigned down, up;   ///< bits that samples are shifted, down first
};

}  // namespace vmaf::cuda
