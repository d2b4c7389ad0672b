// What the host side of ssim's kernels and the kernels agree on.
#pragma once

#include <cstddef>

#include "cuda/kernel/frame_args.h"
#include "metric/ssim/fixed_ssim_math.h"

namespace vmaf::fixed_ssim {

/// Sizes of the windows' work.
struct Tuning {
    static constexpr int kColumns = 32, kRows = 24;  ///< positions of a block, kColumns * kRows <= kMostTerms
    static constexpr int kDown = 3;                  ///< positions that a thread filters down a column
    static constexpr int kThreadRows = kRows / kDown;
    static constexpr int kThreads = kColumns * kThreadRows;
};
static_assert(Tuning::kColumns * Tuning::kRows <= kMostTerms && Tuning::kDown * Tuning::kThreadRows == Tuning::kRows);

/// A frame's raw result.
struct Raw {
    SplitSum similarity;
};

/// The luma planes of a batch of frames, w x h samples.
struct Args {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    int w, h;
    Constants constants;
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::fixed_ssim
