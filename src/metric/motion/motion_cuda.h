// What the host side of motion's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"

namespace vmaf::motion {

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kWarps = 4;             ///< of a block, one strip below the other
    static constexpr int kWarpColumns = 30 * 8;  ///< that a warp scores: its outer lanes only feed their neighbours
    static constexpr int kThreads = kWarps * 32;
    static constexpr int kMaxRows = 64;        ///< of a strip: 32 bits hold the SAD of a block
    static constexpr unsigned kStartRows = 2;  ///< rows that beginning a strip costs the time of
    static constexpr int kBlocksPerProcessor = 4;
};
static_assert(uint64_t{65535} * 8 * Tuning::kMaxRows * Tuning::kThreads <= UINT32_MAX);

/// A frame's raw result.
struct Raw {
    uint64_t sad;
};

struct Args {
    struct Frame {
        cuda::PlaneArg previous, current;
    } frames[cuda::kMaxBatch];
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
    int w, h;
    unsigned bpc;
    int rows;  ///< of a warp's strip
};

}  // namespace vmaf::motion
