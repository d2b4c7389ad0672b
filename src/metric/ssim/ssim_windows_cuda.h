// What the host side of the kernels over sliding windows, float_ssim's and float_ms_ssim's, and these kernels agree on.
#pragma once

#include <cstddef>

#include "cuda/kernel/frame_args.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf::ssim {

/// Sizes of the windows' work.
struct WindowTuning {
    static constexpr int kColumns = 32, kRows = 22;  ///< window positions of a block, kColumns * kRows <= kMostTerms
    static constexpr int kAcross = 4;                ///< positions that a thread filters along a row
    static constexpr int kDown = 3;                  ///< positions that a thread filters down a column
    static constexpr int kThreadRows = 8;
    static constexpr int kThreads = kColumns * kThreadRows;
};

/// A plane's raw result, in the order of Term.
template <int kTerms>
struct RawTerms {
    SplitSum of[kTerms];

    TermSums<kTerms> joined() const {
        TermSums<kTerms> sums;
        for (int i = 0; i < kTerms; i++) sums.of[i] = of[i].joined();
        return sums;
    }
};

/// A plane of each picture of a batch of frames.
struct WindowArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch];
    Axis x, y;
    float unit;      ///< what a sample is multiplied with
    std::byte* raw;  ///< RawTerms of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::ssim
