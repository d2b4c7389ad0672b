// What the host side of cambi's kernels and the kernels agree on.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/exact_sum.h"
#include "cuda/kernel/frame_args.h"
#include "metric/cambi/cambi_math.h"

namespace vmaf::cambi {

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kPrepareColumns = 56, kPrepareRows = 64;  ///< pixels of a warp, at full size
    static constexpr int kPrepareWarps = 4;                        ///< of a block, one below the other
    static constexpr int kPrepareThreads = 32 * kPrepareWarps;

    static constexpr int kFilterColumns = 32, kFilterRows = 64;  ///< pixels of a block
    static constexpr int kFilterDown = 8;
    static constexpr int kFilterThreads = kFilterColumns * kFilterRows / kFilterDown;

    static constexpr int kColumns = 128;            ///< of the pixels whose confidences a block finds, one a thread
    static constexpr int kGroup = 4;                ///< columns whose counts are also kept together
    static constexpr int kRows = 32;                ///< of them, but at least as many as the windows' radius doubled
    static constexpr int kCellWords = 33;           ///< most words of a column's counts in shared memory; odd
    static constexpr int kSharedBytes = 45 * 1024;  ///< most for the counts of a block
    static constexpr int kWideCells = 256;          ///< of a column's counts where they lie in device memory

    static constexpr int kCountThreads = 256, kCountValues = 16 * 1024;  ///< of a block that counts confidences
};

/// The largest window whose columns count to 255: their counts are bytes in shared memory. Larger ones are 16 bits wide, in
/// device memory.
inline constexpr int kMaxByteWindow = 255;

/// The most device memory for those, of all blocks of a launch: enough for four blocks of the largest windows on each processor.
inline constexpr size_t kMaxWideBytes = size_t{256} << 20;

/// How counts lie in words of 32 bits: those of a column, and for each of its words those of a group of columns.
struct CellLayout {
    int per_word, group_words;
};
inline constexpr CellLayout kByteCounts = {4, 2}, kWideCounts = {2, 1};

/// Bit of a pixel in the mask, above its level; and what stands for a pixel that no window counts.
inline constexpr uint16_t kMaskBit = 0x8000, kUncountedPixel = 0xffff;

/// Ranks are selected digit by digit, the highest first.
inline constexpr int kDigits = 3;
VMAF_HD constexpr int digit_bits(int digit) { return digit == 0 ? 10 : 9; }
VMAF_HD constexpr int digit_shift(int digit) { return digit == 0 ? 18 : digit == 1 ? 9 : 0; }
VMAF_HD constexpr int first_bin(int digit) { return digit == 0 ? 0 : digit == 1 ? 1024 : 1536; }
inline constexpr int kBins = 2048;  ///< of all digits
static_assert(digit_bits(0) + digit_bits(1) + digit_bits(2) == kRankBits);

/// A frame's raw result: one Totals, then a Selected for every variant, then the heatmaps if they are wanted.
struct Totals {
    struct Scale {
        SplitSum sum;        ///< of all confidences
        uint64_t positives;  ///< confidences above 0
    } scale[2][kScales];     ///< by Role
};

/// What is pooled, where not all positive confidences are.
struct Selected {
    struct Scale {
        SplitSum sum;    ///< of the confidences above the smallest one that is pooled
        uint64_t above;  ///< how many they are
        uint64_t rank;   ///< of the smallest one
    } scale[2][kScales];
};

/// A scale's planes in the scratch memory of a frame.
struct ScaleArg {
    int w, h;
    size_t offset;    ///< of its first pixel in the planes of levels, of counted pixels and of confidences
    int first_strip;  ///< of those whose confidences a block finds
    int strips;       ///< side by side
    int first_chunk;  ///< of the blocks that count confidences
    size_t heatmap;   ///< of its first pixel among the heatmaps
};

/// A batch's pictures of one role, on their way to Totals and Selected.
struct Args {
    cuda::PlaneArg frames[cuda::kMaxBatch];
    int w, h;            ///< at which they are scored
    const int* columns;  ///< samples that are picked; null: all
    const int* rows;
    unsigned bpc;
    bool smooth, halve_first;
    int threshold;  ///< of the mask

    ScaleArg scale[kScales];
    int role;
    int radius;
    int all_strips;       ///< of all scales
    int band_rows;        ///< of a strip
    int cell_words;       ///< of a column's counts
    int steps;            ///< of contrast
    int lowest, highest;  ///< values for which some step counts
    const uint8_t* first_step;
    const float* reciprocals;

    // Scratch memory of frame 0, and how far it is to that of the next.
    uint16_t* levels;  ///< before the filter, with kMaskBit
    uint16_t* counted;
    float* confidences;
    size_t plane;  ///< pixels of all scales
    uint32_t* bins;
    size_t frame_bins;
    uint16_t* wide_counts;   ///< of block 0; null: they are in shared memory
    size_t wide_block;       ///< cells
    const uint64_t* pooled;  ///< [variant][role][scale]

    size_t heatmaps;  ///< where a frame's raw result holds them
    double heat_scaling;

    std::byte* raw;  ///< of frame 0
    size_t raw_stride;
};

}  // namespace vmaf::cambi
