// What the host side of float_ssim's kernels and the kernels agree on, beside the windows.
#pragma once

#include "cuda/kernel/frame_args.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf::ssim {

/// Sizes of the decimation's work: samples of a block, one a thread.
struct DecimationTuning {
    static constexpr int kColumns = 32, kRows = 8;
    static constexpr int kThreads = kColumns * kRows;
};

/// Both planes of a batch of frames, and what becomes of them.
struct DecimationArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    cuda::PlanePairArg decimated[cuda::kMaxBatch];
    Axis x, y;
    int scale;
    unsigned bpc;
};

}  // namespace vmaf::ssim
