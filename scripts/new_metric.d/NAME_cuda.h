// What the host side of NAME's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"

namespace vmaf::NAME {

/// A block computes kTileWidth x kTileHeight samples, one a thread.
struct Tuning {
    static constexpr int kTileWidth = 32, kTileHeight = 8, kThreads = kTileWidth * kTileHeight;
};

// REPLACE: what the kernels write, and what they are given.
/// A frame's raw result.
struct Raw {
    uint64_t sad;
};

struct Args {
    cuda::PlanePairArg luma[cuda::kMaxBatch];
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
    int w, h;
};

}  // namespace vmaf::NAME
