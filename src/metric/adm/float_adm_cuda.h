// What both sides of float_adm's kernels agree on: tiles, arguments, and the layout of bands, terms and the raw result.
//
// A scale's bands of both pictures and its terms go to device memory, where the next scale's take their place. Of the terms there are
// planes of the region alone: of the reference's contrasts by band, then for each gain limit those of the restored and of the additive
// part. Their sums have an order (row_sums_cuda.h).
#pragma once

#include "metric/adm/float_adm_math.h"
#include "metric/float/pictures_cuda.h"

namespace vmaf::float_adm {

struct Tuning {
    static constexpr unsigned kThreads = 256;
    /// Samples of a block's tile of the bands.
    static constexpr int kBandColumns = 64, kBandRows = 8;
    /// Samples of a block's tile of terms, one for each thread.
    static constexpr int kColumns = 32, kRows = 8;
};
static_assert(Tuning::kColumns * Tuning::kRows == Tuning::kThreads);

struct WaveletArgs {
    PictureSource source;
    float* low;    ///< of frame 0: two planes of w x h
    float* bands;  ///< of frame 0: kBands planes of the reference, then of the distorted picture; null: low alone
    int w, h, pitch;
};

struct TermArgs {
    const float* bands;  ///< as WaveletArgs has them
    int w, h, pitch;
    int left, top, right, bottom;  ///< the region
    float weight[kBands];
    Power power;
    bool masks;
    const float* gain_limits;
    int limits;
    float* terms;  ///< of frame 0
    int terms_pitch;
};

/// Planes of terms of a frame.
constexpr int term_planes(int limits) { return kBands * (1 + 2 * limits); }

}  // namespace vmaf::float_adm
