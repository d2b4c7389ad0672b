// adm on the GPU: one kernel per scale from pictures to sums of rows, one that finishes the rows.
//
// A warp goes down a strip of 60 columns of coefficients without a barrier and without anybody's help: what it needs of
// the rows above it keeps in registers, what it needs from the side comes from the neighbouring lanes. Lane i has
// columns 2i and 2i + 1 of the strip, whose filters take columns 4i - 1 to 4i + 4 of the input.
#include "cuda/kernel.h"
#include "feature/adm_math.h"
#include "feature/cuda/adm.h"

namespace {

using namespace vmaf::cuda;
using namespace vmaf::adm;

constexpr unsigned kAll = 0xffffffffu;
constexpr int kPerLane = 2;  // coefficients of a band

__device__ __forceinline__ int lane_of_warp() {
    return static_cast<int>(threadIdx.x) % kWarp;
}

/// Four neighbouring samples as one vector load brings them.
template <class T>
struct alignas(4 * sizeof(T)) Quad {
    T value[4];
};

template <class T>
__device__ __forceinline__ Quad<T> load_quad(const T* row, int x, int w) {
    if (x >= 0 && x + 4 <= w) return *reinterpret_cast<const Quad<T>*>(row + x);
    Quad<T> quad;
    for (int i = 0; i < 4; ++i) quad.value[i] = row[vmaf::mirror_centre_low_face_high(x + i, w)];
    return quad;
}

/// Rows 2y - 1 to 2y + 2 of the input, of both pictures, and the two that row y + 1 adds.
template <class T>
struct Window {
    Quad<T> row[2][4], ahead[2][2];

    __device__ __forceinline__ void load(const ScaleArgs& args, Quad<T> (&to)[2][2], int x, int row) const {
        const PlanePairArg& frame = args.frames[blockIdx.z];
        for (int k = 0; k < 2; ++k) {
            const int y = vmaf::mirror_centre_low_face_high(row + k, args.in_h);
            to[0][k] = load_quad(frame.ref.row<T>(y), x, args.in_w);
            to[1][k] = load_quad(frame.dis.row<T>(y), x, args.in_w);
        }
    }
    /// From anywhere to row y.
    __device__ __forceinline__ void start(const ScaleArgs& args, int x, int y) {
        Quad<T> first[2][2];
        load(args, first, x, 2 * y - 1);
        load(args, ahead, x, 2 * y + 1);
        for (int p = 0; p < 2; ++p)
            for (int k = 0; k < 2; ++k) row[p][2 + k] = first[p][k];
    }
    /// To the next row, whose last two lines start() or fetch() brought.
    __device__ __forceinline__ void advance() {
        for (int p = 0; p < 2; ++p)
            for (int k = 0; k < 2; ++k) {
                row[p][k] = row[p][2 + k];
                row[p][2 + k] = ahead[p][k];
            }
    }
    /// What row y + 1 adds, early, so that it is there when wanted.
    __device__ __forceinline__ void fetch(const ScaleArgs& args, int x, int y) { load(args, ahead, x, 2 * y + 3); }
};

/// What filters along columns: 32 bits hold every sum whose inputs have 16.
template <class Format, class T>
using ColumnFormat =
    std::conditional_t<sizeof(T) <= 2 && sizeof(typename Format::Coefficient) == 4, struct ShortColumns, Format>;
struct ShortColumns {
    using Coefficient = int32_t;
    using Sum = uint32_t;
};

/// A line after the filter along columns: the lane's four columns and one from either side.
struct Line {
    int32_t value[6];

    __device__ __forceinline__ void share() {
        value[0] = __shfl_up_sync(kAll, value[4], 1);
        value[5] = __shfl_down_sync(kAll, value[1], 1);
    }
    template <class Format>
    __device__ __forceinline__ int32_t low(int i, int shift) const {
        const int32_t* s = value + 2 * i;
        return settle<Format>(low_pass<typename Format::Sum>(s[0], s[1], s[2], s[3]), shift);
    }
    template <class Format>
    __device__ __forceinline__ int32_t high(int i, int shift) const {
        const int32_t* s = value + 2 * i;
        return settle<Format>(high_pass<typename Format::Sum>(s[0], s[1], s[2], s[3]), shift);
    }
};

template <class Format, class T>
__device__ __forceinline__ Line low_line(const Quad<T> (&row)[4], const ScaleArgs& args) {
    using Columns = ColumnFormat<Format, T>;
    using Sum = typename Columns::Sum;
    Line line;
    for (int i = 0; i < 4; ++i) {
        const Sum sum = low_pass<Sum>(row[0].value[i], row[1].value[i], row[2].value[i], row[3].value[i]);
        line.value[1 + i] = settle<Columns>(sum + Sum(args.zero_mean), args.column_shift);
    }
    line.share();
    return line;
}

template <class Format, class T>
__device__ __forceinline__ Line high_line(const Quad<T> (&row)[4], const ScaleArgs& args) {
    using Columns = ColumnFormat<Format, T>;
    using Sum = typename Columns::Sum;
    Line line;
    for (int i = 0; i < 4; ++i) {
        const Sum sum = high_pass<Sum>(row[0].value[i], row[1].value[i], row[2].value[i], row[3].value[i]);
        line.value[1 + i] = settle<Columns>(sum, args.column_shift);
    }
    line.share();
    return line;
}

/// The restored and the additive part of one coefficient in each band.
template <class T>
struct Parts {
    T restored[kBands], additive[kBands];
};

/// How a part masks: around it and at its own place; sections 5 and 6 of the numerics.
struct Mask {
    int32_t spread, self;
};

template <class Format>
__device__ __forceinline__ Mask weigh(const typename Format::Coefficient (&part)[kBands], const ScalePlan& plan) {
    uint32_t spread = 0, centre = 0;
    for (int b = 0; b < kBands; ++b) {
        const int32_t v = Format::weighted(part[b], plan.weight[b], b);
        spread += static_cast<uint32_t>(Format::spread(v));
        centre += static_cast<uint32_t>(Format::centre(v));
    }
    return {static_cast<int32_t>(spread), static_cast<int32_t>(centre - spread)};
}

/// Spreads of one part: of the row before, of the two rows before together.
struct Spreads {
    int32_t before[kPerLane], two_before[kPerLane];

    /// Sums of the 3x3 windows around the row before, now that the row below it is there.
    __device__ __forceinline__ void windows(const Mask (&below)[kPerLane], const ScalePlan& plan, int x,
                                            int32_t (&sums)[kPerLane]) {
        int32_t column[kPerLane + 2];
        for (int i = 0; i < kPerLane; ++i) {
            column[1 + i] = two_before[i] + below[i].spread;
            two_before[i] = before[i] + below[i].spread;
            before[i] = below[i].spread;
        }
        column[0] = __shfl_up_sync(kAll, column[2], 1);
        column[3] = __shfl_down_sync(kAll, column[1], 1);
        for (int i = 0; i < kPerLane; ++i) {
            // Mirrored at the edges: -1 is 1, w is w - 1.
            const int32_t right = x + i == plan.w - 1 ? column[1 + i] : column[2 + i];
            const int32_t left = x + i == 0 ? right : column[i];
            sums[i] = left + column[1 + i] + right;
        }
    }
};

template <class Format>
__device__ __forceinline__ void add_cubes(const typename Format::Coefficient (&part)[kBands], int32_t threshold,
                                          const ScalePlan& plan, uint64_t (&sums)[kBands]) {
    for (int b = 0; b < kBands; ++b) {
        const uint32_t contrast = Format::contrast(part[b], plan.weight[b], b);
        sums[b] += static_cast<uint64_t>(masked_cube<Format>(contrast, threshold, b, plan.cube_shift[b]));
    }
}

/// What the bands of a row say before gain limits.
template <class T>
struct Decoupled {
    T unlimited[kBands], dis[kBands];
    bool is_aligned;
};

template <class T>
__device__ __forceinline__ Decoupled<T> decouple(const T (&ref)[kBands], const T (&dis)[kBands]) {
    Decoupled<T> out;
    for (int b = 0; b < kBands; ++b) {
        out.unlimited[b] = restore(ref[b], dis[b], [](uint32_t m) { return reciprocal(m); });
        out.dis[b] = dis[b];
    }
    out.is_aligned = aligned(ref[kHorizontal], ref[kVertical], dis[kHorizontal], dis[kVertical]);
    return out;
}

/// One gain limit on its way down: the row before, which waits for the spreads of the row below it.
template <class Format>
struct Limited {
    using T = typename Format::Coefficient;
    Parts<T> parts[kPerLane];
    int32_t restored_self[kPerLane], additive_self[kPerLane];
    Spreads restored, additive;

    /// Takes a row in; adds the row before to `sums` where `summed` says.
    __device__ __forceinline__ void advance(const Decoupled<T> (&row)[kPerLane], const ScaleArgs& args, int limit,
                                            int x, const bool (&summed)[kPerLane], uint64_t (&restored_sums)[kBands],
                                            uint64_t (&additive_sums)[kBands]) {
        Parts<T> next[kPerLane];
        Mask restored_mask[kPerLane] = {}, additive_mask[kPerLane];
        for (int i = 0; i < kPerLane; ++i) {
            split(row[i], args, limit, next[i]);
            additive_mask[i] = weigh<Format>(next[i].additive, args.plan);
            if (args.additive) restored_mask[i] = weigh<Format>(next[i].restored, args.plan);
        }
        int32_t around[kPerLane];
        additive.windows(additive_mask, args.plan, x, around);
        for (int i = 0; i < kPerLane; ++i)
            if (summed[i]) add_cubes<Format>(parts[i].restored, around[i] + additive_self[i], args.plan, restored_sums);
        if (args.additive) {
            restored.windows(restored_mask, args.plan, x, around);
            for (int i = 0; i < kPerLane; ++i)
                if (summed[i])
                    add_cubes<Format>(parts[i].additive, around[i] + restored_self[i], args.plan, additive_sums);
        }
        for (int i = 0; i < kPerLane; ++i) {
            parts[i] = next[i];
            restored_self[i] = restored_mask[i].self;
            additive_self[i] = additive_mask[i].self;
        }
    }

 private:
    static __device__ __forceinline__ void split(const Decoupled<T>& row, const ScaleArgs& args, int limit,
                                                 Parts<T>& out) {
        for (int b = 0; b < kBands; ++b) {
            T restored = row.unlimited[b];
            if (row.is_aligned)
                restored = args.whole_gain[limit] ? limit_gain(restored, row.dis[b], args.whole_gain[limit])
                                                  : limit_gain(restored, row.dis[b], args.gain[limit]);
            out.restored[b] = restored;
            out.additive[b] = static_cast<T>(row.dis[b] - restored);
        }
    }
};

/// Where a warp's lanes meet to sum a row: columns padded by one against bank conflicts.
template <int kValues>
struct RowScratch {
    uint64_t of_lane[Tuning::kWarps][kValues][kWarp + 1];
};

/// Adds values[v], summed over the lanes, to row_sums[v]: energies to those of `row`, the others to those of the row
/// before.
template <int kValues>
__device__ __forceinline__ void add_row(const uint64_t (&values)[kValues], const ScaleArgs& args, int row) {
    const int lane = lane_of_warp();
    auto& scratch = block_shared<RowScratch<kValues>>().of_lane[threadIdx.x / kWarp];
    for (int v = 0; v < kValues; ++v) scratch[v][lane] = values[v];
    __syncwarp();
    constexpr int kHalf = kWarp / 2;
    const int value = min(lane / 2, kValues - 1), half = lane % 2;
    uint64_t sum = 0;
    for (int i = 0; i < kHalf; ++i) sum += scratch[value][half * kHalf + (i + half * (kHalf / 2)) % kHalf];
    sum += __shfl_xor_sync(kAll, sum, 1);
    __syncwarp();
    const int y = (value < kBands ? row : row - 1) - args.plan.top;
    if (half == 0 && lane / 2 < kValues && sum != 0)
        atomic_add(args.row_sums + blockIdx.z * args.row_sums_stride + size_t(y) * kValues + value, sum);
}

template <class Format>
__device__ __forceinline__ void store_next(const ScaleArgs& args, int picture, int x, int y,
                                           const int32_t (&value)[kPerLane]) {
    using T = typename Format::Coefficient;
    std::byte* plane = args.next + blockIdx.z * args.next_size + picture * (args.next_size / 2);
    T* row = reinterpret_cast<T*>(plane + size_t(y) * args.next_pitch);
    for (int i = 0; i < kPerLane; ++i)
        if (x + i < args.plan.w) row[x + i] = static_cast<T>(value[i]);
}

/// Rows of a warp: those whose low-pass picture it writes, and among them those that count.
struct Rows {
    int begin, end;          ///< of the low-pass picture
    int sum_begin, sum_end;  ///< of the sums; empty: no detail at all
    __device__ __forceinline__ bool any_sums() const { return sum_begin < sum_end; }
};

__device__ __forceinline__ Rows rows_of_warp(const ScaleArgs& args) {
    const int warp = static_cast<int>(blockIdx.y) * Tuning::kWarps + static_cast<int>(threadIdx.x) / kWarp;
    Rows rows;
    rows.begin = min(warp * args.rows, args.plan.h);
    rows.end = min(rows.begin + args.rows, args.plan.h);
    rows.sum_begin = max(rows.begin, args.plan.top);
    rows.sum_end = args.detail ? min(rows.end, args.plan.bottom) : rows.sum_begin;
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kStripWidth;
    if (x0 >= args.plan.right || x0 + Tuning::kStripWidth <= args.plan.left) rows.sum_end = rows.sum_begin;
    return rows;
}

template <class Format, class T, int kLimits>
__device__ __forceinline__ void scale(const ScaleArgs& args) {
    using C = typename Format::Coefficient;
    constexpr int kValues = row_values(kLimits);
    const ScalePlan& plan = args.plan;
    const Rows rows = rows_of_warp(args);
    const int lane = lane_of_warp();
    const int x = static_cast<int>(blockIdx.x) * Tuning::kStripWidth + kPerLane * (lane - 1);
    const bool owner = lane > 0 && lane < kWarp - 1;
    bool counts[kPerLane];
    for (int i = 0; i < kPerLane; ++i) counts[i] = owner && x + i >= plan.left && x + i < plan.right;

    Window<T> window;
    Limited<Format> limited[kLimits] = {};
    // One row more on either side of the sums, where theirs are the first or the last of the warp.
    const int first = rows.any_sums() ? min(rows.begin, rows.sum_begin - 1) : rows.begin;
    const int end = rows.any_sums() ? max(rows.end, rows.sum_end + 1) : rows.end;
    int before = -2;
    for (int y = first; y < end; ++y) {
        const int row = vmaf::mirror_centre_low_face_high(y, plan.h);
        if (row != before + 1 || y == first) window.start(args, 2 * x, row);
        window.advance();
        window.fetch(args, 2 * x, row);
        before = row;

        const bool detail = rows.any_sums() && y >= rows.sum_begin - 1 && y <= rows.sum_end;
        C bands[2][kPerLane][kBands];
        for (int p = 0; p < 2; ++p) {
            const Line low = low_line<Format>(window.row[p], args);
            if (args.next && owner && y >= rows.begin && y < rows.end) {
                const int32_t next[kPerLane] = {low.low<Format>(0, args.row_shift), low.low<Format>(1, args.row_shift)};
                store_next<Format>(args, p, x, y, next);
            }
            if (!detail) continue;
            const Line high = high_line<Format>(window.row[p], args);
            for (int i = 0; i < kPerLane; ++i) {
                bands[p][i][kHorizontal] = static_cast<C>(high.low<Format>(i, args.row_shift));
                bands[p][i][kVertical] = static_cast<C>(low.high<Format>(i, args.row_shift));
                bands[p][i][kDiagonal] = static_cast<C>(high.high<Format>(i, args.row_shift));
            }
        }
        if (!detail) continue;

        uint64_t sums[kValues / kBands][kBands] = {};
        Decoupled<C> decoupled[kPerLane];
        bool summed[kPerLane];  // the row before
        for (int i = 0; i < kPerLane; ++i) {
            decoupled[i] = decouple(bands[0][i], bands[1][i]);
            summed[i] = counts[i] && y > rows.sum_begin;
            if (counts[i] && y >= rows.sum_begin && y < rows.sum_end)
                for (int b = 0; b < kBands; ++b)
                    sums[0][b] += energy(bands[0][i][b], plan.energy_square_shift, plan.energy_cube_shift);
        }
        for (int l = 0; l < kLimits; ++l)
            limited[l].advance(decoupled, args, l, x, summed, sums[1 + 2 * l], sums[2 + 2 * l]);
        add_row<kValues>(reinterpret_cast<const uint64_t(&)[kValues]>(sums), args, y);
    }
}

/// One block per scale and frame.
template <int kLimits>
__device__ __forceinline__ void finish(const FinishArgs& args) {
    constexpr int kValues = row_values(kLimits);
    const FinishArgs::Scale& scale = args.scale[blockIdx.x];
    uint64_t* rows = args.row_sums + blockIdx.z * args.row_sums_stride + scale.offset;
    uint64_t sums[kValues] = {};
    for (int y = static_cast<int>(threadIdx.x); y < scale.rows; y += Tuning::kFinishThreads)
        for (int v = 0; v < kValues; ++v) {
            uint64_t& sum = rows[size_t(y) * kValues + v];
            sums[v] += v < kBands ? round_shift(sum, scale.energy_row_shift)
                                  : static_cast<uint64_t>(round_shift(static_cast<int64_t>(sum), scale.row_shift));
            sum = 0;
        }
    const uint64_t total = block_sum(sums);
    const int v = static_cast<int>(threadIdx.x);
    if (v >= kValues) return;
    // Of ScaleSums the parts come first, the energies last; those go to every limit.
    constexpr int kSumsValues = sizeof(Sums) / sizeof(uint64_t), kScaleValues = sizeof(ScaleSums) / sizeof(uint64_t);
    auto* out = reinterpret_cast<uint64_t*>(args.raw + blockIdx.z * args.raw_stride) + blockIdx.x * kScaleValues;
    if (v >= kBands) {
        const int part = v - kBands;
        out[part / (2 * kBands) * kSumsValues + part % (2 * kBands)] = total;
    } else {
        for (int l = 0; l < kLimits; ++l) out[l * kSumsValues + 2 * kBands + v] = total;
    }
}

}  // namespace

#define ADM_SCALE(name, Format, T, limits)                                                                        \
    extern "C" __global__ void __launch_bounds__(Tuning::kThreads) name(const ScaleArgs __grid_constant__ args) { \
        scale<Format, T, limits>(args);                                                                           \
    }
ADM_SCALE(adm_scale0_u8_1, Fine, uint8_t, 1)
ADM_SCALE(adm_scale0_u8_2, Fine, uint8_t, 2)
ADM_SCALE(adm_scale0_u16_1, Fine, uint16_t, 1)
ADM_SCALE(adm_scale0_u16_2, Fine, uint16_t, 2)
ADM_SCALE(adm_scale1_1, Coarse, int16_t, 1)
ADM_SCALE(adm_scale1_2, Coarse, int16_t, 2)
ADM_SCALE(adm_scale2_1, Coarse, int32_t, 1)
ADM_SCALE(adm_scale2_2, Coarse, int32_t, 2)

extern "C" __global__ void __launch_bounds__(Tuning::kFinishThreads)
    adm_finish_1(const FinishArgs __grid_constant__ args) {
    finish<1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFinishThreads)
    adm_finish_2(const FinishArgs __grid_constant__ args) {
    finish<2>(args);
}
