// adm on the GPU: one kernel per scale from pictures to sums of rows, one that finishes the rows.
//
// A warp goes down a strip of 60 columns of coefficients without a barrier and without anybody's help: what it needs of
// the rows above it keeps in registers, what it needs from the side comes from the neighbouring lanes. Lane i has
// columns 2i and 2i + 1 of the strip, whose filters take columns 4i - 1 to 4i + 4 of the input.
#include "cuda/kernel/byte_dot.h"
#include "cuda/kernel/kernel.h"
#include "metric/adm/adm_cuda.h"
#include "metric/adm/adm_math.h"

namespace {

using namespace vmaf::cuda;
using namespace vmaf::adm;

constexpr unsigned kAll = 0xffffffffu;
constexpr int kPerLane = 2;  // coefficients of a band

__device__ __forceinline__ int lane_of_warp() { return static_cast<int>(threadIdx.x) % kWarp; }

/// Four neighbouring samples as one vector load brings them.
template <class T>
struct alignas(4 * sizeof(T)) Quad {
    T value[4];

    __device__ __forceinline__ int32_t get(int i) const { return value[i]; }
};
/// Of 16 bits they stay in pairs, which take half the registers.
template <class T>
requires(sizeof(T) == 2) struct alignas(8) Quad<T> {
    uint32_t pair[2];

    __device__ __forceinline__ int32_t get(int i) const {
        using Wide = std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>;
        return i % 2 == 0 ? static_cast<T>(pair[i / 2]) : static_cast<int32_t>(static_cast<Wide>(pair[i / 2]) >> 16);
    }
};
/// Of bytes they stay in one register.
template <>
struct Quad<uint8_t> {
    uint32_t value;
};

/// Lines 2y - 1 to 2y + 2 of the input, of both pictures, and the two that row y + 1 adds: four columns of the lane's
/// from `x` on. Where those lie beyond an edge they are some others; Line::reflect() puts that right.
template <class T>
struct Window {
    Quad<T> line[2][4], ahead[2][2];

    __device__ __forceinline__ Window(const ScaleArgs& args, int x)
        : in_h_(args.in_h), planes_(args.frames[blockIdx.z]) {
        const int first = min(max(x, 0), (args.in_w - 1) / 4 * 4);
        planes_.ref.data = planes_.ref.template row<T>(0) + first;
        planes_.dis.data = planes_.dis.template row<T>(0) + first;
    }

    /// Makes advance() go to row y from anywhere.
    __device__ __forceinline__ void start(int y) {
        Quad<T> first[2][2];
        load(2 * y - 1, first);
        load(2 * y + 1, ahead);
        for (int p = 0; p < 2; ++p)
            for (int k = 0; k < 2; ++k) line[p][2 + k] = first[p][k];
    }
    __device__ __forceinline__ void advance() {
        for (int p = 0; p < 2; ++p)
            for (int k = 0; k < 2; ++k) {
                line[p][k] = line[p][2 + k];
                line[p][2 + k] = ahead[p][k];
            }
    }
    /// What row y + 1 adds, early, so that it is there when wanted.
    __device__ __forceinline__ void fetch(int y) { load(2 * y + 3, ahead); }

 private:
    __device__ __forceinline__ void load(int y, Quad<T> (&to)[2][2]) const {
        for (int k = 0; k < 2; ++k) {
            const int row = vmaf::mirror_centre_low_face_high_near(y + k, in_h_);
            to[0][k] = *planes_.ref.template row<Quad<T>>(row);
            to[1][k] = *planes_.dis.template row<Quad<T>>(row);
        }
    }

    const int in_h_;
    PlanePairArg planes_;  ///< from the lane's columns on
};

/// A line of filtered columns: the lane's four and one from either side.
struct Line {
    int32_t value[6];

    __device__ __forceinline__ void share() {
        value[0] = __shfl_up_sync(kAll, value[4], 1);
        value[5] = __shfl_down_sync(kAll, value[1], 1);
    }
    /// Makes what lies beyond the picture's edges of what lies within. `end`: the index of the first column behind it.
    __device__ __forceinline__ void reflect(bool first_lane, int end) {
        // By value: a choice between array elements in place would put the array into memory.
        const auto choose = [](bool first, int32_t a, int32_t b) { return first ? a : b; };
#pragma unroll
        for (int i = 1; i < 6; ++i) value[i] = choose(i == end, value[i - 1], value[i]);
        value[0] = choose(first_lane, value[2], value[0]);
#pragma unroll
        for (int i = 3; i < 6; ++i) value[i] = choose(i == end + 1, value[i - 3], value[i]);
    }
    /// Coefficient i of the lane. The sum begins with the rounding's half, which costs nothing there.
    template <class Format>
    __device__ __forceinline__ int32_t low(int i, const RoundingShift& round) const {
        const int32_t* s = value + 2 * i;
        const auto half = static_cast<typename Format::Sum>(round.half);
        return settle_rounded(low_pass(s[0], s[1], s[2], s[3], half), round.shift);
    }
    template <class Format>
    __device__ __forceinline__ int32_t high(int i, const RoundingShift& round) const {
        const int32_t* s = value + 2 * i;
        const auto half = static_cast<typename Format::Sum>(round.half);
        return settle_rounded(high_pass(s[0], s[1], s[2], s[3], half), round.shift);
    }
};

/// The filters along columns. Inputs of 16 bits have sums of 32 in any format. At scale 0 the results fit 16 bits, of samples
/// within their depth.
template <class Format, class T>
struct Columns {
    using Sum = std::conditional_t<sizeof(T) <= 2, uint32_t, typename Format::Sum>;

    const Quad<T> (&line)[4];
    const ScaleArgs& args;

    __device__ __forceinline__ Line low() const {
        const Sum offset = static_cast<Sum>(args.zero_mean) + static_cast<Sum>(args.column_round.half);
        return filter([=](int32_t a, int32_t b, int32_t c, int32_t d) { return low_pass(a, b, c, d, offset); });
    }
    __device__ __forceinline__ Line high() const {
        const auto offset = static_cast<Sum>(args.column_round.half);
        return filter([=](int32_t a, int32_t b, int32_t c, int32_t d) { return high_pass(a, b, c, d, offset); });
    }

 private:
    template <class Pass>
    __device__ __forceinline__ Line filter(Pass pass) const {
        Line out;
        for (int i = 0; i < 4; ++i) {
            const Sum sum = pass(line[0].get(i), line[1].get(i), line[2].get(i), line[3].get(i));
            out.value[1 + i] = settle_rounded(sum, args.column_round.shift);
        }
        out.share();
        return out;
    }
};

/// Of bytes, by dot products of two taps with two samples. What moves the mean to zero is where the sum begins.
template <class Format>
struct Columns<Format, uint8_t> {
    uint32_t column[4];  ///< four samples, the upper one lowest

    __device__ __forceinline__ Columns(const Quad<uint8_t> (&line)[4], const ScaleArgs&) {
        const uint32_t upper01 = __byte_perm(line[0].value, line[1].value, 0x5140);
        const uint32_t upper23 = __byte_perm(line[0].value, line[1].value, 0x7362);
        const uint32_t lower01 = __byte_perm(line[2].value, line[3].value, 0x5140);
        const uint32_t lower23 = __byte_perm(line[2].value, line[3].value, 0x7362);
        column[0] = __byte_perm(upper01, lower01, 0x5410);
        column[1] = __byte_perm(upper01, lower01, 0x7632);
        column[2] = __byte_perm(upper23, lower23, 0x5410);
        column[3] = __byte_perm(upper23, lower23, 0x7632);
    }
    __device__ __forceinline__ Line low() const {
        return filter<factor_pair(kTap0, kTap1), factor_pair(kTap2, kTap3), static_cast<int>(zero_mean(8)) + kHalf>();
    }
    __device__ __forceinline__ Line high() const {
        return filter<factor_pair(kTap3, -kTap2), factor_pair(kTap1, -kTap0), kHalf>();
    }

 private:
    static constexpr int kShift = column_shift(0, 8), kHalf = 1 << (kShift - 1);

    template <int kUpper, int kLower, int kOffset>
    __device__ __forceinline__ Line filter() const {
        Line out;
        for (int i = 0; i < 4; ++i)
            out.value[1 + i] =
                dot_of_lower_bytes(kUpper, column[i], dot_of_upper_bytes(kLower, column[i], kOffset)) >> kShift;
        out.share();
        return out;
    }
};

/// Spreads of one part: of the row before, and of that and the one above it together.
struct Spreads {
    int32_t before[kPerLane], both[kPerLane];

    /// Sums of the 3x3 windows around the row before, now that the row below it is there.
    __device__ __forceinline__ void windows(const Mask (&below)[kPerLane], const ScalePlan& plan, int x,
                                            int32_t (&sums)[kPerLane]) {
        int32_t column[kPerLane + 2];
        for (int i = 0; i < kPerLane; ++i) {
            column[1 + i] = both[i] + below[i].spread;
            both[i] = before[i] + below[i].spread;
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

/// The restored or the additive part on its way down: the row before, which waits for the spreads of the row below it.
template <class Format>
struct Part {
    uint32_t contrast[kBands][kPerLane];
    int32_t self[kPerLane];
    Spreads spreads;

    __device__ __forceinline__ void keep(const Bands (&row)[kPerLane], const ScalePlan& plan) {
        for (int b = 0; b < kBands; ++b)
            for (int i = 0; i < kPerLane; ++i) contrast[b][i] = Format::contrast(row[i].value[b], plan.weight[b], b);
    }
    /// Thresholds that this part's row before sets for the other part, and the step to the next row.
    __device__ __forceinline__ void thresholds(const Bands (&row)[kPerLane], const ScalePlan& plan, int x,
                                               int32_t (&out)[kPerLane]) {
        Mask mask[kPerLane];
        for (int i = 0; i < kPerLane; ++i) mask[i] = weigh<Format>(row[i], plan);
        spreads.windows(mask, plan, x, out);
        for (int i = 0; i < kPerLane; ++i) {
            out[i] += self[i];
            self[i] = mask[i].self;
        }
    }
    /// Adds the row before's masked cubes; `keep` is all ones, or 0 for coefficients that don't count.
    __device__ __forceinline__ void add_cubes(const int32_t (&threshold)[kPerLane], const uint32_t (&keep)[kPerLane],
                                              const ScaleArgs& args, uint64_t (&sums)[kBands]) const {
        for (int i = 0; i < kPerLane; ++i)
            for (int b = 0; b < kBands; ++b) {
                const auto limit = static_cast<int32_t>(static_cast<uint32_t>(threshold[i]) & keep[i]);
                sums[b] += static_cast<uint64_t>(masked_cube<Format>(contrast[b][i] & keep[i], limit, b, args.cube[b]));
            }
    }
};

/// Both parts under one gain limit.
template <class Format>
struct Limited {
    Part<Format> restored, additive;

    /// Takes a row in, and adds up the row before.
    __device__ __forceinline__ void advance(const Decoupled (&row)[kPerLane], bool all_exact, const ScaleArgs& args,
                                            int limit, int x, const uint32_t (&keep)[kPerLane],
                                            uint64_t (&sums)[2][kBands]) {
        Parts parts[kPerLane];
        const Gain& gain = args.gain[limit];
        if (all_exact)
            for (int i = 0; i < kPerLane; ++i) parts[i] = split_exact(row[i], gain.whole);
        else if (gain.whole.factor)
            for (int i = 0; i < kPerLane; ++i) parts[i] = split<Format>(row[i], gain.whole);
        else
            for (int i = 0; i < kPerLane; ++i) parts[i] = split<Format>(row[i], gain.value);
        const Bands new_restored[kPerLane] = {parts[0].restored, parts[1].restored};
        const Bands new_additive[kPerLane] = {parts[0].additive, parts[1].additive};
        int32_t threshold[kPerLane];
        additive.thresholds(new_additive, args.plan, x, threshold);
        restored.add_cubes(threshold, keep, args, sums[0]);
        restored.keep(new_restored, args.plan);
        if (args.additive) {
            restored.thresholds(new_restored, args.plan, x, threshold);
            additive.add_cubes(threshold, keep, args, sums[1]);
        }
        additive.keep(new_additive, args.plan);
    }
};

/// Where a warp's lanes meet to sum a row, two lanes' values a load: padded by one such pair against bank conflicts.
template <int kValues>
struct RowScratch {
    alignas(16) uint64_t of_lane[Tuning::kWarps][kValues][kWarp + 2];
};
struct alignas(16) PairOfSums {
    uint64_t value[2];
};

/// Sums of a row by band: the reference's energy, then of each limit the restored and the additive part.
template <int kLimits>
struct RowSums {
    static constexpr int kValues = row_values(kLimits);
    uint64_t energy[kBands], parts[kLimits][2][kBands];

    /// Adds the lanes' sums to those of the picture: energies to `row`, the others to the row before.
    __device__ __forceinline__ void add(const ScaleArgs& args, int row) const {
        const int lane = lane_of_warp();
        auto& scratch = block_shared<RowScratch<kValues>>().of_lane[threadIdx.x / kWarp];
        for (int b = 0; b < kBands; ++b) scratch[b][lane] = energy[b];
        for (int v = kBands; v < kValues; ++v)
            scratch[v][lane] = parts[(v - kBands) / (2 * kBands)][(v / kBands + 1) % 2][v % kBands];
        __syncwarp();
        constexpr int kPairs = kWarp / 4;  // of one of two lanes that sum a value
        const int value = min(lane / 2, kValues - 1), half = lane % 2;
        const auto* pairs = reinterpret_cast<const PairOfSums*>(scratch[value]) + half * kPairs;
        uint64_t sum = 0;
        for (int i = 0; i < kPairs; ++i) {
            const PairOfSums pair = pairs[i ^ half * (kPairs / 2)];
            sum += pair.value[0] + pair.value[1];
        }
        sum += __shfl_xor_sync(kAll, sum, 1);
        __syncwarp();
        const int y = (value < kBands ? row : row - 1) - args.plan.top;
        if (half == 0 && lane / 2 < kValues && sum != 0)
            atomic_add(args.row_sums + blockIdx.z * args.row_sums_stride + size_t(y) * kValues + value, sum);
    }
};

/// Rows of a warp: those whose low-pass picture it writes, and among them those that count.
struct Rows {
    int begin, end;          ///< of the low-pass picture
    int sum_begin, sum_end;  ///< of the sums; empty: no detail at all

    __device__ __forceinline__ bool any_sums() const { return sum_begin < sum_end; }
};

/// Warps that sum come first, so that those that have little to do fill the gaps at the end.
__device__ __forceinline__ Rows rows_of_warp(const ScaleArgs& args) {
    const ScalePlan& plan = args.plan;
    const RowZones zones(plan, args.rows);
    int part = static_cast<int>(blockIdx.y) * Tuning::kWarps + static_cast<int>(threadIdx.x) / kWarp;
    int begin = plan.top, end = plan.bottom;
    if (part >= zones.summed) {
        part -= zones.summed;
        begin = 0, end = plan.top;
        if (part >= zones.above) {
            part -= zones.above;
            begin = plan.bottom, end = plan.h;
        }
    }
    Rows rows;
    rows.begin = min(begin + part * args.rows, end);
    rows.end = min(rows.begin + args.rows, end);
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kStripWidth;
    const bool summed = args.detail && begin == plan.top && end == plan.bottom && x0 < plan.right &&
                        x0 + Tuning::kStripWidth > plan.left;
    rows.sum_begin = rows.begin;
    rows.sum_end = summed ? rows.end : rows.begin;
    return rows;
}

/// Of the low-pass picture: the lane's coefficients of both pictures. Where x + 1 is beyond the picture it lies in the row's
/// padding.
template <class Format>
class NextPicture {
 public:
    __device__ __forceinline__ NextPicture(const ScaleArgs& args, int x, bool owner)
        : args_(args),
          wanted_(args.next && owner && x < args.plan.w),
          first_(blockIdx.z * args.next_size + x * static_cast<ptrdiff_t>(sizeof(T))) {}

    __device__ __forceinline__ void store(const Line (&low)[2], int y) const {
        if (!wanted_) return;
        std::byte* at = args_.next + first_ + static_cast<ptrdiff_t>(y) * args_.next_pitch;
        for (int p = 0; p < 2; ++p, at += args_.next_size / 2)
            *reinterpret_cast<Pair*>(at) = {{static_cast<T>(low[p].low<Format>(0, args_.row_round)),
                                             static_cast<T>(low[p].low<Format>(1, args_.row_round))}};
    }

 private:
    using T = typename Format::Coefficient;
    static_assert(kPerLane == 2);
    struct alignas(2 * sizeof(T)) Pair {
        T value[2];
    };

    const ScaleArgs& args_;
    const bool wanted_;
    const ptrdiff_t first_;  ///< bytes behind the picture's beginning; there may be none
};

template <class Format>
__device__ __forceinline__ void detail_bands(const Line& low, const Line& high, const RoundingShift& round,
                                             Bands (&out)[kPerLane]) {
    for (int i = 0; i < kPerLane; ++i) {
        out[i].value[kHorizontal] = high.low<Format>(i, round);
        out[i].value[kVertical] = low.high<Format>(i, round);
        out[i].value[kDiagonal] = high.high<Format>(i, round);
    }
}

/// Whether split_exact() may be taken for all coefficients of the warp's row. Nearly always, at scale 0.
template <class Format>
__device__ __forceinline__ bool is_exact(const Bands (&ref)[kPerLane], const ScaleArgs& args) {
    if (!std::is_same_v<Format, Fine>) return false;
    uint32_t bits = 0;
    for (const Bands& bands : ref)
        for (const int32_t value : bands.value) bits |= magnitude(value);
    return args.whole_gains && __all_sync(kAll, bits < kExactReference);
}

template <class Format, class T, int kLimits>
__device__ __forceinline__ void scale(const ScaleArgs& args) {
    const ScalePlan& plan = args.plan;
    const Rows rows = rows_of_warp(args);
    if (!args.next && !rows.any_sums()) return;
    const int lane = lane_of_warp();
    const int x = static_cast<int>(blockIdx.x) * Tuning::kStripWidth + kPerLane * (lane - 1);
    const bool owner = lane > 0 && lane < kWarp - 1;
    uint32_t counts[kPerLane];
    for (int i = 0; i < kPerLane; ++i) counts[i] = owner && x + i >= plan.left && x + i < plan.right ? kAll : 0;

    Window<T> window(args, 2 * x);
    const int in_end = args.in_w - 2 * x + 1;  // among a line's columns
    const bool at_edge = __any_sync(kAll, x == 0 || (in_end >= 0 && in_end < 6));
    const NextPicture<Format> next(args, x, owner);
    Limited<Format> limited[kLimits] = {};
    // One row more on either side of the sums, where theirs are the first or the last of the warp.
    const int first = rows.any_sums() ? min(rows.begin, rows.sum_begin - 1) : rows.begin;
    const int end = rows.any_sums() ? max(rows.end, rows.sum_end + 1) : rows.end;
    int before = plan.h;
#pragma unroll 1
    for (int y = first; y < end; ++y) {
        const int row = vmaf::mirror_centre_low_face_high_near(y, plan.h);
        if (row != before + 1) window.start(row);
        window.advance();
        window.fetch(row);
        before = row;

        const Columns<Format, T> columns[2] = {{window.line[0], args}, {window.line[1], args}};
        Line low[2] = {columns[0].low(), columns[1].low()};
        if (at_edge) {
            low[0].reflect(x == 0, in_end);
            low[1].reflect(x == 0, in_end);
        }
        if (y >= rows.begin && y < rows.end) next.store(low, y);
        if (!rows.any_sums() || y < rows.sum_begin - 1 || y > rows.sum_end) continue;

        Bands bands[2][kPerLane];
        Line high[2] = {columns[0].high(), columns[1].high()};
        if (at_edge) {
            high[0].reflect(x == 0, in_end);
            high[1].reflect(x == 0, in_end);
        }
        for (int p = 0; p < 2; ++p) detail_bands<Format>(low[p], high[p], args.row_round, bands[p]);
        RowSums<kLimits> sums = {};
        Decoupled decoupled[kPerLane];
        uint32_t keep[kPerLane];  // of the row before
        const uint32_t keep_energy = y >= rows.sum_begin && y < rows.sum_end ? kAll : 0;
        const bool all_exact = is_exact<Format>(bands[0], args);
        for (int i = 0; i < kPerLane; ++i) {
            const Bands &ref = bands[0][i], &dis = bands[1][i];
            decoupled[i] = {all_exact ? ref : restore<Format>(ref, dis, [](uint32_t m) { return reciprocal(m); }), dis,
                            aligned<Format>(ref, dis)};
            keep[i] = y > rows.sum_begin ? counts[i] : 0;
            for (int b = 0; b < kBands; ++b)
                sums.energy[b] += energy<Format>(bands[0][i].value[b] & static_cast<int32_t>(counts[i] & keep_energy),
                                                 plan.energy_square_shift, args.energy_cube);
        }
#pragma unroll
        for (int l = 0; l < kLimits; ++l) limited[l].advance(decoupled, all_exact, args, l, x, keep, sums.parts[l]);
        sums.add(args, y);
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

#define ADM_SCALE(name, Format, T, limits, blocks)                         \
    extern "C" __global__ void __launch_bounds__(Tuning::kThreads, blocks) \
        name(const ScaleArgs __grid_constant__ args) {                     \
        scale<Format, T, limits>(args);                                    \
    }
ADM_SCALE(adm_scale0_u8_1, Fine, uint8_t, 1, Tuning::kBlocks + 1)
ADM_SCALE(adm_scale0_u8_2, Fine, uint8_t, 2, Tuning::kBlocks)
ADM_SCALE(adm_scale0_u16_1, Fine, uint16_t, 1, Tuning::kBlocks + 1)
ADM_SCALE(adm_scale0_u16_2, Fine, uint16_t, 2, Tuning::kBlocks)
ADM_SCALE(adm_scale1_1, Coarse, int16_t, 1, Tuning::kBlocks)
ADM_SCALE(adm_scale1_2, Coarse, int16_t, 2, Tuning::kBlocks)
ADM_SCALE(adm_scale2_1, Coarse, int32_t, 1, Tuning::kBlocks)
ADM_SCALE(adm_scale2_2, Coarse, int32_t, 2, Tuning::kBlocks)

#define ADM_FINISH(name, limits)                                         \
    extern "C" __global__ void __launch_bounds__(Tuning::kFinishThreads) \
        name(const FinishArgs __grid_constant__ args) {                  \
        finish<limits>(args);                                            \
    }
ADM_FINISH(adm_finish_1, 1)
ADM_FINISH(adm_finish_2, 2)
