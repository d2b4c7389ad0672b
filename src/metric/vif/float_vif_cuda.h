// What both sides of float_vif's kernels agree on: tiles, arguments, and the layout of terms and of the raw result.
//
// Terms of a scale go to device memory, a plane for num under each gain limit and one for den: their sums have an order
// (row_sums_cuda.h).
#pragma once

#include "cuda/kernel/frame_args.h"
#include "metric/float/pictures_cuda.h"
#include "metric/float/resampling_cuda.h"
#include "metric/vif/float_vif_math.h"

namespace vmaf::float_vif {

struct Tuning {
    static constexpr unsigned kThreads = 256;
    /// Samples of a block's tile of terms; each thread filters kThreadRows rows down, and kThreadColumns columns across.
    static constexpr int kColumns = 64, kRows = 16, kThreadRows = 4, kThreadColumns = 4;
    /// Samples of a block's tile of the next scale.
    static constexpr int kHalfColumns = 32, kHalfRows = 16;
    /// Samples of a block's tile of the scaled picture.
    static constexpr int kScaledColumns = 32, kScaledRows = 8;
};
static_assert(Tuning::kColumns / Tuning::kThreadColumns * Tuning::kRows == Tuning::kThreads);

/// What lies in front of the taps, and room behind them: zeros.
inline constexpr int kTapMargin = 3, kTapRoom = kMostTaps + 11;

/// Columns of vertically filtered samples that a tile needs, for kThreadColumns columns at a time.
VMAF_HD constexpr int tile_columns(int taps) {
    return Tuning::kColumns - Tuning::kThreadColumns + (taps + kTapMargin + 3) / 4 * 4;
}

struct TermArgs {
    PictureSource source;
    float filter[kTapRoom];  ///< taps from kTapMargin on
    int taps;
    Noise noise;
    const float* gain_limits;
    int limits;
    float* terms;  ///< of frame 0: limits + 1 planes, den's is the last
    int pitch;     ///< of a plane, in floats; a multiple of 4
};

struct HalfArgs {
    PictureSource source;
    float filter[kMostTaps];
    int taps;
    float* out;       ///< of frame 0: two planes
    int w, h, pitch;  ///< of one of them; the pitch in floats
};

struct ScaledArgs {
    PictureSource source;
    ResamplingArg scale;
    float* out;  ///< as HalfArgs has it
    int pitch;
};

}  // namespace vmaf::float_vif
