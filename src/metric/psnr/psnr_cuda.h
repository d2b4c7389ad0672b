// What the host side of psnr's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "cuda/kernel/plane_tiles.h"

namespace vmaf::psnr {

/// A frame's raw result.
struct Raw {
    uint64_t sse[3];
};

struct Args {
    cuda::PlanePairArg frames[cuda::kMaxBatch][3];
    cuda::PictureTiles tiles;
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::psnr
