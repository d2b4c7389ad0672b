// What both sides of float_motion's kernels agree on: tiles, arguments, and the layout of the raw result.
//
// For each plane and scale: a kernel leaves the differences of the blurred pictures in device memory, and their sums have an order
// (row_sums_cuda.h).
#pragma once

#include "metric/float/pictures_cuda.h"
#include "metric/float/resampling_cuda.h"

namespace vmaf::float_motion {

struct Tuning {
    static constexpr unsigned kThreads = 256;
    /// Samples of a block's tile; a thread filters kThreadRows rows of a column down.
    static constexpr int kColumns = 64, kRows = 16, kThreadRows = 4;
    /// Samples of a block's tile at half size.
    static constexpr int kHalfColumns = 32, kHalfRows = 8;
};

/// Shorter blurs have taps of 0 on both sides, which change no sum.
inline constexpr int kMostTaps = 5, kReach = kMostTaps / 2;

struct BlurArgs {
    PictureSource source;  ///< one plane; ref is the earlier picture, which may be missing, dis this one
    float taps[kMostTaps];
    float* differences;  ///< of frame 0: one plane
    float* blurred;  ///< of frame 0: two planes, both 0 where there is no earlier picture; null: they are not wanted
    int pitch;       ///< of each, in floats
};

struct HalfArgs {
    const float* blurred;  ///< as BlurArgs has them
    int h, pitch;
    ResamplingArg scale;
    float* differences;  ///< of frame 0, at half size
    int half_pitch;
};

}  // namespace vmaf::float_motion
