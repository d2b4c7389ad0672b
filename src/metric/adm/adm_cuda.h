// What the host side of adm's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/kernel/frame_args.h"
#include "metric/adm/adm_math.h"

namespace vmaf::adm {

/// Sizes of the kernels' work. A warp goes down a strip of columns; every lane has two neighbouring coefficients of
/// each band.
struct Tuning {
    static constexpr int kWarps = 4;  ///< of a block, one below the other
    static constexpr int kThreads = 32 * kWarps;
    static constexpr int kStripWidth = 60;  ///< the outer lanes' coefficients are there for the others' 3x3 windows
    static constexpr int kMaxRows = 64;     ///< that a warp goes down; it computes two more for their windows
    static constexpr int kMinRows = 2;
    /// Of a multiprocessor at a time, to which registers are held down. Launches have no more that sum than fit at
    /// once, if they can: a second wave would run half empty.
    static constexpr int kBlocks = 3;
    static constexpr int kFinishThreads = 256;
};

/// Gain limits that one launch handles.
inline constexpr int kLaunchLimits = 2;

/// Sums of a row that one launch delivers: the reference's energy, then for each limit the restored and the additive
/// part.
constexpr int row_values(int limits) { return kBands * (1 + 2 * limits); }

/// Parts of up to `rows` rows that warps have: of the region that is summed, and of what lies above and below it.
struct RowZones {
    int summed, above, below;

    VMAF_HD constexpr RowZones(const ScalePlan& plan, int rows)
        : summed(parts(plan.bottom - plan.top, rows)),
          above(parts(plan.top, rows)),
          below(parts(plan.h - plan.bottom, rows)) {}
    VMAF_HD constexpr int count() const { return summed + above + below; }

 private:
    VMAF_HD static constexpr int parts(int length, int rows) { return (length + rows - 1) / rows; }
};

/// One scale of a batch of frames.
struct ScaleArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch];  ///< input: samples, or what the scale above left in `next`
    ScalePlan plan;
    RoundingShift cube[kBands], energy_cube;  ///< by the plan's shifts
    RoundingShift column_round, row_round;    ///< of the filters
    int in_w, in_h;
    uint32_t zero_mean;
    int rows;  ///< that a warp goes down
    bool detail, additive;
    bool whole_gains;  ///< all of `gain` are
    Gain gain[kLaunchLimits];
    /// The low-pass picture of frame 0, reference first, distorted next_size / 2 bytes behind it; the next frame's
    /// next_size bytes behind. Null: not wanted.
    std::byte* next;
    size_t next_size;
    int next_pitch;
    /// Of frame 0, row plan.top: row_values() sums, the following rows behind. The kernel adds to them.
    uint64_t* row_sums;
    size_t row_sums_stride;  ///< from frame to frame
};

/// Rounds the row sums, adds them up, and leaves zeros for the next batch.
struct FinishArgs {
    struct Scale {
        int rows, row_shift, energy_row_shift;
        size_t offset;  ///< of its rows among a frame's row sums
    } scale[kScales];
    uint64_t* row_sums;
    size_t row_sums_stride;
    std::byte* raw;  ///< Sums of each limit, of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::adm
