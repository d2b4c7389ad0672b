// ssimulacra2 on the GPU, all scales at once: pixels -> XYB of every scale -> blurred along rows -> blurred down columns, and the sums of
// the maps.
#include "base/unrolled.h"
#include "cuda/kernel/kernel.h"
#include "metric/colour/pixels.cuh"
#include "metric/ssimulacra2/ssimulacra2_cuda.h"

namespace vmaf::ssimulacra2 {
namespace {

using colour::Quad;
using colour::Rgb;

__device__ __forceinline__ float mean_of(const Quad& quad, float Rgb::*c) {
    return mean_of_four(quad.rgb[0][0].*c, quad.rgb[0][1].*c, quad.rgb[1][0].*c, quad.rgb[1][1].*c);
}

// Pixels of all scales.

/// Light of the block's pixels: those of scale s in light[s % 2].
struct LightTile {
    float light[2][kChannels][Tuning::kQuads][Tuning::kQuads];
};

/// The picture whose pixels the block makes.
struct Source : colour::SideOfFrame {
    __device__ explicit Source(const PixelArgs& args) : SideOfFrame(args.sides), planes(args.batch.side(frame, side)) {}

    float* planes;
};

/// Quad (x, y) of the block's square at scale s, (column, row) of the picture.
struct QuadPlace {
    int x, y, column, row;
};

/// Calls make(place) for the block's quads at scale s that lie in the picture.
template <class Make>
__device__ __forceinline__ void each_quad(const Scale& scale, int s, Make make) {
    const int side = Tuning::kQuads >> s;
    for (int i = static_cast<int>(threadIdx.x); i < side * side; i += Tuning::kPixelThreads) {
        const int x = i & (side - 1), y = i / side;
        const QuadPlace place{x, y, static_cast<int>(blockIdx.x) * side + x, static_cast<int>(blockIdx.y) * side + y};
        if (2 * place.column < scale.w && 2 * place.row < scale.h) make(place);
    }
}

/// A quad of scale s >= 1.
__device__ __forceinline__ Quad smaller_quad(const LightTile& tile, const Scale& scale, int s, const QuadPlace& place) {
    Quad quad;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const int x = 2 * place.x + (2 * place.column + 1 < scale.w ? i % 2 : 0),
                  y = 2 * place.y + (2 * place.row + 1 < scale.h ? i / 2 : 0);
        const auto& light = tile.light[s % 2];
        quad.rgb[i / 2][i % 2] = {light[0][y][x], light[1][y][x], light[2][y][x]};
    }
    return quad;
}

/// XYB of a quad of scale s, and its pixel of the next scale. Rows have room for pairs.
__device__ __forceinline__ void write_quad(LightTile& tile, const Scale& scale, int s, const Source& source,
                                           const QuadPlace& place, const Quad& quad) {
    for (int row = 0; row < 2 && 2 * place.row + row < scale.h; row++) {
        const Rgb &l = quad.rgb[row][0], &r = quad.rgb[row][1];
        const Xyb left = to_xyb(l.r, l.g, l.b), right = to_xyb(r.r, r.g, r.b);
        const auto put = [&](int c, float a, float b) {
            float* to = source.planes + scale.before(c, 2 * place.row + row);
            reinterpret_cast<float2*>(to)[place.column] = make_float2(a, b);
        };
        put(0, left.x, right.x);
        put(1, left.y, right.y);
        put(2, left.b, right.b);
    }
    auto& next = tile.light[(s + 1) % 2];
    next[0][place.y][place.x] = mean_of(quad, &Rgb::r);
    next[1][place.y][place.x] = mean_of(quad, &Rgb::g);
    next[2][place.y][place.x] = mean_of(quad, &Rgb::b);
}

template <class T>
__device__ __forceinline__ void pixels(const PixelArgs& args) {
    auto& tile = cuda::block_shared<LightTile>();
    const BatchArgs& batch = args.batch;
    const Source source(args);
    const colour::BlockQuads<T, Tuning::kQuads, Tuning::kQuads> quads(args.pictures, source.frame, source.side,
                                                                      static_cast<int>(blockIdx.x) * Tuning::kQuads,
                                                                      static_cast<int>(blockIdx.y) * Tuning::kQuads);
    each_quad(batch.scale[0], 0, [&](const QuadPlace& place) {
        write_quad(tile, batch.scale[0], 0, source, place, quads.at(place.x, place.y));
    });
    for (int s = 1; s < batch.scales; s++) {
        __syncthreads();
        each_quad(batch.scale[s], s, [&](const QuadPlace& place) {
            write_quad(tile, batch.scale[s], s, source, place, smaller_quad(tile, batch.scale[s], s, place));
        });
    }
}

/// What a block blurs: blockIdx.y is the frame, blockIdx.z the scale and the component.
struct Subject {
    int frame = static_cast<int>(blockIdx.y), scale = static_cast<int>(blockIdx.z) / kChannels,
        component = static_cast<int>(blockIdx.z) % kChannels;
};

// Along rows.

/// Columns of a chunk, and those of the chunk before that its first steps look back at.
constexpr int kChunk = 32, kOverlap = kBehind + kAhead;

/// By column and row: column i of a chunk of results is made of the samples i and i + kOverlap. The reference's side needs no others.
template <Work kWork>
struct AcrossTile {
    static constexpr int kPictures = kWork == kOfReference ? 1 : 2;

    float samples[kPictures][kOverlap + kChunk][Tuning::kRows + 1];
    float results[quantities_of(kWork)][kChunk][Tuning::kRows + 1];
};

template <Quantity kWhich, Work kWork>
__device__ __forceinline__ float sample_of(const AcrossTile<kWork>& tile, int i, int lane) {
    const auto of = [&](int picture) { return tile.samples[picture][i][lane]; };
    if constexpr (kWhich == kA || kWhich == kAA)
        return kWhich == kA ? of(0) : of(0) * of(0);
    else if constexpr (kWhich == kB || kWhich == kBB)
        return kWhich == kB ? of(1) : of(1) * of(1);
    else
        return of(0) * of(1);
}

/// A chunk of the n-th quantity's results from column `left` on; of the chunk before column 0 the steps that see samples.
template <int n, Work kWork>
__device__ __forceinline__ void blur_chunk(AcrossTile<kWork>& tile, Resonator (&resonators)[kResonators], int left,
                                           int w, int lane) {
    constexpr Quantity kWhich = quantity_of(kWork, n);
    constexpr GroupFactors kFactors[kResonators] = {group_factors(0), group_factors(1), group_factors(2)};
    const GroupFactors factors[kResonators] = {kFactors[0], kFactors[1], kFactors[2]};
#pragma unroll 1
    for (int i = max(0, kFirstStep - left); i < kChunk; i += kGroup) {
        float sums[kGroup], results[kGroup];
#pragma unroll
        for (int j = 0; j < kGroup; j++)
            sums[j] =
                sample_of<kWhich, kWork>(tile, i + j, lane) + sample_of<kWhich, kWork>(tile, i + j + kOverlap, lane);
        if (group_at(left + i, w)) {
            float outputs[kResonators][kGroup];
#pragma unroll
            for (int k = 0; k < kResonators; k++) resonators[k].group(factors[k], sums, outputs[k]);
#pragma unroll
            for (int j = 0; j < kGroup; j++) results[j] = outputs[0][j] + (outputs[1][j] + outputs[2][j]);
        } else {
#pragma unroll
            for (int j = 0; j < kGroup; j++) {
                float outputs[kResonators];
#pragma unroll
                for (int k = 0; k < kResonators; k++) outputs[k] = resonators[k].step_across(factors[k], sums[j]);
                results[j] = outputs[0] + (outputs[1] + outputs[2]);
            }
        }
#pragma unroll
        for (int j = 0; j < kGroup; j++) tile.results[n][i + j][lane] = results[j];
    }
}

/// The samples of a chunk that a thread brings: column `lane` of the pictures in every kWarps-th row.
template <Work kWork>
struct BroughtSamples {
    static constexpr int kWarps = quantities_of(kWork), kCount = (Tuning::kRows + kWarps - 1) / kWarps,
                         kPictures = AcrossTile<kWork>::kPictures;

    /// From column x on of the rows from `from` on, `rows` of them; there is none left of the picture.
    __device__ __forceinline__ void load(const Scale& scale, const float* const (&from)[kPictures], int rows, int x) {
        const int warp = static_cast<int>(threadIdx.y);
#pragma unroll
        for (int picture = 0; picture < kPictures; picture++)
#pragma unroll
            for (int i = 0; i < kCount; i++) {
                const int row = warp + i * kWarps;
                const bool inside = x >= 0 && x < scale.w && row < rows;
                of[picture][i] =
                    inside ? from[picture][static_cast<size_t>(row) * static_cast<size_t>(scale.pitch) + x] : 0;
            }
    }
    /// Puts them in the tile, behind the last ones of the chunk before.
    __device__ __forceinline__ void store(AcrossTile<kWork>& tile, const BroughtSamples& before) const {
        const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
#pragma unroll
        for (int picture = 0; picture < kPictures; picture++)
#pragma unroll
            for (int i = 0; i < kCount; i++) {
                const int row = warp + i * kWarps;
                if (row >= Tuning::kRows) continue;
                if (lane >= kChunk - kOverlap)
                    tile.samples[picture][lane - (kChunk - kOverlap)][row] = before.of[picture][i];
                tile.samples[picture][kOverlap + lane][row] = of[picture][i];
            }
    }

    float of[kPictures][kCount] = {};
};

/// A warp writes its chunk of results to `to` and the rows below, four neighbours a thread. Rows have room for fours.
template <Work kWork>
__device__ __forceinline__ void write_chunk(const AcrossTile<kWork>& tile, const Scale& scale, int n, float* to,
                                            int rows, int left, int lane) {
    constexpr int kAcross = kChunk / 4, kDown = Tuning::kRows / kAcross;
    const int column = lane % kAcross * 4;
    if (left < 0 || left + column >= scale.w) return;
    const auto& results = tile.results[n];
    to += left + column;
#pragma unroll
    for (int row = lane / kAcross; row < Tuning::kRows; row += kDown)
        if (row < rows)
            *reinterpret_cast<float4*>(to + static_cast<size_t>(row) * static_cast<size_t>(scale.pitch)) = make_float4(
                results[column][row], results[column + 1][row], results[column + 2][row], results[column + 3][row]);
}

/// A block has kRows rows of a component, and a warp for each quantity; all bring samples, some rest.
template <Work kWork>
__device__ __forceinline__ void blur_rows(const BatchArgs& args) {
    auto& tile = cuda::block_shared<AcrossTile<kWork>>();
    const Subject subject;
    const Scale& scale = args.scale[subject.scale];
    const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y), c = subject.component,
              top = static_cast<int>(blockIdx.x) * Tuning::kRows;
    const int quantities = scale.quantities(kWork, c);
    if (top >= scale.h || quantities == 0) return;
    const int rows = min(Tuning::kRows, scale.h - top);
    const float* from[AcrossTile<kWork>::kPictures];
#pragma unroll
    for (int picture = 0; picture < AcrossTile<kWork>::kPictures; picture++)
        from[picture] = args.side(subject.frame, picture) + scale.before(c, top);
    const Quantity quantity = quantity_of(kWork, warp);
    float* const to = args.side(subject.frame, side_of(quantity)) + scale.before(c, quantity, top);
    Resonator resonators[kResonators];
    BroughtSamples<kWork> before, now;
    now.load(scale, from, rows, lane - kChunk + kAhead);
    for (int left = -kChunk; left < scale.w; left += kChunk) {
        __syncthreads();
        now.store(tile, before);
        before = now;
        now.load(scale, from, rows, left + kChunk + kAhead + lane);
        __syncthreads();
        if (warp >= quantities) continue;
        unrolled<quantities_of(kWork)>([&](auto n) {
            if (warp == n) blur_chunk<n, kWork>(tile, resonators, left, scale.w, lane);
        });
        __syncwarp();
        write_chunk(tile, scale, warp, to, rows, left, lane);
    }
}

// Down columns.

/// The terms of a band's columns.
struct BandTerms {
    float of[kTerms];

    __device__ __forceinline__ void add(Map map, float value) {
        const float u = value * kTermScale;
        of[map] += u;
        of[kMaps + map] += fourth_power(u);
    }
    /// Adds the tile's sums; every lane of the warp calls it.
    __device__ __forceinline__ void finish(ChannelSums& sums, MapSet maps) {
#pragma unroll
        for (int term = 0; term < kTerms; term++) {
            float sum = of[term];
#pragma unroll
            for (int apart = kTileWidth / 2; apart > 0; apart /= 2) sum += __shfl_down_sync(0xffffffffu, sum, apart);
            of[term] = 0;
            if (threadIdx.x != 0 || !(term % kMaps == kStructure ? maps.structure : maps.edges)) continue;
            const FloatParts parts = FloatSum::parts(sum);
            cuda::atomic_add(&sums.term[term].limb[parts.first], parts.low);
            cuda::atomic_add(&sums.term[term].limb[parts.first + 1], parts.high);
        }
    }
};

/// The inputs of kSteps steps that come from device memory: rows n + kAhead of the quantities, rows n of a and b.
template <int kCount>
struct ColumnRows {
    float ahead[Tuning::kSteps][kCount], raw[Tuning::kSteps][2];
};

/// The latest rows of a column, of each quantity: row y in place y % kRing.
constexpr int kRing = 16;
static_assert(kRing >= kBehind + kAhead + Tuning::kSteps);
static_assert(kFirstStep % Tuning::kSteps == 0 && kTileHeight % Tuning::kSteps == 0);
struct ColumnRing {
    float of[kQuantities][kRing][kTileWidth];
};

template <bool kWithStructure, bool kWithEdges>
struct Column {
    static constexpr int kCount = kWithStructure ? kQuantities : kEdgeQuantities, kSteps = Tuning::kSteps;
    using Rows = ColumnRows<kCount>;

    __device__ __forceinline__ Column(const BatchArgs& args, const Subject& subject, int column)
        : scale(args.scale[subject.scale]), lane(static_cast<int>(threadIdx.x)), inside(column < scale.w) {
        const int x = inside ? column : scale.w - 1, c = subject.component;
#pragma unroll
        for (int q = 0; q < kCount; q++)
            across[q] = args.side(subject.frame, side_of(static_cast<Quantity>(q))) +
                        scale.before(c, static_cast<Quantity>(q), 0) + x;
#pragma unroll
        for (int picture = 0; picture < 2; picture++)
            raw[picture] = args.side(subject.frame, picture) + scale.before(c, 0) + x;
    }

    /// For the steps from n on.
    __device__ __forceinline__ Rows load(int n) const {
        Rows rows;
#pragma unroll
        for (int j = 0; j < kSteps; j++) {
            const int ahead = n + j + kAhead;
#pragma unroll
            for (int q = 0; q < kCount; q++)
                rows.ahead[j][q] = ahead < scale.h ? across[q][static_cast<size_t>(ahead) * scale.pitch] : 0;
#pragma unroll
            for (int picture = 0; picture < 2 && kWithEdges; picture++)
                rows.raw[j][picture] =
                    n + j >= 0 && n + j < scale.h ? raw[picture][static_cast<size_t>(n + j) * scale.pitch] : 0;
        }
        return rows;
    }

    /// Steps n to n + kSteps - 1, and the terms of those rows that there are.
    __device__ __forceinline__ void steps(ColumnRing& ring, int n, const Rows& rows, BandTerms& terms) {
#pragma unroll
        for (int j = 0; j < kSteps; j++) {
            float blurred[kCount];
#pragma unroll
            for (int q = 0; q < kCount; q++) {
                ring.of[q][(n + j + kAhead) % kRing][lane] = rows.ahead[j][q];
                const float sum = ring.of[q][(n + j - kBehind + kRing) % kRing][lane] + rows.ahead[j][q];
                const float first = resonators[q][0].step_down(0, sum), second = resonators[q][1].step_down(1, sum),
                            third = resonators[q][2].step_down(2, sum);
                blurred[q] = first + (second + third);
            }
            if (!inside || n + j < 0 || n + j >= scale.h) continue;
            if constexpr (kWithStructure)
                terms.add(kStructure,
                          structure_error(blurred[kA], blurred[kB], blurred[kAA], blurred[kBB], blurred[kAB]));
            if constexpr (kWithEdges) {
                const float change = edge_change(rows.raw[j][0], blurred[kA], rows.raw[j][1], blurred[kB]);
                terms.add(kArtefact, change > 0 ? change : 0);
                terms.add(kLoss, change < 0 ? -change : 0);
            }
        }
    }

    const Scale& scale;
    int lane;
    bool inside;
    const float *across[kCount], *raw[2];
    Resonator resonators[kCount][kResonators];
};

/// The rows of the next steps are on their way while the column goes down these.
template <bool kWithStructure, bool kWithEdges>
__device__ __forceinline__ void blur_columns(const BatchArgs& args, const Subject& subject) {
    auto& ring = cuda::block_shared<ColumnRing>();
    const Scale& scale = args.scale[subject.scale];
    Column<kWithStructure, kWithEdges> column(args, subject, static_cast<int>(blockIdx.x * kTileWidth + threadIdx.x));
    for (auto& rows : ring.of)
        for (auto& row : rows) row[threadIdx.x] = 0;
    auto& sums = reinterpret_cast<Sums*>(args.sums + static_cast<size_t>(subject.frame) * args.raw_stride)
                     ->of[subject.scale][subject.component];
    BandTerms terms = {};
    auto rows = column.load(kFirstStep);
    for (int n = kFirstStep; n < scale.h; n += Tuning::kSteps) {
        const auto next = column.load(n + Tuning::kSteps);
        column.steps(ring, n, rows, terms);
        rows = next;
        const int end = n + Tuning::kSteps;
        if (end > 0 && (end % kTileHeight == 0 || end >= scale.h)) terms.finish(sums, {kWithStructure, kWithEdges});
    }
}

__device__ __forceinline__ void compare(const BatchArgs& args) {
    const Subject subject;
    const Scale& scale = args.scale[subject.scale];
    if (static_cast<int>(blockIdx.x) * kTileWidth >= scale.w) return;
    const MapSet maps = scale.maps[subject.component];
    if (maps.structure && maps.edges)
        blur_columns<true, true>(args, subject);
    else if (maps.structure)
        blur_columns<true, false>(args, subject);
    else if (maps.edges)
        blur_columns<false, true>(args, subject);
}

}  // namespace
}  // namespace vmaf::ssimulacra2

using vmaf::ssimulacra2::BatchArgs;
using vmaf::ssimulacra2::kOfDistorted;
using vmaf::ssimulacra2::kOfReference;
using vmaf::ssimulacra2::kPair;
using vmaf::ssimulacra2::PixelArgs;
using vmaf::ssimulacra2::Tuning;

constexpr int across_threads(vmaf::ssimulacra2::Work work) {
    return Tuning::kRows * vmaf::ssimulacra2::quantities_of(work);
}

extern "C" __global__ void __launch_bounds__(Tuning::kPixelThreads, 4)
    ssimulacra2_pixels_u8(const PixelArgs __grid_constant__ args) {
    vmaf::ssimulacra2::pixels<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kPixelThreads, 4)
    ssimulacra2_pixels_u16(const PixelArgs __grid_constant__ args) {
    vmaf::ssimulacra2::pixels<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(across_threads(kPair), 6)
    ssimulacra2_rows(const BatchArgs __grid_constant__ args) {
    vmaf::ssimulacra2::blur_rows<kPair>(args);
}
extern "C" __global__ void __launch_bounds__(across_threads(kOfReference), 11)
    ssimulacra2_reference_rows(const BatchArgs __grid_constant__ args) {
    vmaf::ssimulacra2::blur_rows<kOfReference>(args);
}
extern "C" __global__ void __launch_bounds__(across_threads(kOfDistorted), 8)
    ssimulacra2_distorted_rows(const BatchArgs __grid_constant__ args) {
    vmaf::ssimulacra2::blur_rows<kOfDistorted>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::ssimulacra2::kTileWidth)
    ssimulacra2_columns(const BatchArgs __grid_constant__ args) {
    vmaf::ssimulacra2::compare(args);
}
