// The pixels of a block of threads in linear light. Included by kernels.
#pragma once

#include "cuda/kernel/kernel.h"
#include "metric/colour/batch_pictures.h"
#include "metric/colour/colour_math.h"
#include "metric/colour/sides.h"

namespace vmaf::colour {

/// Whose picture or planes a block makes of theirs alone; blockIdx.z counts the sides of a frame, then frames.
struct SideOfFrame {
    __device__ __forceinline__ explicit SideOfFrame(SidesArg sides)
        : frame(static_cast<int>(sides.count == kSides ? blockIdx.z / kSides : blockIdx.z)),
          side(sides.count == kSides ? static_cast<int>(blockIdx.z % kSides) : sides.first) {}

    int frame, side;
};

/// Four neighbouring pixels: (2 x + column, 2 y + row) as rgb[row][column]; those behind the picture's edge are the edge's.
struct Quad {
    Rgb rgb[2][2];
};

/// Chroma samples of a quad.
struct ChromaQuad {
    float of[2][2];
};

/// A sample within a filter's reach of an edge; some sample of the picture farther away.
__device__ __forceinline__ int near_index(int i, int n) { return i < 0 ? -1 - i : i < n ? i : max(2 * n - 1 - i, 0); }

/// The taps of even or odd samples, from two samples before on; those that a phase lacks are 0.
struct WideTaps {
    __device__ __forceinline__ WideTaps(const ChromaPhases& phases, int phase) {
        const bool early = phases.first[phase] == -2;
        const float(&taps)[4] = phases.taps[phase];
        of[0] = early ? taps[0] : 0;
#pragma unroll
        for (int i = 1; i < 4; i++) of[i] = early ? taps[i] : taps[i - 1];
        of[4] = early ? 0 : taps[3];
    }
    __device__ __forceinline__ float filtered(const float* s) const {
        return of[0] * s[0] + of[1] * s[1] + of[2] * s[2] + of[3] * s[3] + of[4] * s[4];
    }

    float of[5];
};

/// Samples that a filter sees before and behind those of a quad together.
constexpr int kAround = 4;

/// Chroma of a block's quads for all rows of luma, from half as many columns as luma has: u and v, from two columns before the first quad on.
template <int kColumns, int kRows>
struct ChromaTile {
    float of[2][2 * kRows][kColumns + kAround];
};

/// The quads of a block of threads, kColumns x kRows of them from quad (x0, y0) on, of one picture of a batch: of a frame the reference (side
/// 0) or the distorted one (side 1). T is the type of samples. Every thread of the block makes one and uses it for quads of its own.
template <class T, int kColumns, int kRows>
class BlockQuads {
 public:
    __device__ __forceinline__ BlockQuads(const BatchPictures& batch, int frame, int side, int x0, int y0)
        : c_(batch.conversion), x0_(x0), y0_(y0), tile_(cuda::block_shared<ChromaTile<kColumns, kRows>>()) {
#pragma unroll
        for (int p = 0; p < 3; p++) planes_[p] = side ? batch.frames[frame][p].dis : batch.frames[frame][p].ref;
        if (!c_.shift_x) return;
        load_chroma();
        __syncthreads();
    }

    /// Quad (x, y) of the block's, which lies in the picture.
    __device__ __forceinline__ Quad at(int x, int y) const {
        const ChromaQuad u = chroma(0, x, y), v = chroma(1, x, y);
        const int left = 2 * (x0_ + x), top = 2 * (y0_ + y);
        const bool wide = left + 1 < c_.w, high = top + 1 < c_.h;
        Quad quad;
#pragma unroll
        for (int row = 0; row < 2; row++) {
            const T* luma = planes_[0].row<T>(row && high ? top + 1 : top) + left;
#pragma unroll
            for (int column = 0; column < 2; column++)
                quad.rgb[row][column] =
                    linear_rgb(c_, luma[column && wide ? 1 : 0], u.of[row][column], v.of[row][column]);
        }
        if (!wide) {
            quad.rgb[0][1] = quad.rgb[0][0];
            quad.rgb[1][1] = quad.rgb[1][0];
        }
        if (!high) {
            quad.rgb[1][0] = quad.rgb[0][0];
            quad.rgb[1][1] = quad.rgb[0][1];
        }
        return quad;
    }

 private:
    /// A thread takes a column of a plane through kRun quads at a time.
    __device__ __forceinline__ void load_chroma() {
        constexpr int kWide = kColumns + kAround, kRun = 4;
        static_assert(kRows % kRun == 0);
        for (int i = cuda::thread_in_block(); i < 2 * kWide * (kRows / kRun); i += cuda::block_threads()) {
            const int column = i % kWide, run = i / kWide, first = run / 2 * kRun;
            const bool v = run % 2;
            const cuda::PlaneArg plane = v ? planes_[2] : planes_[1];
            const int x = near_index(x0_ - kAround / 2 + column, c_.chroma_w), y = y0_ + first;
            float(*to)[kWide] = &tile_.of[v][2 * first];
            if (!c_.shift_y) {
#pragma unroll
                for (int j = 0; j < 2 * kRun; j++) to[j][column] = plane.row<T>(min(2 * y + j, c_.h - 1))[x];
                continue;
            }
            float samples[kRun + kAround];
#pragma unroll
            for (int j = 0; j < kRun + kAround; j++)
                samples[j] = plane.row<T>(near_index(y - kAround / 2 + j, c_.chroma_h))[x];
            const WideTaps even(c_.down, 0), odd(c_.down, 1);
#pragma unroll
            for (int j = 0; j < kRun; j++) {
                to[2 * j][column] = even.filtered(samples + j);
                to[2 * j + 1][column] = odd.filtered(samples + j);
            }
        }
    }

    /// U (which = 0) or V of a quad.
    __device__ __forceinline__ ChromaQuad chroma(int which, int x, int y) const {
        ChromaQuad quad;
#pragma unroll
        for (int i = 0; i < 4; i++) {
            const int row = i / 2, column = i % 2;
            if (c_.shift_x)
                quad.of[row][column] = WideTaps(c_.across, column).filtered(&tile_.of[which][2 * y + row][x]);
            else if (c_.has_chroma())
                quad.of[row][column] = planes_[1 + which].row<T>(
                    min(2 * (y0_ + y) + row, c_.h - 1))[min(2 * (x0_ + x) + column, c_.w - 1)];
            else
                quad.of[row][column] = c_.chroma_zero;
        }
        return quad;
    }

    const Conversion& c_;
    int x0_, y0_;
    ChromaTile<kColumns, kRows>& tile_;
    cuda::PlaneArg planes_[3];
};

}  // namespace vmaf::colour
