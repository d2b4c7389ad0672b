// The SAD of motion on vectors: differences of the last five rows in a ring, blurred down and then across, a row at a
// time.
//
// Columns are worked on in blocks of as many as a vector has 16-bit lanes. 32-bit values of a block are two vectors,
// its even columns and its odd ones: words of two halves fall apart so without moving anything between lanes.
#include <type_traits>

#include "base/mirror.h"
#include "metric/motion/motion.h"
#include "metric/motion/motion_math.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/motion/motion_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::motion::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE size_t block() { return hn::Lanes(s16); }

/// blur() of motion_math.h. `round` is half of what the shift drops.
HWY_INLINE S32 blurred(S32 far_sum, S32 near_sum, S32 centre, S32 round, int shift) {
    const S32 far_half = hn::ShiftRight<1>(hn::Add(hn::Mul(far_sum, hn::Set(s32, kFarTap)), round));
    const S32 inner =
        hn::Add(hn::Mul(near_sum, hn::Set(s32, kNearTap / 2)), hn::Mul(centre, hn::Set(s32, kCentreTap / 2)));
    return hn::ShiftRightSame(hn::Add(inner, far_half), shift - 1);
}

/// Differences that leave room for the sum of two in 16 bits: below 15 bits per sample.
struct Narrow {
    using Element = int16_t;

    template <class T>
    static HWY_INLINE S16 load(const T* samples) {
        if constexpr (sizeof(T) == 1)
            return hn::PromoteTo(s16, hn::LoadU(u8_half, samples));
        else
            return hn::BitCast(s16, hn::LoadU(u16, samples));
    }

    template <class T>
    static void subtract(const T* a, const T* b, size_t w, int16_t* out, unsigned& bits) {
        const size_t n = block();
        S16 lanes = hn::Zero(s16);
        const auto at = [&](size_t x) HWY_ATTR {
            const S16 current = load(b + x);
            lanes = hn::Or(lanes, current);
            hn::StoreU(hn::Sub(load(a + x), current), s16, out + x);
        };
        size_t x = 0;
        for (; x + n <= w; x += n) at(x);
        if (x < w && w >= n) at(w - n);
        if (w < n)
            for (; x < w; x++) {
                out[x] = static_cast<int16_t>(a[x] - b[x]);
                bits |= b[x];
            }
        bits |= hn::GetLane(hn::MaxOfLanes(u16, hn::BitCast(u16, lanes)));
    }

    /// The words of the even and of the odd columns, two 16-bit values each, the first in the low half.
    static HWY_INLINE void join(S16 low, S16 high, S16& even, S16& odd) {
        even = hn::OddEven(hn::BitCast(s16, hn::ShiftLeft<16>(hn::BitCast(u32, high))), low);
        odd = hn::OddEven(high, hn::BitCast(s16, hn::ShiftRight<16>(hn::BitCast(u32, low))));
    }
    static HWY_INLINE S16 words(int32_t low, int32_t high) { return hn::BitCast(s16, hn::Set(s32, high << 16 | low)); }

    static HWY_INLINE void blur_down(const int16_t* const (&rows)[5], size_t x, int bpc, S32& even, S32& odd) {
        const auto row = [&](int k) HWY_ATTR { return hn::LoadU(s16, rows[k] + x); };
        S16 outer_even, outer_odd, inner_even, inner_odd;
        join(hn::Add(row(0), row(4)), hn::Add(row(1), row(3)), outer_even, outer_odd);
        join(row(2), hn::Set(s16, 1), inner_even, inner_odd);
        const S16 outer_taps = words(kFarTap, kNearTap), inner_taps = words(kCentreTap, 1 << (bpc - 1));
        const auto sum = [&](S16 outer, S16 inner) HWY_ATTR {
            S32 sum0 = hn::Zero(s32), sum1 = sum0;
            sum0 = hn::ReorderWidenMulAccumulate(s32, outer, outer_taps, sum0, sum1);
            sum0 = hn::ReorderWidenMulAccumulate(s32, inner, inner_taps, sum0, sum1);
            return hn::ShiftRightSame(hn::RearrangeToOddPlusEven(sum0, sum1), bpc);
        };
        even = sum(outer_even, inner_even);
        odd = sum(outer_odd, inner_odd);
    }
};

/// Differences in 32 bits, for 15 and 16 bits per sample: of each block first the even columns, then the odd ones.
struct Wide {
    using Element = int32_t;

    static void subtract(const uint16_t* a, const uint16_t* b, size_t w, int32_t* out, unsigned& bits) {
        const size_t n = block();
        auto lanes = hn::Zero(u16);
        size_t x = 0;
        for (; x + n <= w; x += n) {
            const auto current = hn::LoadU(u16, b + x);
            lanes = hn::Or(lanes, current);
            const U32 a2 = hn::BitCast(u32, hn::LoadU(u16, a + x)), b2 = hn::BitCast(u32, current);
            const U32 low = hn::Set(u32, 0xffff);
            hn::StoreU(hn::BitCast(s32, hn::Sub(hn::And(a2, low), hn::And(b2, low))), s32, out + x);
            hn::StoreU(hn::BitCast(s32, hn::Sub(hn::ShiftRight<16>(a2), hn::ShiftRight<16>(b2))), s32, out + x + n / 2);
        }
        for (size_t i = 0; x + i < w; i++) {
            out[x + i % 2 * (n / 2) + i / 2] = a[x + i] - b[x + i];
            bits |= b[x + i];
        }
        bits |= hn::GetLane(hn::MaxOfLanes(u16, lanes));
    }

    static HWY_INLINE void blur_down(const int32_t* const (&rows)[5], size_t x, int bpc, S32& even, S32& odd) {
        const S32 round = hn::Set(s32, 1 << (bpc - 1));
        const auto at = [&](size_t from) HWY_ATTR {
            const auto row = [&](int k) HWY_ATTR { return hn::LoadU(s32, rows[k] + from); };
            return blurred(hn::Add(row(0), row(4)), hn::Add(row(1), row(3)), row(2), round, bpc);
        };
        even = at(x);
        odd = at(x + block() / 2);
    }
};

/// A row of column sums in two halves, with room for two mirrored samples at either end.
struct SplitRow {
    int32_t *even, *odd;

    int32_t& at(int x) const {
        int32_t* const half = x % 2 ? odd : even;  // apart: in one expression GCC 12 with UBSan takes the wrong one
        return half[x >> 1];
    }
    void mirror_ends(int w) const {
        for (int i = 1; i <= kRadius; i++) {
            at(-i) = at(mirror_centre(-i, w));
            at(w - 1 + i) = at(mirror_centre(w - 1 + i, w));
        }
    }
};

/// Absolute values of the horizontally blurred row, summed; a lane gets fewer than 2^16 of them.
HWY_INLINE U64 blurred_row_sad(const SplitRow& row, size_t w) {
    const size_t n = hn::Lanes(s32), evens = (w + 1) / 2, odds = w / 2;
    const S32 round = hn::Set(s32, 1 << (kHorizontalShift - 1));
    U32 sum_even = hn::Zero(u32), sum_odd = sum_even;
    const auto blurs = [&](size_t i, S32& even, S32& odd) HWY_ATTR {
        const S32 even_before = hn::LoadU(s32, row.even + i - 1), even_here = hn::LoadU(s32, row.even + i);
        const S32 even_after = hn::LoadU(s32, row.even + i + 1), odd_before = hn::LoadU(s32, row.odd + i - 1);
        const S32 odd_here = hn::LoadU(s32, row.odd + i), odd_after = hn::LoadU(s32, row.odd + i + 1);
        even = hn::Abs(blurred(hn::Add(even_before, even_after), hn::Add(odd_before, odd_here), even_here, round,
                               kHorizontalShift));
        odd = hn::Abs(
            blurred(hn::Add(odd_before, odd_after), hn::Add(even_here, even_after), odd_here, round, kHorizontalShift));
    };
    S32 even, odd;
    size_t i = 0;
    for (; i + n <= odds; i += n) {
        blurs(i, even, odd);
        sum_even = hn::Add(sum_even, hn::BitCast(u32, even));
        sum_odd = hn::Add(sum_odd, hn::BitCast(u32, odd));
    }
    if (i < evens) {
        blurs(i, even, odd);
        sum_even = hn::Add(sum_even, hn::BitCast(u32, hn::IfThenElseZero(hn::FirstN(s32, evens - i), even)));
        sum_odd = hn::Add(sum_odd, hn::BitCast(u32, hn::IfThenElseZero(hn::FirstN(s32, odds - i), odd)));
    }
    return hn::Add(widened(sum_even), widened(sum_odd));
}

/// Where the rows lie in the caller's scratch memory, each from a whole cache line on.
template <class Difference>
class Rows {
 public:
    using Element = typename Difference::Element;

    Rows(std::vector<int32_t>& scratch, size_t w) {
        constexpr size_t kLine = 64 / sizeof(int32_t);
        const size_t columns = (w + block() - 1) / block() * block() + 2 * block();
        const size_t sum_words = round_up(columns / 2 + 2 * kLine, kLine);
        row_elements_ = round_up(columns, 64);
        const size_t ring_words = 5 * row_elements_ * sizeof(Element) / sizeof(int32_t);
        scratch.resize(ring_words + 2 * sum_words + kLine);
        auto* first = reinterpret_cast<int32_t*>(round_up(reinterpret_cast<uintptr_t>(scratch.data()), 64));
        ring_ = reinterpret_cast<Element*>(first);
        sums_ = {first + ring_words + kLine, first + ring_words + sum_words + kLine};
    }

    Element* difference(int y) const { return ring_ + static_cast<size_t>(y % 5) * row_elements_; }
    const SplitRow& sums() const { return sums_; }

 private:
    static constexpr size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

    size_t row_elements_;
    Element* ring_;
    SplitRow sums_;
};

template <class Difference, class T>
uint64_t plane_sad(Plane<T> previous, Plane<T> current, int bpc, std::vector<int32_t>& scratch, unsigned& bits) {
    const Rows<Difference> rows(scratch, current.w);
    const int h = static_cast<int>(current.h);
    const auto subtract = [&](int y) {
        Difference::subtract(previous.row(y), current.row(y), current.w, rows.difference(y), bits);
    };
    for (int y = 0; y < kRadius && y < h; y++) subtract(y);
    U64 total = hn::Zero(u64);
    for (int y = 0; y < h; y++) {
        if (y + kRadius < h) subtract(y + kRadius);
        const typename Difference::Element* around[5];
        for (int k = 0; k < 5; k++) around[k] = rows.difference(mirror_centre(y + k - kRadius, h));
        for (size_t x = 0; x < current.w; x += block()) {
            S32 even, odd;
            Difference::blur_down(around, x, bpc, even, odd);
            hn::StoreU(even, s32, rows.sums().even + x / 2);
            hn::StoreU(odd, s32, rows.sums().odd + x / 2);
        }
        rows.sums().mirror_ends(static_cast<int>(current.w));
        total = hn::Add(total, blurred_row_sad(rows.sums(), current.w));
    }
    return sum_of_lanes(total);
}

uint64_t sad(const PictureView& previous, const PictureView& current, std::vector<int32_t>& scratch, unsigned& bits) {
    const int bpc = static_cast<int>(current.format.bpc);
    if (bpc == 8) return plane_sad<Narrow>(previous.plane<uint8_t>(0), current.plane<uint8_t>(0), bpc, scratch, bits);
    const Plane<uint16_t> a = previous.plane<uint16_t>(0), b = current.plane<uint16_t>(0);
    return bpc < 15 ? plane_sad<Narrow>(a, b, bpc, scratch, bits) : plane_sad<Wide>(a, b, bpc, scratch, bits);
}

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat&) { return make_extractor(variants, sad); }

}  // namespace
}  // namespace vmaf::motion::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<motion::Sums>, HWY_TARGET> = motion::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> motion::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
