// How a launch that reads planes row by row shares them out among its blocks: tiles of 16-byte units.
#pragma once

#include "base/host_device.h"

namespace vmaf::cuda {

/// A block's tile is kColumns units wide; a thread has one column of it, kUnitsPerThread units that lie kRows rows apart.
struct Tiling {
    static constexpr int kUnit = 16;                ///< bytes
    static constexpr int kColumns = 32, kRows = 8;  ///< threads of a block
    static constexpr int kUnitsPerThread = 4;
    static constexpr int kTileHeight = kRows * kUnitsPerThread;
    static constexpr int kThreads = kColumns * kRows;
};

/// The tiles of one plane, row by row, from block `first` on.
struct PlaneTiles {
    int w = 0, h = 0;  ///< samples
    int columns = 0;   ///< of tiles
    int first = 0;
};

/// The tiles of a picture's planes, one plane after the other.
struct PictureTiles {
    PlaneTiles planes[3];  ///< planes that take no part start where the blocks end
    int blocks = 0;

    /// The plane that a block works on.
    VMAF_HD int plane_of(int block) const { return block < planes[1].first ? 0 : block < planes[2].first ? 1 : 2; }
};

}  // namespace vmaf::cuda
