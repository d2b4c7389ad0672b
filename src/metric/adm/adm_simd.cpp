// adm's row kernels on vectors.
#include <algorithm>

#include "metric/vector_code.h"

// What follows is compiled once for every instruction set: foreach_target.h includes this file again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/adm/adm_simd.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "metric/adm/adm_filters-inl.h"
#include "picture/or_samples-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace vmaf::adm::HWY_NAMESPACE {
namespace {
// Decoupling.

struct VectorBands {
    HeldS32 value[kBands];

    HWY_INLINE VectorBands() {}
    HWY_INLINE VectorBands(S32 horizontal, S32 vertical, S32 diagonal) : value{horizontal, vertical, diagonal} {}
};

template <class C>
HWY_INLINE VectorBands bands_at(const C* low, const C* high, int x, int shift) {
    return {low_at(high, x, shift), high_at(low, x, shift), high_at(high, x, shift)};
}

/// 1 / m to about 22 bits.
HWY_INLINE F32 near_reciprocal(F32 m) {
#if HWY_ARCH_X86
    const F32 r = hn::ApproximateReciprocal(m);
    return hn::Mul(r, hn::NegMulAdd(m, r, hn::Set(f32, 2.0f)));
#else
    return hn::Div(hn::Set(f32, 1.0f), m);
#endif
}

/// floor(2^30 / m), 1 <= m <= 2^15.
HWY_INLINE S32 vector_reciprocal(S32 m) {
    const S32 one = hn::Set(s32, 1 << 30);
    const F32 r = near_reciprocal(hn::ConvertTo(f32, m));
    const S32 estimate = hn::ConvertTo(s32, hn::Mul(r, hn::Set(f32, 1 << 30)));  // off by 2^9 / m + 1 at most
    const S32 rest = hn::Sub(one, hn::Mul(estimate, m));
    // floor(rest / m) is the nearest integer to (rest + 1/2) / m - 1/2; no rounding comes near the 1/(2m) it is clear
    // by.
    const F32 quotient = hn::Mul(hn::Add(hn::ConvertTo(f32, rest), hn::Set(f32, 0.5f)), r);
    return hn::Add(estimate, hn::NearestInt(hn::Sub(quotient, hn::Set(f32, 0.5f))));
}

/// size / 2^shift for sizes of more than 15 bits: the leading 15, rounded.
struct Leading {
    HeldS32 value, shift;
};
HWY_INLINE Leading leading_bits(S32 size) {
    // Without the bits 16 below any set one the conversion does not round up to the next power of 2.
    const S32 top = hn::AndNot(hn::ShiftRight<16>(size), size);
    const S32 exponent = hn::ShiftRight<23>(as_s32(hn::ConvertTo(f32, top)));
    const S32 shift = hn::Max(hn::Sub(exponent, hn::Set(s32, 127 + 14)), hn::Zero(s32));
    const S32 half = hn::ShiftRight<1>(hn::Shl(hn::Set(s32, 1), shift));
    return {hn::Shr(hn::Add(size, half), shift), shift};
}

constexpr int32_t kRatioOne = 1 << 15;

template <class Format>
HWY_INLINE S32 ratio_of(S32 wanted, S32 size);

template <>
HWY_INLINE S32 ratio_of<Fine>(S32 wanted, S32 size) {
    const S32 rounded = hn::Add(hn::Mul(wanted, vector_reciprocal(size)), hn::Set(s32, 1 << 14));
    return as_s32(hn::ShiftRight<15>(hn::BitCast(u32, rounded)));  // up to 2^31 and a half, unsigned
}
template <>
HWY_INLINE S32 ratio_of<Coarse>(S32 wanted, S32 size) {
    const Leading m = leading_bits(size);
    const Wide products = product(wanted, vector_reciprocal(m.value));
    const U64 shift = as_u64(S32(m.shift)), even_shift = hn::And(shift, set64(0xffffffffu)),
              odd_shift = hn::ShiftRight<32>(shift);
    const U64 half = set64(1 << 14), fifteen = set64(15);
    const U64 even = hn::Add(U64(products.even), hn::Shl(half, even_shift));
    const U64 odd = hn::Add(U64(products.odd), hn::Shl(half, odd_shift));
    return low_words({hn::Shr(even, hn::Add(fifteen, even_shift)), hn::Shr(odd, hn::Add(fifteen, odd_shift))});
}

template <class Format>
HWY_INLINE S32 vector_restore(S32 o, S32 t) {
    const S32 size = hn::Max(hn::Abs(o), hn::Set(s32, 1));
    const S32 t_size = hn::Abs(t);
    // min(t, 2 size) without the doubling's overflow
    const S32 wanted = hn::IfThenElse(hn::Lt(hn::ShiftRight<1>(t_size), size), t_size, hn::Add(size, size));
    const S32 ratio = hn::Min(ratio_of<Format>(wanted, size), hn::Set(s32, kRatioOne));
    const S32 k = hn::AndNot(hn::ShiftRight<31>(hn::Xor(o, t)), ratio);
    if constexpr (std::is_same_v<Format, Fine>)
        return hn::ShiftRight<15>(hn::Add(hn::Mul(k, o), hn::Set(s32, 1 << 14)));
    else
        return low_words((product(k, o) + set64(1 << 14)) >> 15);
}

/// restore_exact(), where all coefficients of the reference are small enough.
HWY_INLINE S32 vector_restore_exact(S32 o, S32 t) {
    const S32 zero = hn::Zero(s32);
    return hn::Max(hn::Min(o, hn::Max(t, zero)), hn::Min(t, zero));
}

template <class Format>
HWY_INLINE bool is_exact(const VectorBands& ref) {
    if constexpr (!std::is_same_v<Format, Fine>) return false;
    const S32 sizes =
        hn::Or(hn::Or(hn::Abs(S32(ref.value[0])), hn::Abs(S32(ref.value[1]))), hn::Abs(S32(ref.value[2])));
    return hn::AllTrue(s32, hn::Lt(sizes, hn::Set(s32, static_cast<int32_t>(kExactReference))));
}

template <class Format>
HWY_INLINE VectorBands vector_restored(const VectorBands& ref, const VectorBands& dis) {
    VectorBands restored;
    if (HWY_LIKELY(is_exact<Format>(ref)))
        for (int b = 0; b < kBands; b++) restored.value[b] = vector_restore_exact(ref.value[b], dis.value[b]);
    else
        for (int b = 0; b < kBands; b++) restored.value[b] = vector_restore<Format>(ref.value[b], dis.value[b]);
    return restored;
}

/// aligned() in floats; true in `unsure` where they can't decide it.
template <class Format>
HWY_INLINE M32 vector_aligned(const VectorBands& ref, const VectorBands& dis) {
    const auto real = [](S32 v) HWY_ATTR { return hn::ConvertTo(f32, v); };
    const F32 oh = real(ref.value[kHorizontal]), ov = real(ref.value[kVertical]);
    const F32 th = real(dis.value[kHorizontal]), tv = real(dis.value[kVertical]);
    const F32 dot = hn::MulAdd(oh, th, hn::Mul(ov, tv));
    const F32 p = hn::MulAdd(oh, oh, hn::Mul(ov, ov)), q = hn::MulAdd(th, th, hn::Mul(tv, tv));
    // All roundings together stay below 2^-19 of p q.
    const F32 square = hn::Mul(dot, dot), bound = hn::Mul(hn::Mul(p, q), hn::Set(f32, kCosSquared));
    const auto above = hn::Ge(square, hn::Mul(bound, hn::Set(f32, 1 + 0x1p-17f)));
    const auto below = hn::Lt(square, hn::Mul(bound, hn::Set(f32, 1 - 0x1p-17f)));
    const auto yes = hn::And(above, hn::Ge(dot, hn::Zero(f32)));
    if (HWY_LIKELY(hn::AllTrue(f32, hn::Or(above, below)))) return hn::RebindMask(s32, yes);

    HWY_ALIGN int32_t o[2][HWY_MAX_BYTES / 4], t[2][HWY_MAX_BYTES / 4], flags[HWY_MAX_BYTES / 4];
    for (int b = 0; b < 2; b++) {
        hn::Store(S32(ref.value[b]), s32, o[b]);
        hn::Store(S32(dis.value[b]), s32, t[b]);
    }
    for (int i = 0; i < lanes(); i++) flags[i] = aligned<Format>(o[0][i], o[1][i], t[0][i], t[1][i]);
    return hn::Gt(hn::Load(s32, flags), hn::Zero(s32));
}

/// Magnitudes of restored coefficients raised by a gain, at most those of t.
HWY_INLINE S32 raised_whole(S32 restored, S32 most, const WholeGain& gain) {
    const S32 capped = as_s32(hn::Min(hn::BitCast(u32, restored), hn::Set(u32, gain.cap)));
    const S32 raised = hn::Mul(capped, hn::Set(s32, static_cast<int32_t>(gain.factor)));
    return hn::BitCast(s32, hn::Min(hn::BitCast(u32, raised), hn::BitCast(u32, most)));
}
HWY_INLINE S32 raised_real(S32 restored, S32 most, double gain) {
    const F64 factor = hn::Set(f64, gain);
    const F64 lower =
        hn::Min(hn::Mul(hn::PromoteTo(f64, hn::LowerHalf(restored)), factor), hn::PromoteTo(f64, hn::LowerHalf(most)));
    const F64 upper = hn::Min(hn::Mul(hn::PromoteTo(f64, hn::UpperHalf(s32_half, restored)), factor),
                              hn::PromoteTo(f64, hn::UpperHalf(s32_half, most)));
    return hn::Combine(s32, hn::DemoteTo(s32_half, upper), hn::DemoteTo(s32_half, lower));
}

HWY_INLINE S32 vector_limit_gain(S32 restored, S32 t, const Gain& gain) {
    const S32 size = hn::Abs(restored), most = hn::Abs(t), sign = hn::ShiftRight<31>(t);
    const S32 raised = gain.whole.factor ? raised_whole(size, most, gain.whole) : raised_real(size, most, gain.value);
    return hn::Sub(hn::Xor(raised, sign), sign);
}

// What becomes of a part.

struct VectorMask {
    HeldS32 spread, self;
};

HWY_INLINE void store_contrast(S32 v, uint32_t* out) { hn::StoreU(hn::BitCast(u32, v), u32, out); }

/// Two 16-bit values a lane, of two bands or of one and 0: what they add to the mask. Both shares are products by fixed
/// points, rounded as everywhere: v / 30 is v + v * 2184 / 2^15 and v / 15 is 2v + v * 4368 / 2^15, in their own Q
/// format.
HWY_INLINE void add_shares(S16 weighted, S32& spread, S32& centre) {
    const S16 v = hn::Abs(weighted);
    const S32 ones = as_s32(hn::Set(s16, 1));
    spread = add_dot(spread, as_s32(hn::Add(v, hn::MulFixedPoint15(v, hn::Set(s16, 2184)))), ones);
    centre = add_dot(centre, as_s32(hn::Add(hn::Add(v, v), hn::MulFixedPoint15(v, hn::Set(s16, 4368)))), ones);
}

/// Stores a part's contrasts and returns what it masks with.
HWY_INLINE VectorMask weigh(Fine, const VectorBands& part, const ScalePlan& plan, const PartRow& out, int x) {
    HeldS32 weighted[kBands];  // by weights whole; contrast is their size
    for (int b = 0; b < kBands; b++) {
        const S32 product = hn::Mul(S32(part.value[b]), hn::Set(s32, static_cast<int32_t>(plan.weight[b])));
        store_contrast(hn::Abs(product), out.contrast[b] + x);
        weighted[b] = product;
    }
    const auto rounded = [&](int b) HWY_ATTR { return hn::Add(S32(weighted[b]), hn::Set(s32, 16384)); };
    // Bits 15 to 30 of both straight bands in one lane; the diagonal one keeps to the lower half of its own.
    const S16 straight = hn::OddEven(hn::BitCast(s16, hn::ShiftLeft<1>(rounded(kVertical))),
                                     hn::BitCast(s16, hn::ShiftRight<15>(rounded(kHorizontal))));
    const S32 diagonal = hn::Abs(hn::ShiftRight<17>(hn::Add(S32(weighted[kDiagonal]), hn::Set(s32, 65535))));
    S32 spread = hn::Zero(s32), centre = hn::Zero(s32);
    add_shares(straight, spread, centre);
    add_shares(hn::BitCast(s16, diagonal), spread, centre);
    return {spread, hn::Sub(centre, spread)};
}

HWY_INLINE S32 share_of(S32 size, int32_t factor) {
    return high_words(product(size, factor) + set64(0u - (uint64_t{1} << 31)));
}

HWY_INLINE VectorMask weigh(Coarse, const VectorBands& part, const ScalePlan& plan, const PartRow& out, int x) {
    S32 spread = hn::Zero(s32), centre = hn::Zero(s32);
    for (int b = 0; b < kBands; b++) {
        const Wide weighted = product(part.value[b], static_cast<int32_t>(plan.weight[b])) + set64(1 << 27);
        const S32 v = hn::Abs(low_words(weighted >> 28));
        store_contrast(v, out.contrast[b] + x);
        spread = hn::Add(spread, share_of(v, kThirtieth));
        centre = hn::Add(centre, share_of(v, kFifteenth));
    }
    return {spread, hn::Sub(centre, spread)};
}

template <class Format>
HWY_INLINE void put_part(const VectorBands& part, const ScalePlan& plan, int x, const PartRow& out) {
    const VectorMask mask = weigh(Format{}, part, plan, out, x);
    hn::StoreU(S32(mask.spread), s32, out.spread + x);
    hn::StoreU(S32(mask.self), s32, out.self + x);
}

/// Sums of the reference's energy.
template <class Format>
struct Energy {
    HeldU64 sums[kBands];

    HWY_INLINE Energy() : sums{hn::Zero(u64), hn::Zero(u64), hn::Zero(u64)} {}

    HWY_INLINE void add(const VectorBands& ref, const ScalePlan& plan, M32 counts) {
        for (int b = 0; b < kBands; b++) {
            const S32 a = hn::Abs(hn::IfThenElseZero(counts, S32(ref.value[b])));
            const Wide cubes = cubes_of(a, plan);
            sums[b] = hn::Add(U64(sums[b]), hn::Add(U64(cubes.even), U64(cubes.odd)));
        }
    }
    HWY_INLINE BandSums total() const {
        BandSums out;
        for (int b = 0; b < kBands; b++) out[b] = sum_of_lanes(U64(sums[b]));
        return out;
    }

 private:
    HWY_INLINE static Wide cubes_of(S32 a, const ScalePlan& plan) {
        if constexpr (std::is_same_v<Format, Fine>) return product(hn::Mul(a, a), a);
        const int shift = plan.energy_square_shift, cube_shift = plan.energy_cube_shift;
        const Wide squares = (product(a, a) + set64(uint64_t{1} << shift)) >> shift;
        const Wide cubes = {unsigned_product(squares.even, as_u64(a)),
                            unsigned_product(squares.odd, hn::ShiftRight<32>(as_u64(a)))};
        return (cubes + set64(static_cast<uint64_t>(half_of(cube_shift)))) >> cube_shift;
    }
    HWY_INLINE static U64 unsigned_product(U64 a, U64 b) {
        return hn::MulEven(hn::BitCast(u32, a), hn::BitCast(u32, b));
    }
};

/// Fine: weighted coefficients, at most 27411 by the weight, stay below 2^15. Coarse: products are signed. Only the
/// weights of CSF mode 1 may be greater.
template <class Format>
bool fits_vectors(const ScalePlan& plan) {
    constexpr uint32_t kMost = std::is_same_v<Format, Fine> ? 39000 : INT32_MAX;
    if constexpr (std::is_same_v<Format, Fine>)
        return std::max(plan.weight[kHorizontal], plan.weight[kVertical]) <= kMost;
    return *std::max_element(plan.weight, plan.weight + kBands) <= kMost;
}

template <class Format, class C = typename Format::Coefficient>
BandSums detail(const DetailRow<C>& row, const ScalePlan& plan) {
    if (!fits_vectors<Format>(plan)) return scalar::detail<Format>(row, plan);
    Energy<Format> energy;
    const S32 lane = hn::Iota(s32, 0), before = hn::Set(s32, row.summed.begin - 1), last = hn::Set(s32, row.summed.end);
    for (int x = row.range.begin; x < row.range.end; x += lanes()) {
        const VectorBands ref = bands_at(row.low[0], row.high[0], x, row.shift);
        const VectorBands dis = bands_at(row.low[1], row.high[1], x, row.shift);
        const S32 column = hn::Add(lane, hn::Set(s32, x));
        energy.add(ref, plan, hn::And(hn::Gt(column, before), hn::Lt(column, last)));
        const M32 is_aligned = vector_aligned<Format>(ref, dis);
        const VectorBands unlimited = vector_restored<Format>(ref, dis);
        for (const LimitRows& limit : row.limits) {
            VectorBands restored, additive;
            for (int b = 0; b < kBands; b++) {
                const S32 r = unlimited.value[b], t = dis.value[b];
                restored.value[b] = hn::IfThenElse(is_aligned, vector_limit_gain(r, t, limit.gain), r);
                additive.value[b] = hn::Sub(t, S32(restored.value[b]));
            }
            put_part<Format>(restored, plan, x, limit.restored);
            put_part<Format>(additive, plan, x, limit.additive);
        }
    }
    return energy.total();
}

// Masking.

HWY_INLINE S32 window_sum(const MaskedRow& row, int x) {
    S32 sum = hn::LoadU(s32, row.self + x);
    for (const int32_t* spread : row.spread)
        for (int k = -1; k <= 1; k++) sum = hn::Add(sum, hn::LoadU(s32, spread + x + k));
    return sum;
}

/// Sums of the cubes of one band. Shifts are logical: a bias of 2^63 makes them arithmetic, and is taken off at the
/// end.
template <class Format>
struct Cubes {
    HeldU64 sum;
    uint64_t count = 0;

    HWY_INLINE Cubes() : sum(hn::Zero(u64)) {}

    HWY_INLINE void add(S32 excess, int band, int shift) {
        const int square_shift = Format::square_shift(band);
        const Wide squares = (product(excess, excess) + set64(uint64_t{1} << (square_shift - 1))) >> square_shift;
        const uint64_t half = static_cast<uint64_t>(half_of(shift)) + (uint64_t{1} << 63);
        const U64 even = as_u64(hn::MulEven(as_s32(U64(squares.even)), excess));
        const U64 odd = as_u64(hn::MulEven(as_s32(U64(squares.odd)), odd_columns(excess)));
        const Wide cubes = (Wide{even, odd} + set64(half)) >> shift;
        sum = hn::Add(U64(sum), hn::Add(U64(cubes.even), U64(cubes.odd)));
        count += static_cast<uint64_t>(lanes());
    }
    HWY_INLINE uint64_t total(int shift) const { return sum_of_lanes(U64(sum)) - count * (uint64_t{1} << 63 >> shift); }
};

template <class Format>
BandSums mask(const MaskedRow& row, const ScalePlan& plan, Range range) {
    Cubes<Format> cubes[kBands];
    const S32 lane = hn::Iota(s32, 0);
    for (int x = range.begin; x < range.end; x += lanes()) {
        const S32 threshold = window_sum(row, x);
        const M32 counts = hn::Lt(lane, hn::Set(s32, range.end - x));
        HeldS32 excess[kBands];
        S32 any = hn::Zero(s32);
        for (int b = 0; b < kBands; b++) {
            const S32 contrast = hn::LoadU(s32, reinterpret_cast<const int32_t*>(row.contrast[b]) + x);
            const S32 limit = hn::ShiftLeftSame(threshold, Format::threshold_shift(b));
            const S32 beyond = hn::IfThenElseZero(counts, hn::Max(hn::Sub(contrast, limit), hn::Zero(s32)));
            any = hn::Or(any, beyond);
            excess[b] = beyond;
        }
        if (hn::AllTrue(s32, hn::Eq(any, hn::Zero(s32)))) continue;  // most of a part is masked
        for (int b = 0; b < kBands; b++) cubes[b].add(excess[b], b, plan.cube_shift[b]);
    }
    BandSums sums;
    for (int b = 0; b < kBands; b++) sums[b] = cubes[b].total(plan.cube_shift[b]);
    return sums;
}

template <class Format, class T>
constexpr RowKernels<Format, T> kKernels = {columns<Format, T>, approximate<Format>, detail<Format>, mask<Format>};

template <class Sample>
constexpr PassKernels<Sample> kPass = {kKernels<Fine, Sample>, kKernels<Coarse, int16_t>, kKernels<Coarse, int32_t>};

constexpr AllKernels kAllKernels = {kPass<uint8_t>, kPass<uint16_t>, or_samples};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, kAllKernels);
}

}  // namespace
}  // namespace vmaf::adm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<adm::Sums>, HWY_TARGET> = adm::HWY_NAMESPACE::make;

}  // namespace vmaf

#if HWY_ONCE
namespace vmaf {

std::unique_ptr<Extractor> adm::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}

}  // namespace vmaf
#endif
