// A metric in small for the engine's own tests: sums of absolute differences, between pictures and to the previous reference.
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
};

struct ToyArgs {
    struct Frame {
        cuda::PlanePairArg luma;
        cuda::PlaneArg previous;
    } frames[cuda::kMaxBatch];
    std::byte* raw;
    size_t raw_stride;
    int w, h;
};

}  // namespace vmaf::test
