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

}  // namespace
}  // namespace vmaf::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
