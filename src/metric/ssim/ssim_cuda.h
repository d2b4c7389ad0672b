// What the host side of float_ssim's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf::ssim {

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kDecimateColumns = 32, kDecimateRows = 8;  ///< samples of a decimating block, one a thread
    static constexpr int kDecimateThreads = kDecimateColumns * kDecimateRows;

    static constexpr int kColumns = 32, kRows = 22;  ///< window positions of a block, kColumns * kRows <= kMostTerms
    static constexpr int kAcross = 4;                ///< positions that a thread filters along a row
    static constexpr int kDown = 3;                  ///< positions that a thread filters down a column
    static constexpr int kThreadRows = 8;
    static constexpr int kThreads = kColumns * kThreadRows;
};

/// A frame's raw result, in the order of Sums.
struct Raw {
    SplitSum sums[4];
};

/// Both planes of a batch of frames, and what becomes of them.
struct Args {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    Axis x, y;
    int scale;
    unsigned bpc;
    /// Decimating: the result of frame 0, reference first, then the distorted one, plane by plane, frame by frame.
    std::byte* decimated;
    int decimated_pitch;     ///< bytes
    size_t decimated_plane;  ///< bytes
    std::byte* raw;          ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::ssim
