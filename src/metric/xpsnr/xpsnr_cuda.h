// What the host side of xpsnr's kernels and the kernels agree on: a thread block computes a block of the metric, and alone writes its sums.
#pragma once

#include <cstddef>

#include "cuda/kernel/frame_args.h"

namespace vmaf::xpsnr {

struct Tuning {
    static constexpr int kMostThreads = 256;
    /// Samples of a row that a thread takes at a time: of luma, of chroma.
    static constexpr int kLumaGroup = 4, kChromaGroup = 2;
};

/// The blocks of a plane.
struct BlocksArg {
    int w, h;           ///< of the plane
    int width, height;  ///< of a whole block
    int columns, count;
};

struct LumaArgs {
    struct Frame {
        cuda::PlaneArg ref, dis, before, earlier;
    } frames[cuda::kMaxBatch];  ///< `earlier` is missing in the first order
    std::byte* raw;             ///< of frame 0: a Block for each
    size_t raw_stride;
    BlocksArg blocks;
    int order;  ///< of the temporal activity
};

/// Both planes: those of V follow those of U.
struct ChromaArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch][2];
    std::byte* raw;
    size_t raw_stride;
    BlocksArg blocks;
};

}  // namespace vmaf::xpsnr
