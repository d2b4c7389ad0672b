// float_adm on the GPU: luma planes or the last scale's low-pass pictures -> wavelet bands -> terms -> sums of the terms' rows.
#include "cuda/kernel/kernel.h"
#include "metric/adm/float_adm_cuda.h"
#include "metric/float/pictures.cuh"
#include "metric/float/row_sums.cuh"

namespace vmaf::float_adm {
namespace {

// ---- the wavelet

/// A tile after the filters down the columns, with what the filters along the rows reach.
struct ColumnTile {
    static constexpr int kColumns = 2 * Tuning::kBandColumns + 2;
    float low[Tuning::kBandRows][kColumns], high[Tuning::kBandRows][kColumns];
};

template <class T>
__device__ __forceinline__ void transform(const WaveletArgs& args) {
    auto& tile = cuda::block_shared<ColumnTile>();
    const PictureSource& source = args.source;
    const int frame = static_cast<int>(blockIdx.z) / 2, side = static_cast<int>(blockIdx.z) % 2;
    const cuda::PlaneArg& plane = side ? source.frames[frame].dis : source.frames[frame].ref;
    const int left = static_cast<int>(blockIdx.x) * Tuning::kBandColumns,
              top = static_cast<int>(blockIdx.y) * Tuning::kBandRows;
    const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(Tuning::kThreads);
    for (int i = thread; i < Tuning::kBandRows * ColumnTile::kColumns; i += threads) {
        const int column = i % ColumnTile::kColumns, row = i / ColumnTile::kColumns;
        const int x = mirror_centre_low_face_high_near(2 * left - 1 + column, source.w);
        float s[4];
#pragma unroll
        for (int k = 0; k < 4; k++) {
            const int y = mirror_centre_low_face_high_near(2 * (top + row) - 1 + k, source.h);
            s[k] = sample<T>(source, plane, x, y);
        }
        tile.low[row][column] = low_pass(s[0], s[1], s[2], s[3]);
        tile.high[row][column] = high_pass(s[0], s[1], s[2], s[3]);
    }
    __syncthreads();
    const size_t size = static_cast<size_t>(args.pitch) * args.h;
    for (int i = thread; i < Tuning::kBandRows * Tuning::kBandColumns; i += threads) {
        const int column = i % Tuning::kBandColumns, row = i / Tuning::kBandColumns;
        if (left + column >= args.w || top + row >= args.h) continue;
        const float *low = &tile.low[row][2 * column], *high = &tile.high[row][2 * column];
        const size_t at = static_cast<size_t>(top + row) * args.pitch + left + column;
        args.low[blockIdx.z * size + at] = low_pass(low[0], low[1], low[2], low[3]);
        if (!args.bands) continue;
        float* bands = args.bands + blockIdx.z * kBands * size + at;
        bands[kVertical * size] = high_pass(low[0], low[1], low[2], low[3]);
        bands[kHorizontal * size] = low_pass(high[0], high[1], high[2], high[3]);
        bands[kDiagonal * size] = high_pass(high[0], high[1], high[2], high[3]);
    }
}

// ---- terms

/// Contrasts of both parts in a tile and around it: restored, additive.
struct ContrastTile {
    static constexpr int kColumns = Tuning::kColumns + 2, kRows = Tuning::kRows + 2;
    static constexpr int kBorder = 2 * kColumns + 2 * Tuning::kRows;  ///< samples around the tile
    float of[2][kRows][kColumns];

    __device__ void put(int column, int row, const Parts& parts) {
        of[0][row][column] = contrast(parts.kept);
        of[1][row][column] = contrast(parts.added);
    }
    __device__ float around(int part, int column, int row) const {
        const auto three = [&](int y) {
            return of[part][y][column - 1] + of[part][y][column] + of[part][y][column + 1];
        };
        return threshold(three(row - 1), three(row), three(row + 1), of[part][row][column]);
    }
};

/// One sample's bands in both pictures.
struct Sample {
    float ref[kBands], dis[kBands];
};

__device__ __forceinline__ Sample load(const TermArgs& args, int x, int y) {
    const size_t size = static_cast<size_t>(args.pitch) * args.h;
    const float* in = args.bands + blockIdx.z * 2 * kBands * size + static_cast<size_t>(y) * args.pitch + x;
    Sample sample;
#pragma unroll
    for (int b = 0; b < kBands; b++) sample.ref[b] = in[b * size], sample.dis[b] = in[(kBands + b) * size];
    return sample;
}

/// The i-th sample around a tile, as column and row of ContrastTile.
__device__ __forceinline__ int2 border_place(int i) {
    using Tile = ContrastTile;
    if (i < Tile::kColumns) return {i, 0};
    if (i < 2 * Tile::kColumns) return {i - Tile::kColumns, Tile::kRows - 1};
    i -= 2 * Tile::kColumns;
    return {i < Tuning::kRows ? 0 : Tile::kColumns - 1, 1 + i % Tuning::kRows};
}

__device__ __forceinline__ void terms(const TermArgs& args) {
    auto& tile = cuda::block_shared<ContrastTile>();
    const int left = args.left + static_cast<int>(blockIdx.x) * Tuning::kColumns,
              top = args.top + static_cast<int>(blockIdx.y) * Tuning::kRows;
    const int thread = static_cast<int>(threadIdx.x), column = thread % Tuning::kColumns,
              row = thread / Tuning::kColumns;
    const auto load_near = [&](int x, int y) {
        return load(args, mirror_centre_low_face_high_near(x, args.w), mirror_centre_low_face_high_near(y, args.h));
    };
    const Sample own = load_near(left + column, top + row);
    const bool on_border = thread < ContrastTile::kBorder && args.masks;
    const int2 place = border_place(on_border ? thread : 0);
    Sample border{};
    if (on_border) border = load_near(left + place.x - 1, top + place.y - 1);

    const int w = args.right - args.left, h = args.bottom - args.top;
    const int x = left + column - args.left, y = top + row - args.top;
    const bool inside = x < w && y < h;
    const size_t size = static_cast<size_t>(args.terms_pitch) * h;
    float* out =
        args.terms + blockIdx.z * term_planes(args.limits) * size + static_cast<size_t>(y) * args.terms_pitch + x;
    if (inside)
        for (int b = 0; b < kBands; b++) out[b * size] = args.power(fabsf(args.weight[b] * own.ref[b]));
    for (int i = 0; i < args.limits; i++) {
        const float limit = args.gain_limits[i];
        const Parts parts = decouple(own.ref, own.dis, args.weight, limit);
        float kept_threshold = 0, added_threshold = 0;
        if (args.masks) {
            __syncthreads();
            tile.put(column + 1, row + 1, parts);
            if (on_border) tile.put(place.x, place.y, decouple(border.ref, border.dis, args.weight, limit));
            __syncthreads();
            kept_threshold = tile.around(1, column + 1, row + 1);
            added_threshold = tile.around(0, column + 1, row + 1);
        }
        if (!inside) continue;
        float* of_limit = out + (1 + 2 * i) * kBands * size;
        for (int b = 0; b < kBands; b++) {
            of_limit[b * size] = args.power(unmasked(parts.kept[b], kept_threshold));
            of_limit[(kBands + b) * size] = args.power(unmasked(parts.added[b], added_threshold));
        }
    }
}

constexpr unsigned kThreads = Tuning::kThreads;

}  // namespace

extern "C" {
__global__ void __launch_bounds__(kThreads) float_adm_wavelet_u8(const WaveletArgs __grid_constant__ args) {
    transform<uint8_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_adm_wavelet_u16(const WaveletArgs __grid_constant__ args) {
    transform<uint16_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_adm_wavelet_f32(const WaveletArgs __grid_constant__ args) {
    transform<float>(args);
}
__global__ void __launch_bounds__(kThreads) float_adm_terms(const TermArgs __grid_constant__ args) { terms(args); }
__global__ void __launch_bounds__(cuda::kWarp) float_adm_rows(const RowSumArgs __grid_constant__ args) {
    sum_rows(args);
}
}

}  // namespace vmaf::float_adm
