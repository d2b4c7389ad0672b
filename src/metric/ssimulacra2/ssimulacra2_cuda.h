// What the host side of ssimulacra2's kernels and the kernels agree on.
#pragma once

#include "metric/colour/batch_pictures.h"
#include "metric/float/pictures_cuda.h"
#include "metric/ssimulacra2/ssimulacra2_sums.h"

namespace vmaf::ssimulacra2 {

/// What is blurred of a and b.
enum Quantity { kA, kB, kAA, kBB, kAB, kQuantities };
inline constexpr int kEdgeQuantities = 2;  ///< a and b

/// Sizes of the kernels' work.
struct Tuning {
    /// A block makes a square of 2 kQuads x 2 kQuads pixels at full size, and what becomes of it in every scale.
    static constexpr int kQuads = 32, kPixelThreads = 256;
    /// Along rows a warp has as many rows of one quantity as lanes.
    static constexpr int kRows = 32;
    static constexpr int kAcrossThreads = kRows * kQuantities;
    /// Down columns a warp has a tile's columns, and asks for this many rows ahead of those that it works on.
    static constexpr int kSteps = 4;
};
static_assert(Tuning::kQuads >> (kScales - 1) == 1);

/// Planes of floats of a batch: `count` of each frame, one behind the other.
struct PlaneStack {
    float* data;
    int pitch, count;
    size_t plane;  ///< floats

    VMAF_HD float* row(int frame, int index, int y) const {
        return data + (static_cast<size_t>(frame) * count + index) * plane + static_cast<size_t>(y) * pitch;
    }
};

/// A batch at one scale. XYB has the reference's three planes, then those of the distorted picture.
struct Scale {
    int w, h;
    PlaneStack xyb, across;
    MapSet maps[kChannels];
    int first_across[kChannels];  ///< planes of `across` before those of a component

    VMAF_HD int quantities(int c) const {
        return maps[c].structure ? kQuantities : maps[c].edges ? kEdgeQuantities : 0;
    }
};

/// A batch at all scales.
struct BatchArgs {
    int scales;
    Scale scale[kScales];
    std::byte* sums;  ///< Sums of frame 0
    size_t raw_stride;
};

/// The pictures as well.
struct PixelArgs {
    colour::BatchPictures pictures;
    BatchArgs batch;
};
static_assert(sizeof(PixelArgs) <= 4096);

}  // namespace vmaf::ssimulacra2
