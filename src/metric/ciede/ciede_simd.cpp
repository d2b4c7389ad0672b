// ciede on vectors of doubles: the operations of ciede_math.h in every lane, so that all roundings are the same. A value in
// single precision is a double that was rounded to it: + - * / of two such values, rounded once more, are those of floats.
#include "metric/ciede/ciede.h"
#include "metric/ciede/ciede_math.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/ciede/ciede_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/exact_math-inl.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ciede::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE F64 set(double value) { return hn::Set(f64, value); }
HWY_INLINE F64 times(double a, F64 b) { return hn::Mul(set(a), b); }
HWY_INLINE F64 to_single(F64 v) { return hn::PromoteTo(f64, hn::DemoteTo(f32_half, v)); }
HWY_INLINE F64 square(F64 v) { return hn::Mul(v, v); }

HWY_INLINE F64 linear_light(F64 c) {
    const F64 t = hn::Mul(hn::Add(c, set(kPowerOffset)), set(kPowerUnit));
    const F64 root = hn::Mul(t, inverse_roots<5>(f64, t));
    return hn::IfThenElse(hn::Gt(c, set(kLinearEnd)), hn::Mul(square(root), root), times(kLinearUnit, c));
}

HWY_INLINE F64 lab_curve(F64 c) {
    const F64 line = times(1. / 116, hn::Add(times(kKappa, c), set(16)));
    return to_single(hn::IfThenElse(hn::Gt(c, set(kCubeRootFrom)), hn::Mul(c, square(inverse_roots<3>(f64, c))), line));
}

/// A row of the matrix to XYZ.
HWY_INLINE F64 weighted(const Row& row, F64 r, F64 g, F64 b) {
    return hn::Add(hn::Add(times(row.r, r), times(row.g, g)), times(row.b, b));
}

struct Labs {
    HeldF64 l, a, b;
};

HWY_INLINE Labs lab_colours(const Pixels& pixels, unsigned i) {
    const F64 y = hn::Load(f64, pixels.y + i), u = hn::Load(f64, pixels.u + i), v = hn::Load(f64, pixels.v + i);
    const F64 r = linear_light(hn::Add(y, times(kRedOfV, v)));
    const F64 g = linear_light(hn::Sub(hn::Sub(y, times(kGreenOfU, u)), times(kGreenOfV, v)));
    const F64 b = linear_light(hn::Add(y, times(kBlueOfU, u)));
    const F64 fx = lab_curve(times(1 / kWhiteX, weighted(kToX, r, g, b))), fy = lab_curve(weighted(kToY, r, g, b)),
              fz = lab_curve(times(1 / kWhiteZ, weighted(kToZ, r, g, b)));
    return {to_single(hn::Sub(times(116, fy), set(16))), to_single(times(500, to_single(hn::Sub(fx, fy)))),
            to_single(times(200, to_single(hn::Sub(fy, fz))))};
}

HWY_INLINE F64 seventh_power(F64 c) {
    const F64 squared = square(c);
    return hn::Mul(hn::Mul(hn::Mul(squared, squared), squared), c);
}

HWY_INLINE F64 length(F64 a, F64 b) { return to_single(hn::Sqrt(hn::Add(square(a), square(b)))); }

/// Half of the sum in single precision.
HWY_INLINE F64 mean(F64 a, F64 b) { return times(0.5, to_single(hn::Add(a, b))); }

HWY_INLINE F64 hue_angle(F64 b, F64 a) {
    const F64 hue = to_single(angles(f64, b, a));
    return hn::IfThenElse(hn::Lt(hue, hn::Zero(f64)), to_single(hn::Add(hue, set(2 * kPi))), hue);
}

HWY_INLINE F64 hue_weight(F64 hue) {
    const F64 turned = hn::IfThenElse(hn::Gt(hue, set(kPi)), hn::Sub(hue, set(2 * kPi)), hue);
    const F64 distance = hn::Abs(turned), back = hn::Sub(set(kPi), distance);
    const F64 up = sines(f64, hn::IfThenElse(hn::Gt(distance, set(kPi / 2)), back, distance));
    const F64 c = sines(f64, hn::Sub(set(kPi / 2), distance));
    const F64 s = hn::IfThenElse(hn::Lt(turned, hn::Zero(f64)), hn::Neg(up), up);

    const F64 cos2 = hn::Sub(times(2, square(c)), set(1)), sin2 = times(2, hn::Mul(s, c));
    const F64 cos3 = hn::Sub(hn::Mul(cos2, c), hn::Mul(sin2, s)), sin3 = hn::Add(hn::Mul(sin2, c), hn::Mul(cos2, s));
    const F64 cos4 = hn::Sub(times(2, square(cos2)), set(1)), sin4 = times(2, hn::Mul(sin2, cos2));
    const F64 first = times(0.17, hn::Add(times(kCos30, c), times(kSin30, s))), second = times(0.24, cos2),
              third = times(0.32, hn::Sub(times(kCos6, cos3), times(kSin6, sin3))),
              fourth = times(0.20, hn::Add(times(kCos63, cos4), times(kSin63, sin4)));
    return to_single(hn::Sub(hn::Add(hn::Add(hn::Sub(set(1), first), second), third), fourth));
}

HWY_INLINE F64 rotation(F64 mean_chroma, F64 hue) {
    const F64 degrees = to_single(times(180 / kPi, hue));
    const F64 distance = to_single(times(1. / 25, hn::Sub(degrees, set(275))));
    const F64 squared = hn::Min(to_single(square(distance)), set(kFarFromBlue));
    const F64 power = to_single(seventh_power(mean_chroma));
    const F64 ratio = to_single(hn::Div(power, to_single(hn::Add(power, set(static_cast<float>(kChromaKnee))))));
    const F64 turn = to_single(times(60, exponentials(f64, hn::Neg(squared))));
    const F64 angle = to_single(times(kPi / 180, turn));
    return to_single(hn::Mul(times(-2, hn::Sqrt(ratio)), sines(f64, angle)));
}

/// The hues' part of the difference, before its scale; `hue` becomes the one in the middle.
HWY_INLINE F64 hue_difference(F64 ax, F64 bx, F64 ay, F64 by, F64 product, hn::Mask<decltype(f64)> grey, F64& hue) {
    const F64 hue_x = hue_angle(bx, ax), hue_y = hue_angle(by, ay);
    const F64 direct = to_single(hn::Sub(hue_y, hue_x)), sum = to_single(hn::Add(hue_x, hue_y));
    const auto far = hn::Gt(hn::Abs(direct), set(kPi));
    const F64 turn = hn::IfThenElseZero(far, set(2 * kPi));
    hue = to_single(times(0.5, hn::Add(sum, turn)));
    const F64 signed_turn = hn::IfThenElse(hn::Lt(direct, hn::Zero(f64)), turn, hn::Neg(turn));
    const F64 step = hn::IfThenZeroElse(grey, to_single(hn::Add(direct, signed_turn)));
    return to_single(hn::Mul(times(2, hn::Sqrt(product)), sines(f64, times(0.5, step))));
}

HWY_INLINE F64 lightness_scale(F64 mean_lightness) {
    const F64 squared = square(to_single(hn::Sub(mean_lightness, set(50))));
    return to_single(hn::Add(set(1), hn::Div(times(0.015, squared), hn::Sqrt(hn::Add(set(20), squared)))));
}

/// A part of the difference in single precision, `factor` being one.
HWY_INLINE F64 scaled(F64 part, float factor, F64 scale) {
    return to_single(hn::Div(part, to_single(times(factor, scale))));
}

HWY_INLINE F64 difference(const Labs& x, const Labs& y) {
    constexpr Factors kFactors = factors_of_pictures();
    const F64 xl = x.l, xa = x.a, xb = x.b, yl = y.l, ya = y.a, yb = y.b;
    const F64 chroma_x = length(xa, xb), chroma_y = length(ya, yb);
    const F64 knee = seventh_power(mean(chroma_x, chroma_y));
    const F64 stretch = hn::Sub(set(1), hn::Sqrt(hn::Div(knee, hn::Add(knee, set(kChromaKnee)))));
    const F64 ax = to_single(hn::Add(xa, hn::Mul(times(0.5, xa), stretch)));
    const F64 ay = to_single(hn::Add(ya, hn::Mul(times(0.5, ya), stretch)));
    const F64 cx = length(ax, xb), cy = length(ay, yb), mean_chroma = mean(cx, cy);

    const auto grey = hn::Or(hn::Eq(chroma_x, hn::Zero(f64)), hn::Eq(chroma_y, hn::Zero(f64)));
    F64 hue;
    const F64 hues = hue_difference(ax, xb, ay, yb, to_single(hn::Mul(cx, cy)), grey, hue);
    const F64 chroma_scale = to_single(hn::Add(set(1), times(0.045, mean_chroma)));
    const F64 hue_scale = to_single(hn::Add(set(1), hn::Mul(times(0.015, mean_chroma), hue_weight(hue))));

    const F64 lightness = scaled(to_single(hn::Sub(yl, xl)), kFactors.lightness, lightness_scale(mean(xl, yl)));
    const F64 chroma = scaled(to_single(hn::Sub(cy, cx)), kFactors.chroma, chroma_scale);
    const F64 turn = scaled(hues, kFactors.hue, hue_scale);
    const F64 mixed = to_single(hn::Mul(to_single(hn::Mul(rotation(mean_chroma, hue), chroma)), turn));
    const F64 squares = hn::Add(hn::Add(square(lightness), square(chroma)), square(turn));
    return to_single(hn::Sqrt(hn::Add(squares, mixed)));
}

/// Lanes behind the pixels hold the same colour on both sides and add 0.
int64_t sum(const Pixels& ref, const Pixels& dis, unsigned count) {
    using Fixed = FixedPoint<kFractionBits>;
    S64 total = hn::Zero(s64);
    for (unsigned i = 0; i < count; i += static_cast<unsigned>(hn::Lanes(f64))) {
        const F64 anchored = hn::Add(difference(lab_colours(ref, i), lab_colours(dis, i)), set(Fixed::kAnchor));
        total = hn::Add(total, hn::Sub(hn::BitCast(s64, anchored), hn::Set(s64, Fixed::kAnchorBits)));
    }
    return sum_of_lanes(total);
}

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, sum);
}

}  // namespace
}  // namespace vmaf::ciede::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<ciede::Sums>, HWY_TARGET> = ciede::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> ciede::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
