// What the host side of ciede's kernels and the kernels agree on.
#pragma once

#include <cstddef>

#include "base/exact_sum.h"
#include "cuda/kernel/frame_args.h"
#include "metric/ciede/ciede_math.h"

namespace vmaf::ciede {

/// A block's tile of pixels; a thread has one column of it.
struct Tuning {
    static constexpr int kColumns = 32, kRows = 8;  ///< threads
    static constexpr int kPixels = 4;               ///< of a thread, kRows rows apart
    static constexpr int kThreads = kColumns * kRows, kTileHeight = kRows * kPixels;
};

/// A frame's raw result.
struct Raw {
    SplitSum difference;
};

/// A batch of frame pairs, planes by p.
struct Args {
    cuda::PlanePairArg frames[cuda::kMaxBatch][3];
    Levels levels;
    int w, h, chroma_w, chroma_h, shift_x, shift_y;
    int grey;        ///< the chroma sample of no colour
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::ciede
