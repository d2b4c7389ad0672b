// What the host side of ssimulacra2's kernels and the kernels agree on.
#pragma once

#include "cuda/kernel/frame_args.h"
#include "metric/colour/conversion.h"
#include "metric/float/pictures_cuda.h"
#include "metric/ssimulacra2/ssimulacra2_sums.h"

namespace vmaf::ssimulacra2 {

/// What is blurred of a and b.
enum Quantity { kA, kB, kAA, kBB, kAB, kQuantities };
inline constexpr int kEdgeQuantities = 2;  ///< a and b

/// Sizes of the kernels' work.
struct Tuning {
    static constexpr int kQuadColumns = 32, kQuadRows = 4;
    static constexpr int kQuadThreads = kQuadColumns * kQuadRows;
    /// Along rows a warp has as many rows of one quantity as lanes.
    static constexpr int kRows = 32;
    static constexpr int kAcrossThreads = kRows * kQuantities;
    /// Down columns a warp has a tile's columns.
    static constexpr int kColumnTiles = 2;
    static constexpr int kDownThreads = kTileWidth * kColumnTiles;
};

/// Planes of floats of a batch: `count` of each frame, one behind the other.
struct PlaneStack {
    float* data;
    int pitch, count;
    size_t plane;  ///< floats

    VMAF_HD float* row(int frame, int index, int y) const {
        return data + (static_cast<size_t>(frame) * count + index) * plane + static_cast<size_t>(y) * pitch;
    }
};

/// A batch at one scale. XYB and light have the reference's three planes, then those of the distorted picture.
struct ScaleArgs {
    int w, h;
    PlaneStack light, next_light, xyb, across;  ///< `next_light` without data: there is no next scale
    MapSet maps[kChannels];
    int first_across[kChannels];  ///< planes of `across` before those of a component
    std::byte* sums;              ///< ChannelSums of frame 0, by component
    size_t raw_stride;
};

/// The pictures as well.
struct PixelArgs {
    cuda::PlanePairArg frames[cuda::kMaxBatch][3];
    colour::Conversion conversion;
    ScaleArgs scale;
};
static_assert(sizeof(PixelArgs) <= 4096);

}  // namespace vmaf::ssimulacra2
