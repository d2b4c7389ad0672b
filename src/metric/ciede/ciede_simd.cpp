// ciede on vectors: the operations of ciede_math.h in every lane, so that all roundings are the same. Colours are made first, on
// doubles, then their differences, on floats.
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
HWY_INLINE F32 set(float value) { return hn::Set(f32, value); }
HWY_INLINE F64 times(double a, F64 b) { return hn::Mul(set(a), b); }
HWY_INLINE F32 times(float a, F32 b) { return hn::Mul(set(a), b); }
HWY_INLINE F64 square(F64 v) { return hn::Mul(v, v); }
HWY_INLINE F32 square(F32 v) { return hn::Mul(v, v); }

constexpr unsigned kMost = Pixels::kMost;

/// Neighbouring pixels' R, G and B.
struct Channels {
    alignas(64) double of[3][kMost];
};

/// Colours of neighbouring pixels.
struct Colours {
    alignas(64) float l[kMost], a[kMost], b[kMost];
};

// Many short loops, not a long one: a sample's operations wait for each other, and a processor works on as many samples at a time as it can
// see ahead. `near` is what a first loop leaves to a second one of the same values.

HWY_INLINE unsigned doubles() { return static_cast<unsigned>(hn::Lanes(f64)); }
HWY_INLINE unsigned floats() { return static_cast<unsigned>(hn::Lanes(f32)); }

HWY_INLINE F64 load_scaled(const uint16_t* samples, double zero, double unit) {
    const hn::Rebind<uint16_t, decltype(f64)> narrow;
    const hn::Rebind<int32_t, decltype(f64)> wide;
    const F64 values = hn::PromoteTo(f64, hn::PromoteTo(wide, hn::Load(narrow, samples)));
    return hn::Mul(hn::Sub(values, set(zero)), set(unit));
}

void to_rgb(const Pixels& pixels, unsigned count, const Levels& level, Channels& out) {
    for (unsigned i = 0; i < count; i += doubles()) {
        const F64 y = load_scaled(pixels.y + i, level.black, level.luma_unit),
                  u = load_scaled(pixels.u + i, level.grey, level.chroma_unit),
                  v = load_scaled(pixels.v + i, level.grey, level.chroma_unit);
        hn::Store(hn::Add(y, times(kRedOfV, v)), f64, out.of[0] + i);
        hn::Store(hn::Sub(hn::Sub(y, times(kGreenOfU, u)), times(kGreenOfV, v)), f64, out.of[1] + i);
        hn::Store(hn::Add(y, times(kBlueOfU, u)), f64, out.of[2] + i);
    }
}

HWY_INLINE F64 power_base(F64 c) { return hn::Mul(hn::Add(c, set(kPowerOffset)), set(kPowerUnit)); }

void to_linear_light(double* values, unsigned count) {
    alignas(64) double near[kMost];
    for (unsigned i = 0; i < count; i += doubles())
        hn::Store(near_inverse_roots<5>(f64, power_base(hn::Load(f64, values + i))), f64, near + i);
    for (unsigned i = 0; i < count; i += doubles()) {
        const F64 c = hn::Load(f64, values + i), t = power_base(c);
        const F64 root = hn::Mul(t, inverse_roots<5>(f64, t, hn::Load(f64, near + i)));
        hn::Store(hn::IfThenElse(hn::Gt(c, set(kLinearEnd)), hn::Mul(square(root), root), times(kLinearUnit, c)), f64,
                  values + i);
    }
}

HWY_INLINE F64 lab_curve(F64 c, F64 near) {
    const F64 line = times(1. / 116, hn::Add(times(kKappa, c), set(16.)));
    return hn::IfThenElse(hn::Gt(c, set(kCubeRootFrom)), hn::Mul(c, square(inverse_roots<3>(f64, c, near))), line);
}

/// The curve of X, Y or Z, a weighted sum of the channels.
void to_lab_curve(const Channels& rgb, const Row& row, unsigned count, float* out) {
    alignas(64) double values[kMost], near[kMost];
    for (unsigned i = 0; i < count; i += doubles()) {
        const F64 r = hn::Load(f64, rgb.of[0] + i), g = hn::Load(f64, rgb.of[1] + i), b = hn::Load(f64, rgb.of[2] + i);
        const F64 value = hn::Add(hn::Add(times(row.r, r), times(row.g, g)), times(row.b, b));
        hn::Store(value, f64, values + i);
        hn::Store(near_inverse_roots<3>(f64, value), f64, near + i);
    }
    for (unsigned i = 0; i < count; i += floats()) {
        const auto half = [&](unsigned at)
                              HWY_ATTR { return lab_curve(hn::Load(f64, values + at), hn::Load(f64, near + at)); };
        hn::Store(joined(half(i), half(i + doubles())), f32, out + i);
    }
}

HWY_INLINE F64 lightness(F64 curved_y) { return hn::Sub(times(116, curved_y), set(16.)); }

void colours(const Pixels& pixels, unsigned count, const Levels& level, Colours& out) {
    Channels rgb;
    to_rgb(pixels, count, level, rgb);
    for (double* channel : rgb.of) to_linear_light(channel, count);
    to_lab_curve(rgb, kToX, count, out.a);
    to_lab_curve(rgb, kToY, count, out.l);
    to_lab_curve(rgb, kToZ, count, out.b);
    for (unsigned i = 0; i < count; i += floats()) {
        const F32 fx = hn::Load(f32, out.a + i), fy = hn::Load(f32, out.l + i), fz = hn::Load(f32, out.b + i);
        hn::Store(joined(lightness(lower_half(fy)), lightness(upper_half(fy))), f32, out.l + i);
        hn::Store(times(500, hn::Sub(fx, fy)), f32, out.a + i);
        hn::Store(times(200, hn::Sub(fy, fz)), f32, out.b + i);
    }
}

HWY_INLINE F32 saturation(F32 chroma) {
    const F32 squared = square(chroma), power = hn::Mul(hn::Mul(hn::Mul(squared, squared), squared), chroma);
    return hn::Sqrt(hn::Div(power, hn::Add(power, set(kChromaKnee))));
}

HWY_INLINE F32 squared_length(F32 a, F32 b) { return hn::Add(square(a), square(b)); }
HWY_INLINE F32 length(F32 a, F32 b) { return hn::Sqrt(squared_length(a, b)); }
HWY_INLINE F32 mean(F32 a, F32 b) { return times(0.5f, hn::Add(a, b)); }

struct HueSteps {
    HeldF32 squared_chord, way, mean_a, mean_b;
};

/// From the hues (xa, xb) to (ya, yb).
HWY_INLINE HueSteps hue_steps(F32 xa, F32 xb, F32 ya, F32 yb) {
    const F32 sum_a = hn::Add(xa, ya), sum_b = hn::Add(xb, yb), chord_a = hn::Sub(ya, xa), chord_b = hn::Sub(yb, xb);
    const F32 forth = hn::Mul(xa, yb), back = hn::Mul(ya, xb);
    const F32 squared_sum = squared_length(sum_a, sum_b), squared_chord = squared_length(chord_a, chord_b);
    const auto clockwise = hn::Or(hn::Lt(forth, back), hn::And(hn::Eq(forth, back), hn::Lt(xb, yb)));
    const auto wide = hn::Lt(squared_sum, squared_chord);
    const F32 way = hn::IfThenElse(clockwise, set(-1.f), set(1.f));
    const F32 across_a = hn::Mul(way, chord_b), across_b = hn::Mul(hn::Neg(way), chord_a);
    const F32 size = hn::Sqrt(hn::IfThenElse(wide, squared_chord, squared_sum));
    const F32 unit = hn::IfThenElseZero(hn::Gt(size, hn::Zero(f32)), hn::Div(set(1.f), size));
    return {squared_chord, way, hn::Mul(hn::IfThenElse(wide, across_a, sum_a), unit),
            hn::Mul(hn::IfThenElse(wide, across_b, sum_b), unit)};
}

HWY_INLINE F32 hue_weight(F32 c, F32 s) {
    const F32 one = set(1.f);
    const F32 cos2 = hn::Sub(times(2, square(c)), one), sin2 = times(2, hn::Mul(s, c));
    const F32 cos3 = hn::Sub(hn::Mul(cos2, c), hn::Mul(sin2, s)), sin3 = hn::Add(hn::Mul(sin2, c), hn::Mul(cos2, s));
    const F32 cos4 = hn::Sub(times(2, square(cos2)), one), sin4 = times(2, hn::Mul(sin2, cos2));
    const F32 first = times(0.17f, hn::Add(times(kCos30, c), times(kSin30, s))), second = times(0.24f, cos2),
              third = times(0.32f, hn::Sub(times(kCos6, cos3), times(kSin6, sin3))),
              fourth = times(0.20f, hn::Add(times(kCos63, cos4), times(kSin63, sin4)));
    return hn::Sub(hn::Add(hn::Add(hn::Sub(one, first), second), third), fourth);
}

HWY_INLINE F32 rotation(F32 mean_chroma, F32 c, F32 s) {
    const F32 off_blue = hn::Sub(set(1.f), hn::Add(times(kCos275, c), times(kSin275, s)));
    const F32 squared = hn::Mul(off_blue, power_series<kSquaredAngleTerms>(f32, off_blue, squared_angle_term));
    const F32 turn = times(kSixtyDegrees, exponentials(f32, hn::Neg(squared)));
    return hn::Mul(times(-2, saturation(mean_chroma)), sines(f32, turn));
}

HWY_INLINE F32 difference(const Colours& x, const Colours& y, unsigned i) {
    constexpr Factors kFactors = factors_of_pictures();
    const F32 xb = hn::Load(f32, x.b + i), yb = hn::Load(f32, y.b + i);
    F32 xa = hn::Load(f32, x.a + i), ya = hn::Load(f32, y.a + i);
    const F32 stretch = hn::Sub(set(1.5f), times(0.5f, saturation(mean(length(xa, xb), length(ya, yb)))));
    xa = hn::Mul(xa, stretch);
    ya = hn::Mul(ya, stretch);
    const F32 cx = length(xa, xb), cy = length(ya, yb), mean_chroma = mean(cx, cy), product = hn::Mul(cx, cy);

    const HueSteps step = hue_steps(hn::Mul(xa, cy), hn::Mul(xb, cy), hn::Mul(ya, cx), hn::Mul(yb, cx));
    const F32 chord = step.squared_chord, way = step.way, hue_a = step.mean_a, hue_b = step.mean_b;

    const F32 xl = hn::Load(f32, x.l + i), yl = hn::Load(f32, y.l + i);
    const F32 off_middle = hn::Sub(mean(xl, yl), set(50.f)), off_squared = square(off_middle);
    const F32 root = hn::Sqrt(hn::Add(set(20.f), off_squared));
    const F32 chroma_scale = times(kFactors.chroma, hn::Add(set(1.f), times(0.045f, mean_chroma)));
    const F32 hue_scale =
        times(kFactors.hue, hn::Add(set(1.f), hn::Mul(times(0.015f, mean_chroma), hue_weight(hue_a, hue_b))));

    const F32 lightness_scale = times(kFactors.lightness, hn::Add(root, times(0.015f, off_squared)));
    const F32 l = hn::Div(hn::Mul(hn::Sub(yl, xl), root), lightness_scale);
    const F32 c = hn::Div(hn::Sub(cy, cx), chroma_scale);
    const F32 squared_turn =
        hn::IfThenElseZero(hn::Gt(product, hn::Zero(f32)), hn::Div(chord, hn::Mul(product, square(hue_scale))));
    const F32 turn = hn::Mul(way, hn::Sqrt(squared_turn));
    const F32 mixed = hn::Mul(hn::Mul(rotation(mean_chroma, hue_a, hue_b), c), turn);
    return hn::Sqrt(hn::Add(hn::Add(hn::Add(square(l), square(c)), squared_turn), mixed));
}

/// Differences in fixed point.
HWY_INLINE S64 fixed_points(F64 differences) {
    using Fixed = FixedPoint<kFractionBits>;
    const F64 anchored = hn::Add(differences, set(Fixed::kAnchor));
    return hn::Sub(hn::BitCast(s64, anchored), hn::Set(s64, Fixed::kAnchorBits));
}

/// Lanes behind the pixels hold the same colour on both sides and add 0.
int64_t sum(const Pixels& ref, const Pixels& dis, unsigned pixels, unsigned bpc) {
    const unsigned count =
        (pixels + floats() - 1) / floats() * floats();  // the loops over doubles fill whole vectors of floats
    Colours of_ref, of_dis;
    colours(ref, count, levels(bpc), of_ref);
    colours(dis, count, levels(bpc), of_dis);
    S64 total = hn::Zero(s64);
    for (unsigned i = 0; i < count; i += floats()) {
        const F32 differences = difference(of_ref, of_dis, i);
        total = hn::Add(total, fixed_points(lower_half(differences)));
        total = hn::Add(total, fixed_points(upper_half(differences)));
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
