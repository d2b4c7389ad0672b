// What the host side of SpEED's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "metric/speed/speed_math.h"

namespace vmaf::speed {

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kSmoothed = 32;  ///< samples of the reduced plane that a block makes, in one row
    static constexpr int kSmoothThreads = 288;
    static constexpr int kDetailColumns = 32, kDetailRows = 4;  ///< of a block, one sample a thread
    static constexpr int kDetailThreads = kDetailColumns * kDetailRows;
    static constexpr int kWindowColumns = 64;  ///< that a block adds up at a time, one a thread
    static constexpr int kDecomposeThreads = 256;
    static constexpr int kLocalThreads = 64;  ///< one 5x5 block each
    static constexpr int kScoreThreads = 128;
};

/// Most planes of a frame that are read: two planes of two pictures, or one of four.
inline constexpr int kMostPlanes = 4;

/// What decomposing a covariance gives.
struct Decomposition {
    Vector eigenvalues;
    Factors factors;
    int tiny_eigenvalue, tiny_pivot;  ///< either makes it singular

    VMAF_HD bool singular() const { return tiny_eigenvalue || tiny_pivot; }
};

struct AxisArg {
    int source, scaled, reduced, blocks;
    int taps;             ///< of resampling, 0: there is none
    const int* index;     ///< `taps` for each scaled sample
    const float* weight;  ///< likewise
};

/// A batch of frames. A source is what one covariance is taken of: a plane of a picture, or a change of it. They are
/// numbered by frame, plane of the Sums, side (reference, distorted).
struct Args {
    cuda::PlaneArg planes[kMostPlanes * cuda::kMaxBatch];  ///< source by source
    int planes_per_source;                                 ///< 2: the second one is subtracted
    int planes_per_frame;                                  ///< of the Sums
    AxisArg x, y;
    bool normalises;
    float unit, offset;
    int smoothing_taps, mean_taps;
    float smoothing[kMostSmoothingTaps], local_mean[kMostMeanTaps];
    float sigma;
    Weighting weights;

    // One of each for every source.
    float *smoothed, *detail;  ///< reduced planes
    WindowSums* windows;
    Decomposition* decompositions;
    Local* locals;  ///< of all blocks

    std::byte* raw;  ///< of frame 0: a PlaneScore for each plane
    size_t raw_stride;
};

}  // namespace vmaf::speed
