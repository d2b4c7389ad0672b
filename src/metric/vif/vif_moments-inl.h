// The filters of vif on vectors: rows of two pictures become the moments of their pixels, and the rows of the next
// scale. Part of the text simd/vif.cpp.
//
// All filters run on 16-bit halves: a weight and a half make a 32-bit product, and instructions exist that add two such
// products. Rows (or columns) are therefore taken in pairs, and 32-bit values as sum(tap * high) * 2^16 + sum(tap *
// low). The instructions are signed, so that halves are moved by 2^15; as weights add up to 2^16, this moves each sum
// by 2^31, and sums are modulo 2^32. Samples of all depths are scaled to 16 bits: the roundings of scale 0 then are
// those of the other scales.
#if defined(VMAF_FEATURE_SIMD_VIF_MOMENTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_FEATURE_SIMD_VIF_MOMENTS_INL_H_
#undef VMAF_FEATURE_SIMD_VIF_MOMENTS_INL_H_
#else
#define VMAF_FEATURE_SIMD_VIF_MOMENTS_INL_H_
#endif

#include <algorithm>

#include "base/aligned.h"
#include "base/mirror.h"
#include "metric/vif/vif_tables.h"
#include "picture/picture_format.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::vif::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

// Columns come in blocks of as many as a vector has 16-bit lanes. Where values have 32 bits, a block is two vectors:
// first the even columns, then the odd ones.

constexpr size_t kBlockMax = HWY_LANES(uint16_t);

// Pictures are worked on in tiles of so many columns, over all rows: what is kept of the rows then fits the first-level
// cache.
constexpr unsigned kTile = 256;
constexpr int kMargin = kMaxRadius;  ///< columns kept on either side of a tile for the horizontal filters
constexpr size_t kTileRow = (kTile + 2 * kMargin + kBlockMax - 1) / kBlockMax * kBlockMax;
static_assert(kTile % kBlockMax == 0);

HWY_INLINE size_t block() { return hn::Lanes(u16); }
HWY_INLINE size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

/// hn::ReorderWidenMulAccumulate, which takes two instructions where VNNI has one.
HWY_INLINE S32 multiply_add(S16 a, S16 b, S32 sum0, S32& sum1) {
#if HWY_TARGET == HWY_AVX3_DL
    (void)sum1;
    asm("vpdpwssd %2, %1, %0" : "+v"(sum0.raw) : "v"(a.raw), "v"(b.raw));
    return sum0;
#else
    return hn::ReorderWidenMulAccumulate(s32, a, b, sum0, sum1);
#endif
}

/// The filter's sums at both members of the central pair, less 2^31. `at(pair)` gives S16: pairs of halves moved by
/// 2^15.
template <int kScale, class At>
HWY_INLINE void filter_pairs(At&& at, U32& first, U32& second) {
    constexpr const PairFilter& kFilter = kPairFilter<kScale>;
    S32 first0 = hn::Zero(s32), first1 = first0, second0 = first0, second1 = first0;
    HWY_UNROLL(16)
    for (int i = 0; i < kFilter.steps; i++) {
        const S16 pair = at(kFilter.step[i].pair);
        const S16 taps0 = hn::BitCast(s16, hn::Set(s32, kFilter.step[i].first));
        const S16 taps1 = hn::BitCast(s16, hn::Set(s32, kFilter.step[i].second));
        first0 = multiply_add(pair, taps0, first0, first1);
        second0 = multiply_add(pair, taps1, second0, second1);
    }
    first = as_u32(hn::RearrangeToOddPlusEven(first0, first1));
    second = as_u32(hn::RearrangeToOddPlusEven(second0, second1));
}

HWY_INLINE S16 moved(U16 v) { return hn::BitCast(s16, hn::Xor(v, hn::Set(u16, 0x8000))); }
HWY_INLINE S16 load_halves(const int16_t* p) { return hn::LoadU(s16, p); }

/// round(sum * 2^16 + low sum, 16), less 2^31, both sums being less 2^31.
HWY_INLINE U32 join_sums(U32 high, U32 low) {
    return hn::Add(high, hn::ShiftRight<16>(hn::Add(low, hn::Set(u32, 0x80008000u))));
}

/// A tile's row of 16-bit halves moved by 2^15.
class Line {
 public:
    /// From a column of the tile on, at least -kMargin.
    int16_t* from(ptrdiff_t x) { return halves_ + kMargin + x; }
    const int16_t* from(ptrdiff_t x) const { return halves_ + kMargin + x; }

 private:
    alignas(kVectorAlignment) int16_t halves_[kTileRow] = {};
};

/// Upper halves of a block of 32-bit values, columns in their order again.
HWY_INLINE void store_high(U32 even, U32 odd, int16_t* out) {
    hn::StoreU(hn::BitCast(s16, hn::OddEven(hn::BitCast(u16, odd), hn::BitCast(u16, hn::ShiftRight<16>(even)))), s16,
               out);
}

HWY_INLINE void store_low(U32 even, U32 odd, int16_t* out) {
    hn::StoreU(hn::BitCast(s16, hn::OddEven(hn::BitCast(u16, hn::ShiftLeft<16>(odd)), hn::BitCast(u16, even))), s16,
               out);
}

/// A row of 32-bit values less 2^31.
struct SplitLine {
    Line high, low;

    HWY_INLINE void store(U32 even, U32 odd, ptrdiff_t x) {
        const U32 move_low = hn::Set(u32, 0x8000);
        even = hn::Xor(even, move_low);
        odd = hn::Xor(odd, move_low);
        store_high(even, odd, high.from(x));
        store_low(even, odd, low.from(x));
    }
};

/// The vertically filtered moments of a row: means Q8, squares Q32.
struct MomentLines {
    Line mean_ref, mean_dis;
    SplitLine ref_ref, dis_dis, ref_dis;
};

/// A tile's place in a picture: its columns and, with margins, where their samples are read.
struct Tile {
    unsigned first, count;
    int source[kTileRow];  ///< from column -kMargin on, borders reflected

    /// Of a picture `w` wide, the tile that begins at a column of it.
    Tile(unsigned first_column, unsigned w) : first(first_column), count(std::min(kTile, w - first_column)) {
        const int begin = static_cast<int>(first) - kMargin;
        for (int i = 0; i < static_cast<int>(kTileRow); i++) source[i] = mirror_centre(begin + i, static_cast<int>(w));
    }
};

/// The rows of a tile around the two in work, in pairs: 16-bit samples of the upper row in low halves, of the lower row
/// in high halves. Begins at column -kMargin.
class PairRing {
 public:
    /// Pair j, rows 2j and 2j + 1; j >= -kMaxRadius / 2.
    const uint16_t* pair(int j) const { return words_[(j + kMaxRadius) % kSlots]; }

    /// Reads pair j of a picture, whose borders are reflected; `shift` scales samples to 16 bits.
    template <class Sample>
    void fill(const Plane<Sample>& plane, const Tile& tile, int j, int shift) {
        const int h = static_cast<int>(plane.h), n = static_cast<int>(block());
        const Sample* const upper_row = plane.row(mirror_centre(2 * j, h));
        const Sample* const lower_row = plane.row(mirror_centre(2 * j + 1, h));
        for (int i = 0; i < 2; i++) prefetch(plane.row(std::min(2 * j + kPrefetchRows + i, h - 1)) + tile.first);
        uint16_t* out = words_[(j + kMaxRadius) % kSlots];
        for (int x = 0; x < static_cast<int>(tile.count) + 2 * kMargin; x += n, out += 2 * n) {
            const int column = static_cast<int>(tile.first) - kMargin + x;
            const bool inside = column >= 0 && column + n <= static_cast<int>(plane.w);
            const auto samples = [&](const Sample* row) HWY_ATTR {
                return hn::ShiftLeftSame(inside ? load(row + column) : gather(row, tile.source + x), shift);
            };
            const U16 upper = samples(upper_row), lower = samples(lower_row);
            hn::Store(hn::OddEven(hn::BitCast(u16, hn::ShiftLeft<16>(as_u32(lower))), upper), u16, out);
            hn::Store(hn::OddEven(lower, hn::BitCast(u16, hn::ShiftRight<16>(as_u32(upper)))), u16, out + n);
        }
    }

 private:
    static constexpr int kSlots = kMaxRadius + 1;
    /// Rows ahead of the one being read: a tile's are too short for the processor to foresee.
    static constexpr int kPrefetchRows = 8;

    template <class Sample>
    static void prefetch(const Sample* row) {
        for (size_t x = 0; x < kTileRow; x += kVectorAlignment / sizeof(Sample)) __builtin_prefetch(row + x - kMargin);
    }

    static HWY_INLINE U16 load(const uint8_t* p) { return hn::PromoteTo(u16, hn::LoadU(u8_half, p)); }
    static HWY_INLINE U16 load(const uint16_t* p) { return hn::LoadU(u16, p); }

    template <class Sample>
    static U16 gather(const Sample* row, const int* columns) {
        alignas(kVectorAlignment) uint16_t samples[kBlockMax];
        for (size_t i = 0; i < block(); i++) samples[i] = row[columns[i]];
        return hn::Load(u16, samples);
    }

    alignas(kVectorAlignment) uint16_t words_[kSlots][2 * kTileRow] = {};
};

/// Where the pairs around two rows lie.
template <int kScale>
struct PairWindow {
    const uint16_t* pair[kPairFilter<kScale>.pairs];

    PairWindow(const PairRing& ring, int y) {
        for (int j = 0; j < kPairFilter<kScale>.pairs; j++)
            pair[j] = ring.pair((y - kPairFilter<kScale>.reach) / 2 + j);
    }
    HWY_INLINE U16 at(int j, size_t x) const { return hn::Load(u16, pair[j] + x); }
};

/// Functions where lambdas would do: compilers don't inline those in every place.
template <int kScale>
HWY_INLINE void mean_sums(const PairWindow<kScale>& rows, size_t x, U32& first, U32& second) {
    filter_pairs<kScale>([&](int j) HWY_ATTR { return moved(rows.at(j, x)); }, first, second);
    const U32 half = hn::Set(u32, 0x8000);
    first = hn::Add(first, half);
    second = hn::Add(second, half);
}

/// `kLow` false: products are multiples of 2^16, as with 8-bit samples.
template <int kScale, bool kLow>
HWY_INLINE void product_sums(const PairWindow<kScale>& a, const PairWindow<kScale>& b, size_t x, U32& first,
                             U32& second) {
    filter_pairs<kScale>([&](int j) HWY_ATTR { return moved(hn::MulHigh(a.at(j, x), b.at(j, x))); }, first, second);
    if constexpr (kLow) {
        U32 first_low, second_low;
        filter_pairs<kScale>([&](int j) HWY_ATTR { return moved(hn::Mul(a.at(j, x), b.at(j, x))); }, first_low,
                             second_low);
        first = join_sums(first, first_low);
        second = join_sums(second, second_low);
    }
}

template <int kScale>
HWY_INLINE void mean_down(const PairWindow<kScale>& rows, size_t x, ptrdiff_t column, Line& upper, Line& lower) {
    U32 upper_even, lower_even, upper_odd, lower_odd;
    mean_sums<kScale>(rows, x, upper_even, lower_even);
    mean_sums<kScale>(rows, x + block(), upper_odd, lower_odd);
    store_high(upper_even, upper_odd, upper.from(column));
    store_high(lower_even, lower_odd, lower.from(column));
}

template <int kScale, bool kLow>
HWY_INLINE void product_down(const PairWindow<kScale>& a, const PairWindow<kScale>& b, size_t x, ptrdiff_t column,
                             SplitLine& upper, SplitLine& lower) {
    U32 upper_even, lower_even, upper_odd, lower_odd;
    product_sums<kScale, kLow>(a, b, x, upper_even, lower_even);
    product_sums<kScale, kLow>(a, b, x + block(), upper_odd, lower_odd);
    upper.store(upper_even, upper_odd, column);
    lower.store(lower_even, lower_odd, column);
}

/// What of a pair of pictures is filtered.
enum class Part { kPair, kReference, kDistorted };

/// Rows y and below; with the distorted picture's come those of its products with the reference.
template <int kScale, bool kLow, Part kPart>
void filter_moments_down(const PairRing& ref_rows, const PairRing& dis_rows, int y, unsigned n, MomentLines (&out)[2]) {
    const PairWindow<kScale> ref(ref_rows, y), dis(dis_rows, y);
    for (size_t x = 0; x < n + 2 * kMargin; x += block()) {
        const ptrdiff_t column = static_cast<ptrdiff_t>(x) - kMargin;
        if constexpr (kPart != Part::kDistorted) {
            mean_down<kScale>(ref, 2 * x, column, out[0].mean_ref, out[1].mean_ref);
            product_down<kScale, kLow>(ref, ref, 2 * x, column, out[0].ref_ref, out[1].ref_ref);
        }
        if constexpr (kPart == Part::kReference) continue;
        mean_down<kScale>(dis, 2 * x, column, out[0].mean_dis, out[1].mean_dis);
        product_down<kScale, kLow>(dis, dis, 2 * x, column, out[0].dis_dis, out[1].dis_dis);
        product_down<kScale, kLow>(ref, dis, 2 * x, column, out[0].ref_dis, out[1].ref_dis);
    }
}

/// A moment of up to kTile pixels after both filters, the even columns of a block before its odd ones. Formats of Moments.
struct MomentRow {
    alignas(kVectorAlignment) uint32_t of[kTile];
};

/// Makes the moments of columns n to end - 1 0: such pixels are flat and undistorted.
HWY_INLINE void clear_columns(size_t n, size_t end, uint32_t* moments) {
    for (; n < end; n++) {
        const size_t in_block = n % block();
        moments[n - in_block + in_block / 2 + (in_block % 2) * hn::Lanes(u32)] = 0;
    }
}

template <int kScale>
HWY_INLINE void filter_across(const Line& line, ptrdiff_t x, U32& even, U32& odd) {
    const int16_t* from = line.from(x - kPairFilter<kScale>.reach);
    filter_pairs<kScale>([from](int j) HWY_ATTR { return load_halves(from + 2 * j); }, even, odd);
}

/// The moments of n pixels, whole blocks.
template <int kScale>
void mean_across(const Line& line, size_t n, uint32_t* out) {
    const U32 back = hn::Set(u32, 0x80000000u);
    for (size_t x = 0; x < n; x += block(), out += block()) {
        U32 even, odd;
        filter_across<kScale>(line, static_cast<ptrdiff_t>(x), even, odd);
        hn::Store(hn::Add(even, back), u32, out);
        hn::Store(hn::Add(odd, back), u32, out + hn::Lanes(u32));
    }
}

template <int kScale>
void square_across(const SplitLine& line, size_t n, uint32_t* out) {
    const U32 back = hn::Set(u32, 0x80000000u);
    for (size_t x = 0; x < n; x += block(), out += block()) {
        U32 even, odd, even_low, odd_low;
        filter_across<kScale>(line.high, static_cast<ptrdiff_t>(x), even, odd);
        filter_across<kScale>(line.low, static_cast<ptrdiff_t>(x), even_low, odd_low);
        hn::Store(hn::Add(join_sums(even, even_low), back), u32, out);
        hn::Store(hn::Add(join_sums(odd, odd_low), back), u32, out + hn::Lanes(u32));
    }
}

/// A picture of scales 1 to 3, 16 bits. Rows have room for a whole block at their end.
class Level {
 public:
    Level(unsigned w, unsigned h) : stride_(round_up(w, block()) + block()), samples_(stride_ * h), w_(w), h_(h) {}

    Plane<uint16_t> plane() const { return {samples_.data(), static_cast<ptrdiff_t>(stride_), w_, h_}; }
    uint16_t* row(unsigned y) { return samples_.data() + stride_ * y; }

 private:
    size_t stride_;
    AlignedVector<uint16_t> samples_;
    unsigned w_, h_;
};

/// The vertical step of decimate_across, for row y, which is even.
template <int kScale>
void decimate_down(const PairRing& ring, int y, unsigned n, Line& out) {
    const PairWindow<kScale> rows(ring, y);
    const auto down = [&](size_t x) HWY_ATTR {
        U32 sum, unused;
        filter_pairs<kScale>([&](int j) HWY_ATTR { return moved(rows.at(j, x)); }, sum, unused);
        return hn::Add(sum, hn::Set(u32, 0x8000));
    };
    for (size_t x = 0; x < n + 2 * kMargin; x += block())
        store_high(down(2 * x), down(2 * x + block()), out.from(static_cast<ptrdiff_t>(x) - kMargin));
}

/// Makes half as many samples of a row of scale kScale from n columns of the scale above.
template <int kScale>
void decimate_across(const Line& line, unsigned n, uint16_t* out) {
    for (size_t x = 0; x < n; x += block()) {
        U32 sum, unused;
        filter_across<kScale>(line, static_cast<ptrdiff_t>(x), sum, unused);
        const U32 sample = hn::ShiftRight<16>(hn::Add(sum, hn::Set(u32, 0x80008000u)));
        hn::StoreU(hn::DemoteTo(u16_half, hn::BitCast(s32, sample)), u16_half, out + x / 2);
    }
}

}  // namespace
}  // namespace vmaf::vif::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
