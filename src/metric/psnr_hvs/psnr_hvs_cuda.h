// What the host side of psnr_hvs's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "metric/psnr_hvs/psnr_hvs_math.h"

namespace vmaf::psnr_hvs {

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kTermThreads = 128;  ///< a block of samples each
    static constexpr int kSumThreads = 1024;  ///< the runs of terms that are joined at a time; one block a plane
};

/// The blocks of a plane, row by row, and their terms in device memory: those of kGroup blocks lie together, coefficient by
/// coefficient, so that neighbouring threads touch neighbouring floats.
struct BlockTerms {
    static constexpr int kGroup = 32;

    int columns = 0, count = 0;  ///< of blocks
    size_t offset = 0;           ///< of the plane in the terms of a frame

    /// Floats for the terms of the plane.
    size_t size() const { return static_cast<size_t>((count + kGroup - 1) / kGroup) * kGroup * kTerms; }
    /// Where a block's first term lies; the others follow in steps of kGroup.
    VMAF_HD constexpr size_t at(int block) const {
        return offset + static_cast<size_t>(block / kGroup) * kGroup * kTerms + static_cast<size_t>(block % kGroup);
    }
};

/// One plane of a batch of frames, and where its terms go.
struct TermArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    Weights weights;
    BlockTerms blocks;
    float* terms;         ///< of frame 0
    size_t terms_stride;  ///< floats from frame to frame
};

/// A frame's raw result.
struct Raw {
    float error[3];
};

struct SumArgs {
    BlockTerms planes[3];
    const float* terms;  ///< of frame 0
    size_t terms_stride;
    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::psnr_hvs
