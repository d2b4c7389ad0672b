// What the host side of psnr's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"

namespace vmaf::psnr {

/// Sizes of the kernels' work: a thread reads units of kUnit bytes, one below the other.
struct Tuning {
    static constexpr int kUnit = 16;
    static constexpr int kColumns = 32, kRows = 8;  ///< threads of a block
    static constexpr int kUnitsPerThread = 4;
    static constexpr int kTileHeight = kRows * kUnitsPerThread;
    static constexpr int kThreads = kColumns * kRows;
};

/// A frame's raw result.
struct Raw {
    uint64_t sse[3];
};

/// How the blocks of a frame share out a plane: row by row of tiles, from block `first` on.
struct PlaneTiles {
    int w, h;     ///< samples
    int columns;  ///< of tiles
    int first;
};

struct Args {
    cuda::PlanePairArg frames[cuda::kMaxBatch][3];
    PlaneTiles planes[3];  ///< those that take part; first = the number of blocks for the others
    std::byte* raw;        ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::psnr
