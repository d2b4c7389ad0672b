// What the host side of float_ms_ssim's kernels and the kernels agree on, beside the windows.
#pragma once

#include "cuda/kernel/frame_args.h"
#include "metric/ssim/ms_ssim_math.h"
#include "metric/ssim/ssim_windows_cuda.h"

namespace vmaf::ms_ssim {

/// Sizes of the low-pass filter's work. A thread goes down a column of kDown filtered samples.
struct LowPassTuning {
    static constexpr int kColumns = 32, kDown = 16;
    static constexpr int kThreadRows = 2;
    static constexpr int kRows = kDown * kThreadRows;
    static constexpr int kThreads = kColumns * kThreadRows;
};

/// Both planes of a scale of a batch of frames, and those of the next scale.
struct LowPassArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    cuda::PlanePairArg halved[cuda::kMaxBatch];
    int w, h;    ///< samples of the planes to filter
    float unit;  ///< what a sample of these is multiplied with
};

/// A frame's raw result.
struct Raw {
    ssim::RawTerms<ssim::kFactors> scale[kScales];
};

}  // namespace vmaf::ms_ssim
