// Four neighbouring pixels of a picture in linear light. Included by kernels.
#pragma once

#include "metric/colour/batch_pictures.h"
#include "metric/colour/colour_math.h"

namespace vmaf::colour {

/// Pixels (2 x + column, 2 y + row) as rgb[row][column]; those behind the picture's edge are the edge's.
struct Quad {
    Rgb rgb[2][2];
};

/// Chroma samples of a quad.
struct ChromaQuad {
    float of[2][2];
};

/// Samples within a filter's reach of an edge.
__device__ __forceinline__ int near_index(int i, int n) { return i < 0 ? -1 - i : i < n ? i : 2 * n - 1 - i; }

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
    __device__ __forceinline__ float filtered(const float (&s)[5]) const {
        return of[0] * s[0] + of[1] * s[1] + of[2] * s[2] + of[3] * s[3] + of[4] * s[4];
    }

    float of[5];
};

/// Chroma column i in the quad's two rows.
template <class T>
__device__ __forceinline__ void chroma_column(const Conversion& c, const cuda::PlaneArg& plane, int i, int y,
                                              float& top, float& bottom) {
    if (!c.shift_y) {
        top = plane.row<T>(2 * y)[i];
        bottom = plane.row<T>(min(2 * y + 1, c.h - 1))[i];
        return;
    }
    float samples[5];
#pragma unroll
    for (int k = 0; k < 5; k++) samples[k] = plane.row<T>(near_index(y - 2 + k, c.chroma_h))[i];
    top = WideTaps(c.down, 0).filtered(samples);
    bottom = WideTaps(c.down, 1).filtered(samples);
}

template <class T>
__device__ __forceinline__ ChromaQuad chroma_quad(const Conversion& c, const cuda::PlaneArg& plane, int x, int y) {
    ChromaQuad quad;
    if (!c.shift_x) {
#pragma unroll
        for (int column = 0; column < 2; column++)
            chroma_column<T>(c, plane, min(2 * x + column, c.w - 1), y, quad.of[0][column], quad.of[1][column]);
        return quad;
    }
    float rows[2][5];
#pragma unroll
    for (int k = 0; k < 5; k++)
        chroma_column<T>(c, plane, near_index(x - 2 + k, c.chroma_w), y, rows[0][k], rows[1][k]);
#pragma unroll
    for (int row = 0; row < 2; row++)
#pragma unroll
        for (int phase = 0; phase < 2; phase++) quad.of[row][phase] = WideTaps(c.across, phase).filtered(rows[row]);
    return quad;
}

/// Quad (x, y) of a picture whose samples are of type T.
template <class T>
__device__ __forceinline__ Quad read_quad(const Conversion& c, const cuda::PlaneArg (&planes)[3], int x, int y) {
    ChromaQuad u, v;
    if (c.has_chroma()) {
        u = chroma_quad<T>(c, planes[1], x, y);
        v = chroma_quad<T>(c, planes[2], x, y);
    } else {
#pragma unroll
        for (int i = 0; i < 4; i++) u.of[i / 2][i % 2] = v.of[i / 2][i % 2] = c.chroma_zero;
    }
    Quad quad;
#pragma unroll
    for (int row = 0; row < 2; row++)
#pragma unroll
        for (int column = 0; column < 2; column++) {
            const T luma = planes[0].row<T>(min(2 * y + row, c.h - 1))[min(2 * x + column, c.w - 1)];
            quad.rgb[row][column] = linear_rgb(c, luma, u.of[row][column], v.of[row][column]);
        }
    if (2 * x + 1 >= c.w) {
        quad.rgb[0][1] = quad.rgb[0][0];
        quad.rgb[1][1] = quad.rgb[1][0];
    }
    if (2 * y + 1 >= c.h) {
        quad.rgb[1][0] = quad.rgb[0][0];
        quad.rgb[1][1] = quad.rgb[0][1];
    }
    return quad;
}

/// One picture of a batch: of a frame the reference (side 0) or the distorted one (side 1).
struct Picture {
    __device__ __forceinline__ Picture(const BatchPictures& batch, unsigned frame, unsigned side)
        : conversion(batch.conversion) {
#pragma unroll
        for (int p = 0; p < 3; p++) planes[p] = side ? batch.frames[frame][p].dis : batch.frames[frame][p].ref;
    }
    template <class T>
    __device__ __forceinline__ Quad quad(int x, int y) const {
        return read_quad<T>(conversion, planes, x, y);
    }

    const Conversion& conversion;
    cuda::PlaneArg planes[3];
};

}  // namespace vmaf::colour
