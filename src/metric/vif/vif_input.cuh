// How the warps of vif's kernels read their input: rows through shared memory, to the lanes that multiply them.
#pragma once

#include <type_traits>

#include "cuda/kernel/async_copy.h"
#include "cuda/kernel/byte_matrix.h"
#include "metric/vif/vif_cuda.h"

namespace vmaf::vif {

inline constexpr int kStep = Tuning::kStep;
/// Input goes so far beyond the outputs on every side, whatever the filter's radius.
inline constexpr int kReach = 8;

/// The lane in the terms of the matrices: their rows (columns of B) and the fours of their columns (rows of B).
struct Lane {
    int group, member;
};

/// A step's outputs, 16 x 16 from (x, y) on, and the lane.
struct Place {
    int x, y;
    Lane lane;
};

/// A lane's samples of both halves (upper and lower 16 rows) of a step's input: 4 rows from 4 * member on, 2 columns
/// from 2 * group on.
template <class Sample>
struct Samples;

template <>
struct Samples<uint8_t> {
    uint32_t column[2][2];  // [half][column], a byte a row

    __device__ __forceinline__ void set(int half, const uint32_t (&row)[4]) {
        cuda::transpose_bytes(row, column[half]);
    }
    __device__ __forceinline__ void planes(int half, int c, uint32_t (&plane)[1]) const { plane[0] = column[half][c]; }
};

template <>
struct Samples<uint16_t> {
    uint32_t row[2][4];  // [half][row], columns in the low and the high 16 bits

    __device__ __forceinline__ void set(int half, const uint32_t (&rows)[4]) {
#pragma unroll
        for (int i = 0; i < 4; ++i) row[half][i] = rows[i];
    }
    __device__ __forceinline__ uint32_t at(int half, int c, int i) const {
        return c == 0 ? row[half][i] & 0xffff : row[half][i] >> 16;
    }
    __device__ __forceinline__ void planes(int half, int c, uint32_t (&plane)[2]) const {
        const unsigned pick = c == 0 ? 0x5410 : 0x7632;
        const uint32_t front = __byte_perm(row[half][0], row[half][1], pick);
        const uint32_t back = __byte_perm(row[half][2], row[half][3], pick);
        plane[0] = __byte_perm(front, back, 0x6420);
        plane[1] = __byte_perm(front, back, 0x7531);
    }
};

/// The input of two steps of a warp: one being read, one being fetched. Lanes fetch whole rows and take out the columns
/// that they need. Row r lies at slot_of_row(r), which puts what the lanes read at once into different banks.
template <class Sample>
struct Tile {
    /// Eight samples: what is fetched at once.
    using Unit = std::conditional_t<sizeof(Sample) == 1, uint2, uint4>;
    /// Two samples: what is read at once.
    using Pair = std::conditional_t<sizeof(Sample) == 1, uint16_t, uint32_t>;
    Unit slot[2][2][32][2];  // [step][picture][slot][unit]
};

template <class Sample>
struct Tiles {
    Tile<Sample> of_warp[Tuning::kWarps];
};

/// Its own inverse.
__device__ __forceinline__ constexpr int slot_of_row(int row) { return (row & 3) * 4 + ((row >> 2) & 3) + (row & 16); }

/// Reads the input of one step after the other; borders are reflected.
template <class Sample>
class Reader {
 public:
    __device__ __forceinline__ Reader(const ScaleArgs& args, Tile<Sample>& tile, const Place& place)
        : tile_(tile), slot_(cuda::lane_in_warp()), w_(args.w) {
        const cuda::PlanePairArg& frame = args.frames[blockIdx.z];
        const int row = mirror_centre(place.y - kReach + slot_of_row(slot_), args.h);
        row_[0] = frame.ref.row<Sample>(row);
        row_[1] = frame.dis.row<Sample>(row);
    }

    /// Starts to fetch columns x to x + 15. A read() must follow, and then only the next fetch.
    __device__ __forceinline__ void fetch(int x) {
        if (x < 0 || x + kStep > w_) return fetch_reflected(x);
#pragma unroll
        for (int picture = 0; picture < 2; ++picture)
            cuda::start_async_copy_of_two(tile_.slot[step_][picture][slot_],
                                          reinterpret_cast<const Unit*>(row_[picture] + x));
    }

    /// Gives the lane its samples of what was fetched last.
    __device__ __forceinline__ void read(const Lane& lane, Samples<Sample>& ref, Samples<Sample>& dis) {
        cuda::finish_async_copies();
        __syncwarp();
        const auto& tile = tile_.slot[step_];
        step_ ^= 1;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            uint32_t rows[2][4];
#pragma unroll
            for (int picture = 0; picture < 2; ++picture)
#pragma unroll
                for (int i = 0; i < 4; ++i)
                    rows[picture][i] =
                        reinterpret_cast<const Pair*>(tile[picture][4 * i + lane.member + 16 * half])[lane.group];
            ref.set(half, rows[0]);
            dis.set(half, rows[1]);
        }
    }

 private:
    using Unit = typename Tile<Sample>::Unit;
    using Pair = typename Tile<Sample>::Pair;

    __device__ __forceinline__ void fetch_reflected(int x) {
#pragma unroll 1
        for (int i = 0; i < kStep; ++i) {
            const int column = mirror_centre(x + i, w_);
            for (int picture = 0; picture < 2; ++picture)
                reinterpret_cast<Sample*>(tile_.slot[step_][picture][slot_])[i] = row_[picture][column];
        }
    }

    Tile<Sample>& tile_;
    int slot_, w_, step_ = 0;
    const Sample* row_[2];
};

}  // namespace vmaf::vif
