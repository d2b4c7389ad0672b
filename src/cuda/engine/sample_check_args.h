// What the host side of the check of samples and its kernel agree on.
#pragma once

#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "cuda/kernel/plane_tiles.h"

namespace vmaf::cuda {

struct SampleCheckArgs {
    PlanePairArg frames[kMaxBatch][3];  ///< planes that are not read have no data
    PictureTiles tiles;
    uint32_t spare_bits;  ///< of two neighbouring samples: those above the depth
    uint32_t*
        found;  ///< one word for each frame: bit p for plane p of the reference, 3 + p for that of the distorted picture
};

}  // namespace vmaf::cuda
