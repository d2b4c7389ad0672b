// What the host side of ssimulacra2's kernels and the kernels agree on.
#pragma once

#include "metric/colour/batch_pictures.h"
#include "metric/colour/sides.h"
#include "metric/float/pictures_cuda.h"
#include "metric/ssimulacra2/ssimulacra2_sums.h"

namespace vmaf::ssimulacra2 {

/// What is blurred of a and b.
enum Quantity { kA, kB, kAA, kBB, kAB, kQuantities };
inline constexpr int kEdgeQuantities = 2;  ///< a and b

using colour::kDistortedSide;
using colour::kOfDistorted;
using colour::kOfReference;
using colour::kPair;
using colour::kReferenceSide;
using colour::kSides;
using colour::Work;

VMAF_HD constexpr int side_of(Quantity q) { return q == kA || q == kAA ? kReferenceSide : kDistortedSide; }
/// A quantity's place among those of its side.
VMAF_HD constexpr int place_of(Quantity q) { return q == kA || q == kB ? 0 : q == kAA || q == kBB ? 1 : 2; }

/// The n-th quantity that kernels blur, a and b first.
VMAF_HD constexpr Quantity quantity_of(Work work, int n) {
    return work == kPair          ? static_cast<Quantity>(n)
           : work == kOfReference ? (n == 0 ? kA : kAA)
                                  : (n == 0   ? kB
                                     : n == 1 ? kBB
                                              : kAB);
}
/// How many there are, and how many of a and b.
VMAF_HD constexpr int quantities_of(Work work) { return work == kPair ? kQuantities : work == kOfReference ? 2 : 3; }
VMAF_HD constexpr int edge_quantities_of(Work work) { return work == kPair ? kEdgeQuantities : 1; }

/// Sizes of the kernels' work.
struct Tuning {
    /// A block makes a square of 2 kQuads x 2 kQuads pixels at full size, and what becomes of it in every scale.
    static constexpr int kQuads = 32, kPixelThreads = 256;
    /// Along rows a warp has as many rows of one quantity as lanes.
    static constexpr int kRows = 32;
    /// Down columns a warp has a tile's columns, and asks for this many rows ahead of those that it works on.
    static constexpr int kSteps = 4;
};
static_assert(Tuning::kQuads >> (kScales - 1) == 1);

/// A scale of a frame. Either side has X, Y and B of its picture at all scales, and behind them what is blurred of each component along rows, as
/// far as some map needs it.
struct Scale {
    int w, h, pitch;
    size_t plane;                      ///< floats from one to the next
    size_t xyb;                        ///< floats before X
    size_t across[kSides][kChannels];  ///< floats before the blurred ones of a component
    MapSet maps[kChannels];

    VMAF_HD int quantities(Work work, int c) const {
        return maps[c].structure ? quantities_of(work) : maps[c].edges ? edge_quantities_of(work) : 0;
    }
    /// Floats before a component's row y, or before a quantity's of it.
    VMAF_HD size_t before(int c, int y) const { return xyb + static_cast<size_t>(c) * plane + row(y); }
    VMAF_HD size_t before(int c, Quantity q, int y) const {
        return across[side_of(q)][c] + static_cast<size_t>(place_of(q)) * plane + row(y);
    }

 private:
    VMAF_HD size_t row(int y) const { return static_cast<size_t>(y) * static_cast<size_t>(pitch); }
};

/// A batch at all scales.
struct BatchArgs {
    int scales;
    Scale scale[kScales];
    float* reference[cuda::kMaxBatch];  ///< the reference's side of each frame
    float* distorted;                   ///< the other one, of frame 0
    size_t distorted_stride;            ///< floats from one to the next
    std::byte* sums;                    ///< Sums of frame 0
    size_t raw_stride;

    VMAF_HD float* side(int frame, int side) const {
        return side == kReferenceSide ? reference[frame] : distorted + static_cast<size_t>(frame) * distorted_stride;
    }
};

/// The pictures as well.
struct PixelArgs {
    colour::BatchPictures pictures;
    BatchArgs batch;
    colour::SidesArg sides;  ///< whose pixels are made
};
static_assert(sizeof(PixelArgs) <= 4096);

}  // namespace vmaf::ssimulacra2
