// base/exact_math.h on vectors: the same operations in every lane. To be included in a text of src/simd/dispatch.h.
#if defined(VMAF_SIMD_EXACT_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_SIMD_EXACT_MATH_INL_H_
#undef VMAF_SIMD_EXACT_MATH_INL_H_
#else
#define VMAF_SIMD_EXACT_MATH_INL_H_
#endif

#include <limits>

#include "base/exact_math.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::simd::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

/// binary_logarithm() of doubles; D is their tag.
template <class D>
HWY_INLINE hn::Vec<D> binary_logarithms(D d, hn::Vec<D> x) {
    using Limits = std::numeric_limits<double>;
    const hn::RebindToSigned<D> ds;
    const auto bits = hn::BitCast(ds, x);
    const auto exponent = hn::ShiftRight<52>(hn::Sub(bits, hn::Set(ds, kRootHalfBits)));
    const auto significand = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<52>(exponent)));
    const auto one = hn::Set(d, 1.0);
    const auto ratio = hn::Div(hn::Sub(significand, one), hn::Add(significand, one)), square = hn::Mul(ratio, ratio);
    auto series = hn::Zero(d);
    HWY_UNROLL(kLogarithmTerms)
    for (int i = kLogarithmTerms - 1; i >= 0; i--)
        series = hn::Add(hn::Mul(series, square), hn::Set(d, logarithm_term(i)));
    const auto fraction = hn::Mul(hn::Add(ratio, hn::Mul(ratio, hn::Mul(square, series))), hn::Set(d, kTwoOverLn2));
    const auto result = hn::Add(hn::ConvertTo(d, exponent), fraction);

    const auto least = hn::Set(d, Limits::min());
    const auto below =
        hn::IfThenElse(hn::Gt(x, hn::Neg(least)), hn::Set(d, -Limits::infinity()), hn::Set(d, Limits::quiet_NaN()));
    const auto finite = hn::IfThenElse(hn::Gt(x, hn::Set(d, Limits::max())), x, result);
    return hn::IfThenElse(hn::Ge(x, least), finite, below);
}

/// The power series whose coefficients are coefficient(0) .. coefficient(kTerms - 1), from term kFirst on, over x^kFirst.
template <int kTerms, int kFirst = 0, class D, class Coefficient>
HWY_INLINE hn::Vec<D> power_series(D d, hn::Vec<D> x, Coefficient coefficient) {
    const auto first = hn::Set(d, static_cast<hn::TFromD<D>>(coefficient(kFirst)));
    if constexpr (kFirst + 1 == kTerms)
        return first;
    else
        return hn::Add(hn::Mul(power_series<kTerms, kFirst + 1>(d, x, coefficient), x), first);
}

/// What a root of x becomes after this many terms of the series.
template <int N, int kTerms, class D>
HWY_INLINE hn::Vec<D> better_root(D d, hn::Vec<D> x, hn::Vec<D> root) {
    using Root = InverseRoot<N>;
    const auto square = hn::Mul(root, root), power = N == 3 ? square : hn::Mul(square, square);
    const auto e = hn::Sub(hn::Set(d, 1.0), hn::Mul(hn::Mul(x, root), power));
    auto series = hn::Set(d, Root::kSecond);
    if constexpr (kTerms == 3) series = hn::Add(series, hn::Mul(e, hn::Set(d, Root::kThird)));
    series = hn::Add(hn::Set(d, Root::kFirst), hn::Mul(e, series));
    return hn::Add(root, hn::Mul(hn::Mul(root, e), series));
}

// inverse_root() of normal numbers above 0, in two steps: loops of one step each keep more vectors in work than a loop of both. Of other
// numbers it is any number or none.

/// The guess, after three terms of the series.
template <int N, class D>
HWY_INLINE hn::Vec<D> near_inverse_roots(D d, hn::Vec<D> x) {
    using Root = InverseRoot<N>;
    const hn::RebindToUnsigned<D> du;
    const hn::Repartition<uint32_t, D> d32;
    const auto high = hn::BitCast(d32, hn::ShiftRight<32>(hn::BitCast(du, x)));
    const auto share = hn::MulEven(high, hn::Set(d32, Root::kShare));
    const auto guess = hn::BitCast(d, hn::Sub(hn::Set(du, uint64_t{Root::kOneBits}), share));
    return better_root<N, 3>(d, x, guess);
}

template <int N, class D>
HWY_INLINE hn::Vec<D> inverse_roots(D d, hn::Vec<D> x, hn::Vec<D> near) {
    return better_root<N, 2>(d, x, near);
}

/// float_inverse_root().
template <int N, class D>
HWY_INLINE hn::Vec<D> float_inverse_roots(D d, hn::Vec<D> x) {
    using Root = FloatInverseRoot<N>;
    const hn::RebindToSigned<D> ds;
    const auto share = hn::ShiftRight<2>(hn::Mul(hn::ShiftRight<15>(hn::BitCast(ds, x)), hn::Set(ds, Root::kShare)));
    auto g = hn::BitCast(d, hn::Sub(hn::Set(ds, Root::kBits), share));
    for (int round = 0; round < 2; round++) {
        const auto square = hn::Mul(g, g);
        auto power = hn::Mul(square, square);
        if constexpr (N > 5) power = hn::Mul(power, power);
        const auto e = hn::Sub(hn::Set(d, 1.f), hn::Mul(hn::Mul(x, g), power));
        const auto series = hn::Add(hn::Set(d, Root::kFirst), hn::Mul(e, hn::Set(d, Root::kSecond)));
        g = hn::Add(g, hn::Mul(hn::Mul(g, e), series));
    }
    return g;
}

/// sine() of angles within -pi/3 .. pi/3.
template <class D>
HWY_INLINE hn::Vec<D> sines(D d, hn::Vec<D> x) {
    return hn::Mul(x, power_series<kSineTerms>(d, hn::Mul(x, x), sine_term));
}

/// exponential() for |x| < 80.
template <class D>
HWY_INLINE hn::Vec<D> exponentials(D d, hn::Vec<D> x) {
    const hn::RebindToUnsigned<D> du;
    const auto anchor = hn::Set(d, kIntegerAnchor), power = hn::Mul(x, hn::Set(d, kLog2E));
    const auto anchored = hn::Add(power, anchor);
    const auto rest = hn::Mul(hn::Sub(power, hn::Sub(anchored, anchor)), hn::Set(d, kLn2));
    const auto series = power_series<kNaturalTerms>(d, rest, exponential_term);
    return hn::BitCast(d, hn::Add(hn::BitCast(du, series), hn::ShiftLeft<23>(hn::BitCast(du, anchored))));
}

}  // namespace
}  // namespace vmaf::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
