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
    const auto first = hn::Set(d, coefficient(kFirst));
    if constexpr (kFirst + 1 == kTerms)
        return first;
    else
        return hn::Add(hn::Mul(power_series<kTerms, kFirst + 1>(d, x, coefficient), x), first);
}

/// inverse_root() of normal numbers above 0; of others it is any number or none.
template <int N, class D>
HWY_INLINE hn::Vec<D> inverse_roots(D d, hn::Vec<D> x) {
    using Root = InverseRoot<N>;
    const hn::RebindToUnsigned<D> du;
    const hn::Repartition<uint32_t, D> d32;
    const auto high = hn::BitCast(d32, hn::ShiftRight<32>(hn::BitCast(du, x)));
    const auto share = hn::MulEven(high, hn::Set(d32, Root::kShare));
    auto root = hn::BitCast(d, hn::Sub(hn::Set(du, uint64_t{Root::kOneBits}), share));
    for (int i = 0; i < Root::kRounds; i++) {
        const auto square = hn::Mul(root, root), power = N == 3 ? square : hn::Mul(square, square);
        const auto e = hn::Sub(hn::Set(d, 1.0), hn::Mul(hn::Mul(x, root), power));
        const auto series = hn::Add(hn::Set(d, Root::kSecond), hn::Mul(e, hn::Set(d, Root::kThird)));
        const auto correction = hn::Mul(e, hn::Add(hn::Set(d, Root::kFirst), hn::Mul(e, series)));
        root = hn::Add(root, hn::Mul(root, correction));
    }
    return root;
}

/// sine() of angles within -pi/2 .. pi/2.
template <class D>
HWY_INLINE hn::Vec<D> sines(D d, hn::Vec<D> x) {
    return hn::Mul(x, power_series<kSineTerms>(d, hn::Mul(x, x), sine_term));
}

/// exponential() for |x| < 700.
template <class D>
HWY_INLINE hn::Vec<D> exponentials(D d, hn::Vec<D> x) {
    const hn::RebindToUnsigned<D> du;
    const auto anchor = hn::Set(d, kIntegerAnchor);
    const auto anchored = hn::Add(hn::Mul(x, hn::Set(d, 1 / kLn2)), anchor);
    const auto rest = hn::Sub(x, hn::Mul(hn::Sub(anchored, anchor), hn::Set(d, kLn2)));
    const auto series = power_series<kNaturalTerms>(d, rest, exponential_term);
    return hn::BitCast(d, hn::Add(hn::BitCast(du, series), hn::ShiftLeft<52>(hn::BitCast(du, anchored))));
}

/// angle() of points (x, y).
template <class D>
HWY_INLINE hn::Vec<D> angles(D d, hn::Vec<D> y, hn::Vec<D> x) {
    const auto zero = hn::Zero(d), across = hn::Abs(x), up = hn::Abs(y);
    const auto lesser = hn::Min(up, across), greater = hn::Max(up, across);
    const auto steep = hn::Gt(lesser, hn::Mul(hn::Set(d, kSteep), greater));
    const auto top = hn::IfThenElse(steep, hn::Sub(lesser, greater), lesser);
    const auto bottom = hn::IfThenElse(steep, hn::Add(lesser, greater), greater);
    const auto ratio = hn::IfThenElseZero(hn::Gt(bottom, zero), hn::Div(top, bottom));
    const auto turned = hn::Mul(ratio, power_series<kAngleTerms>(d, hn::Mul(ratio, ratio), angle_term));
    const auto octant = hn::IfThenElse(steep, hn::Add(turned, hn::Set(d, kPi / 4)), turned);
    const auto quadrant = hn::IfThenElse(hn::Gt(up, across), hn::Sub(hn::Set(d, kPi / 2), octant), octant);
    const auto half = hn::IfThenElse(hn::Lt(x, zero), hn::Sub(hn::Set(d, kPi), quadrant), quadrant);
    return hn::IfThenElse(hn::Lt(y, zero), hn::Neg(half), half);
}

}  // namespace
}  // namespace vmaf::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
