// Planes read in units of 16 bytes, whatever the sample type: what kernels over PictureTiles do. Included by .cu files alone.
#pragma once

#include "cuda/kernel/kernel.h"
#include "cuda/kernel/plane_tiles.h"

namespace vmaf::cuda {

/// 16 bytes of a row, in memory order.
struct Unit {
    uint32_t words[4];
};

/// A thread's column of units in its block's tile.
class UnitColumn {
 public:
    /// `sample_bytes`: size of a sample.
    __device__ __forceinline__ UnitColumn(const PlaneTiles& tiles, int block, int sample_bytes) {
        const int tile = block - tiles.first;
        unit_ = tile % tiles.columns * Tiling::kColumns + static_cast<int>(threadIdx.x);
        kept_ = tiles.w * sample_bytes - unit_ * Tiling::kUnit;
        first_row_ = tile / tiles.columns * Tiling::kTileHeight + static_cast<int>(threadIdx.y);
        rows_ = tiles.h;
    }

    /// False for units beyond the plane.
    __device__ __forceinline__ bool holds(int i) const { return kept_ > 0 && row(i) < rows_; }
    /// Unit i; what lies behind the row's end in it is unspecified.
    __device__ __forceinline__ Unit load(const PlaneArg& plane, int i) const {
        const uint4 v = __ldg(plane.row<uint4>(row(i)) + unit_);
        return {{v.x, v.y, v.z, v.w}};
    }
    /// Clears what lies behind the row's end.
    __device__ __forceinline__ void trim(Unit& unit) const {
        if (kept_ >= Tiling::kUnit) return;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            const int kept = kept_ - 4 * i;
            if (kept < 4) unit.words[i] &= kept <= 0 ? 0 : (1u << (8 * kept)) - 1;
        }
    }

 private:
    __device__ __forceinline__ int row(int i) const { return first_row_ + i * Tiling::kRows; }

    int unit_, kept_, first_row_, rows_;  // kept_: bytes of the row from the unit's start on
};

}  // namespace vmaf::cuda
