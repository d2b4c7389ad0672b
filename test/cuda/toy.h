// A metric in small for the engine's own tests: sums of absolute differences, between pictures and to those before them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"

namespace vmaf::test {

struct ToyTuning {
    static constexpr int kTileWidth = 32, kTileHeight = 8, kThreads = kTileWidth * kTileHeight;
};

/// What the kernels add to; one per frame.
struct ToyRaw {
    uint64_t difference;  ///< sum of |ref - dis|
    uint64_t gradient;    ///< sum of |ref - mirrored right neighbour in ref|
    uint64_t motion;      ///< sum of |ref - previous ref|; 0 for the first frame
    uint64_t wobble;  ///< sum of |dis - previous dis| + |ref - ref before the previous one|, as far as they are there
};

struct ToyArgs {
    struct Frame {
        cuda::PlanePairArg luma, previous;
        cuda::PlaneArg before_previous;  ///< the reference
    } frames[cuda::kMaxBatch];
    std::byte* raw;
    size_t raw_stride;
    int w, h;
};

}  // namespace vmaf::test
