// What the host side of float_ansnr's kernels and the kernels agree on. Terms go to device memory, a plane of signals and one of noise:
// their sums have an order (row_sums_cuda.h).
#pragma once

#include "cuda/kernel/frame_args.h"
#include "metric/float/samples.h"

namespace vmaf::ansnr {

/// A block computes kColumns x kRows samples, one a thread.
struct Tuning {
    static constexpr int kColumns = 32, kRows = 8, kThreads = kColumns * kRows;
};

inline constexpr int kTermPlanes = 2;

struct Args {
    cuda::PlanePairArg luma[cuda::kMaxBatch];
    int w, h;
    SampleScale samples;
    float* terms;  ///< of frame 0: kTermPlanes planes
    int pitch;     ///< of one of them, in floats
};

}  // namespace vmaf::ansnr
