// What the host side of float_moment's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "cuda/kernel/plane_tiles.h"

namespace vmaf::moment {

/// A frame's raw result: samples and squares of the reference, then of the distorted picture.
struct Raw {
    uint64_t sums[4];
};

struct Args {
    cuda::PlanePairArg luma[cuda::kMaxBatch];
    cuda::PlaneTiles tiles;
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::moment
