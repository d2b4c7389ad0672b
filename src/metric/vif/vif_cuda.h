// What the host side of vif's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"

namespace vmaf::vif {

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kStep = 16;      ///< a warp's step is kStep x kStep samples; given by the matrix instructions
    static constexpr int kWarps = 4;      ///< of a block, one below the other, each on kStep rows
    static constexpr int kMaxSteps = 16;  ///< that a warp goes to the right
    static constexpr int kStartPercent = 35;  ///< what the half step before the first costs, in percent of a step
    static constexpr int kBlocksPerProcessor = 3;
};

/// Gain limits that one launch handles.
inline constexpr int kLaunchLimits = 2;

/// A frame's raw result of one launch: sums over the pixels as in ScaleSums.
struct RawSums {
    int64_t den_log, flat, num_log[kLaunchLimits], flat_distortion;
};

/// A lane's part of the filters of a scale as byte matrices, see vif.cu.
struct alignas(16) LaneTaps {
    uint32_t low[4], high[4];  ///< bytes of the scale's taps
    uint32_t next[4];          ///< of the next scale's, low and high by turns
};

/// One scale of a batch of frames.
struct ScaleArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    /// The next scale's picture of frame 0, reference first, distorted next_size / 2 bytes behind it; the next frame's
    /// next_size bytes behind. Null: not wanted.
    std::byte* next;
    size_t next_size;
    std::byte* raw;  ///< RawSums of frame 0; null: not wanted
    size_t raw_stride;
    const LaneTaps* taps;  ///< of the 32 lanes
    const uint16_t* log_table;
    double gain_limit[kLaunchLimits];
    int w, h, next_pitch;
    int mean_shift, square_shift;  ///< of the vertical filter
    int steps;                     ///< that a warp goes to the right
};

}  // namespace vmaf::vif
