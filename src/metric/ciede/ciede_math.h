// The arithmetic of ciede: from samples to CIE L*a*b*, and from two colours to CIEDE2000. Shared by every backend; see
// docs/numerics/ciede.md.
//
// Up to L*a*b* what is `float` here is rounded to single precision at that place, and the rest is double. The difference is all float.
#pragma once

#include <cmath>

#include "base/exact_math.h"
#include "base/exact_sum.h"

namespace vmaf::ciede {

/// Fraction bits of a term of the sum. A difference is far below the 2048 that this leaves room for.
inline constexpr int kFractionBits = 40;

/// Samples to luma (0 black, 1 white) and colour differences, limited range: (sample - zero) * unit.
struct Levels {
    double black, luma_unit, grey, chroma_unit;

    VMAF_HD constexpr double luma(int sample) const { return (sample - black) * luma_unit; }
    VMAF_HD constexpr double chroma(int sample) const { return (sample - grey) * chroma_unit; }
};

VMAF_HD constexpr Levels levels(unsigned bpc) {
    const double scale = 1 << (bpc - 8);
    return {16 * scale, 1 / (219 * scale), 128 * scale, 1 / (224 * scale)};
}

/// The chroma sample of no colour.
VMAF_HD constexpr uint16_t grey_sample(unsigned bpc) { return static_cast<uint16_t>(1u << (bpc - 1)); }

/// From colour differences to R'G'B', BT.709.
inline constexpr double kRedOfV = 1.28033, kGreenOfU = 0.21482, kGreenOfV = 0.38059, kBlueOfU = 2.12798;

/// From linear RGB to XYZ over the white point's, D65.
struct Row {
    double r, g, b;
};
inline constexpr double kWhiteX = 0.95047, kWhiteZ = 1.08883;
inline constexpr Row kToX = {0.4124564390896921 / kWhiteX, 0.357576077643909 / kWhiteX, 0.18043748326639894 / kWhiteX},
                     kToY = {0.21267285140562248, 0.715152155287818, 0.07217499330655958},
                     kToZ = {0.019333895582329317 / kWhiteZ, 0.119192025881303 / kWhiteZ, 0.9503040785363677 / kWhiteZ};

/// sRGB's transfer function and where its linear part ends.
inline constexpr double kLinearEnd = 10. / 255, kLinearUnit = 1 / 12.92, kPowerOffset = 0.055, kPowerUnit = 1 / 1.055;

/// t^2.4 as the cube of t t^(-1/5).
VMAF_HD constexpr double linear_light(double c) {
    if (!(c > kLinearEnd)) return c * kLinearUnit;
    const double t = (c + kPowerOffset) * kPowerUnit, root = t * inverse_root<5>(t);
    return root * root * root;
}

/// L*a*b*'s cube root and the line that replaces it near black.
inline constexpr double kCubeRootFrom = 216. / 24389, kKappa = 24389. / 27;

VMAF_HD constexpr float lab_curve(double c) {
    if (!(c > kCubeRootFrom)) return static_cast<float>((kKappa * c + 16) * (1. / 116));
    const double root = inverse_root<3>(c);
    return static_cast<float>(c * (root * root));
}

struct Lab {
    float l, a, b;
};

/// y in about 0 .. 1, u and v in about -1/2 .. 1/2.
VMAF_HD constexpr Lab lab_colour(double y, double u, double v) {
    const double r = linear_light(y + kRedOfV * v), g = linear_light(y - kGreenOfU * u - kGreenOfV * v),
                 b = linear_light(y + kBlueOfU * u);
    const float fx = lab_curve(r * kToX.r + g * kToX.g + b * kToX.b),
                fy = lab_curve(r * kToY.r + g * kToY.g + b * kToY.b),
                fz = lab_curve(r * kToZ.r + g * kToZ.g + b * kToZ.b);
    return {static_cast<float>(116. * fy - 16), 500 * (fx - fy), 200 * (fy - fz)};
}

/// The colour of a pixel's samples.
VMAF_HD constexpr Lab lab_colour(const Levels& level, int y, int u, int v) {
    return lab_colour(level.luma(y), level.chroma(u), level.chroma(v));
}

/// Parametric factors k_L, k_C, k_H: how little each part of a difference counts.
struct Factors {
    float lightness, chroma, hue;
};
VMAF_HD constexpr Factors factors_of_pictures() { return {0.65f, 1, 4}; }

/// 25^7.
inline constexpr float kChromaKnee = 6103515625.f;

/// How saturated colours of this chroma are, from 0 to 1: sqrt(C^7 / (C^7 + 25^7)).
VMAF_HD inline float saturation(float chroma) {
    const float square = chroma * chroma, power = square * square * square * chroma;
    return sqrtf(power / (power + kChromaKnee));
}

/// A vector in the plane of a* and b*.
struct Hue {
    float a, b;
};

VMAF_HD constexpr float squared_length(Hue v) { return v.a * v.a + v.b * v.b; }
VMAF_HD inline float length(Hue v) { return sqrtf(squared_length(v)); }

/// From one hue to another, both vectors of one length. The sum points to the mean hue and the chord goes across it; whichever is longer
/// is the more exact.
struct HueStep {
    Hue chord;
    float way;  ///< 1, or -1 if the short way is clockwise; between opposite hues the way over the mean of their angles
    Hue mean;   ///< a unit vector; (0, 0) if both are 0
};

VMAF_HD inline HueStep hue_step(Hue x, Hue y) {
    const Hue sum = {x.a + y.a, x.b + y.b}, chord = {y.a - x.a, y.b - x.b};
    const float forth = x.a * y.b, back = y.a * x.b, sum_squared = squared_length(sum),
                chord_squared = squared_length(chord);
    const float way = forth < back || (forth == back && x.b < y.b) ? -1 : 1;
    const Hue across = {way * chord.b, -way * chord.a};
    const Hue longer = sum_squared < chord_squared ? across : sum;
    const float size = sqrtf(sum_squared < chord_squared ? chord_squared : sum_squared), unit = size > 0 ? 1 / size : 0;
    return {chord, way, {longer.a * unit, longer.b * unit}};
}

/// Cosines and sines of 30, 6, 63 and 275 degrees.
inline constexpr float kCos30 = 0.86602540f, kSin30 = 0.5f, kCos6 = 0.99452190f, kSin6 = 0.10452846f,
                       kCos63 = 0.45399050f, kSin63 = 0.89100652f, kCos275 = 0.08715574f, kSin275 = -0.99619470f;

/// T.
VMAF_HD constexpr float hue_weight(Hue h) {
    const float cos2 = 2 * (h.a * h.a) - 1, sin2 = 2 * (h.b * h.a);
    const float cos3 = cos2 * h.a - sin2 * h.b, sin3 = sin2 * h.a + cos2 * h.b;
    const float cos4 = 2 * (cos2 * cos2) - 1, sin4 = 2 * (sin2 * cos2);
    return 1 - 0.17f * (h.a * kCos30 + h.b * kSin30) + 0.24f * cos2 + 0.32f * (cos3 * kCos6 - sin3 * kSin6) -
           0.20f * (cos4 * kCos63 + sin4 * kSin63);
}

/// Coefficients of the squared angle over the square of 25 degrees, as a power series in 1 - its cosine, and without that factor.
inline constexpr int kSquaredAngleTerms = 6;
VMAF_HD constexpr double squared_angle_term(int i) {
    double central = 1;  // the binomial coefficient of 2n and n
    for (int n = 1; n <= i + 1; n++) central *= 2. * (2 * n - 1) / n;
    const int n = i + 1;
    double power = 2;
    for (int k = 0; k < n; k++) power *= 2;
    const double degrees25 = 25 * kPi / 180;
    return power / (n * n * central) / (degrees25 * degrees25);
}

/// R_T: how chroma and hue differences work together in blue.
inline constexpr float kSixtyDegrees = 1.04719755f;
VMAF_HD inline float rotation(float mean_chroma, Hue h) {
    const float off_blue = 1 - (h.a * kCos275 + h.b * kSin275);
    const float squared = off_blue * power_series(off_blue, kSquaredAngleTerms, squared_angle_term);
    return -2 * saturation(mean_chroma) * sine(kSixtyDegrees * exponential(-squared));
}

/// CIEDE2000 of two colours. Hues stay vectors: no angle is needed.
VMAF_HD inline float difference(const Lab& x, const Lab& y, const Factors& factors = factors_of_pictures()) {
    const float stretch = 1.5f - 0.5f * saturation((length({x.a, x.b}) + length({y.a, y.b})) / 2);
    const Hue hx = {x.a * stretch, x.b}, hy = {y.a * stretch, y.b};
    const float cx = length(hx), cy = length(hy), mean_chroma = (cx + cy) / 2, product = cx * cy;
    // Both made as long as their product; the length of the chord is the hue difference then.
    const HueStep step = hue_step({hx.a * cy, hx.b * cy}, {hy.a * cx, hy.b * cx});

    const float off_middle = (x.l + y.l) / 2 - 50, off_squared = off_middle * off_middle,
                root = sqrtf(20 + off_squared);
    const float chroma_scale = factors.chroma * (1 + 0.045f * mean_chroma);
    const float hue_scale = factors.hue * (1 + 0.015f * mean_chroma * hue_weight(step.mean));

    const float l = (y.l - x.l) * root / (factors.lightness * (root + 0.015f * off_squared));
    const float c = (cy - cx) / chroma_scale;
    const float squared_turn = product > 0 ? squared_length(step.chord) / (product * (hue_scale * hue_scale)) : 0;
    return sqrtf(l * l + c * c + squared_turn +
                 rotation(mean_chroma, step.mean) * c * (step.way * sqrtf(squared_turn)));
}

/// A term of the frame's sum.
VMAF_HD inline int64_t term(const Lab& x, const Lab& y) { return fixed_point<kFractionBits>(difference(x, y)); }

}  // namespace vmaf::ciede
