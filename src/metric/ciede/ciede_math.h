// The arithmetic of ciede: from samples to CIE L*a*b*, and from two colours to CIEDE2000. Shared by every backend; see
// docs/numerics/ciede.md.
//
// What is `float` here is rounded to single precision at that place; the rest is double.
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

/// From colour differences to R'G'B', BT.709.
inline constexpr double kRedOfV = 1.28033, kGreenOfU = 0.21482, kGreenOfV = 0.38059, kBlueOfU = 2.12798;

/// From linear RGB to XYZ, D65.
struct Row {
    double r, g, b;
};
inline constexpr Row kToX = {0.4124564390896921, 0.357576077643909, 0.18043748326639894},
                     kToY = {0.21267285140562248, 0.715152155287818, 0.07217499330655958},
                     kToZ = {0.019333895582329317, 0.119192025881303, 0.9503040785363677};
inline constexpr double kWhiteX = 0.95047, kWhiteZ = 1.08883;

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
    const float fx = lab_curve((r * kToX.r + g * kToX.g + b * kToX.b) * (1 / kWhiteX));
    const float fy = lab_curve(r * kToY.r + g * kToY.g + b * kToY.b);
    const float fz = lab_curve((r * kToZ.r + g * kToZ.g + b * kToZ.b) * (1 / kWhiteZ));
    return {static_cast<float>(116. * fy - 16), 500 * (fx - fy), 200 * (fy - fz)};
}

/// Parametric factors k_L, k_C, k_H: how little each part of a difference counts.
struct Factors {
    float lightness, chroma, hue;
};
VMAF_HD constexpr Factors factors_of_pictures() { return {0.65f, 1, 4}; }

/// 25^7.
inline constexpr double kChromaKnee = 6103515625.;

VMAF_HD constexpr double seventh_power(double c) {
    const double square = c * c;
    return square * square * square * c;
}

VMAF_HD inline float length(float a, float b) {
    const double x = a, y = b;
    return static_cast<float>(sqrt(x * x + y * y));
}

/// The hue angle within 0 .. 2 pi; a half turn below the axis goes up by a whole one.
VMAF_HD constexpr float hue_angle(float b, float a) {
    const auto hue = static_cast<float>(angle(b, a));
    return hue < 0 ? static_cast<float>(hue + 2 * kPi) : hue;
}

/// hue2 - hue1, taken the short way round.
VMAF_HD constexpr float hue_step(float hue1, float hue2) {
    const float step = hue2 - hue1;
    if (step <= kPi && step >= -kPi) return step;
    return static_cast<float>(step < 0 ? step + 2 * kPi : step - 2 * kPi);
}

/// The hue in the middle; half a turn on where the short way leads through 0.
VMAF_HD constexpr float mean_hue(float hue1, float hue2) {
    const float step = hue2 - hue1, sum = hue1 + hue2;
    return static_cast<float>(step <= kPi && step >= -kPi ? sum / 2. : (sum + 2 * kPi) / 2);
}

/// Cosines and sines of 30, 6 and 63 degrees.
inline constexpr double kCos30 = 0.86602540378443864676, kSin30 = 0.5, kCos6 = 0.99452189536827333692,
                        kSin6 = 0.10452846326765347140, kCos63 = 0.45399049973954679156,
                        kSin63 = 0.89100652418836786236;

/// T, from the cosine and the sine of the mean hue.
VMAF_HD constexpr float hue_weight(double c, double s) {
    const double cos2 = 2 * (c * c) - 1, sin2 = 2 * (s * c), cos3 = cos2 * c - sin2 * s, sin3 = sin2 * c + cos2 * s;
    const double cos4 = 2 * (cos2 * cos2) - 1, sin4 = 2 * (sin2 * cos2);
    return static_cast<float>(1 - 0.17 * (c * kCos30 + s * kSin30) + 0.24 * cos2 +
                              0.32 * (cos3 * kCos6 - sin3 * kSin6) - 0.20 * (cos4 * kCos63 + sin4 * kSin63));
}
VMAF_HD constexpr float hue_weight(float hue) {
    const double turned = hue > kPi ? hue - 2 * kPi : hue,
                 distance = turned < 0 ? -turned : turned;  // within a half turn
    const double up = sine(distance > kPi / 2 ? kPi - distance : distance);
    return hue_weight(sine(kPi / 2 - distance), turned < 0 ? -up : up);
}

/// R_T: how chroma and hue differences work together in blue. Beyond kFarFromBlue its exponential is 0 to every purpose.
inline constexpr float kFarFromBlue = 80;
VMAF_HD inline float rotation(float mean_chroma, float hue) {
    const auto degrees = static_cast<float>(hue * (180 / kPi));
    const auto distance = static_cast<float>((degrees - 275.) * (1. / 25));
    const float square = distance * distance;
    const auto power = static_cast<float>(seventh_power(mean_chroma));
    const double share = sqrt(static_cast<double>(power / (power + static_cast<float>(kChromaKnee))));
    const auto turn =
        static_cast<float>(60 * exponential(-static_cast<double>(square < kFarFromBlue ? square : kFarFromBlue)));
    return static_cast<float>(-2 * share * sine(static_cast<float>(turn * (kPi / 180))));
}

/// CIEDE2000 of two colours.
VMAF_HD inline float difference(const Lab& x, const Lab& y, const Factors& factors = factors_of_pictures()) {
    const float chroma_x = length(x.a, x.b), chroma_y = length(y.a, y.b);
    const double knee = seventh_power((chroma_x + chroma_y) / 2);
    const double stretch = 1 - sqrt(knee / (knee + kChromaKnee));
    const auto ax = static_cast<float>(x.a + x.a / 2 * stretch), ay = static_cast<float>(y.a + y.a / 2 * stretch);
    const float cx = length(ax, x.b), cy = length(ay, y.b), mean_chroma = (cx + cy) / 2;

    const float hue_x = hue_angle(x.b, ax), hue_y = hue_angle(y.b, ay), hue = mean_hue(hue_x, hue_y);
    const float step = chroma_x == 0 || chroma_y == 0 ? 0 : hue_step(hue_x, hue_y);
    const auto hue_difference = static_cast<float>(2 * sqrt(static_cast<double>(cx * cy)) * sine(step / 2.));

    const double off_middle = (x.l + y.l) / 2 - 50, off_squared = off_middle * off_middle;
    const auto lightness_scale = static_cast<float>(1 + 0.015 * off_squared / sqrt(20 + off_squared));
    const auto chroma_scale = static_cast<float>(1 + 0.045 * mean_chroma);
    const auto hue_scale = static_cast<float>(1 + 0.015 * mean_chroma * hue_weight(hue));

    const float lightness = (y.l - x.l) / (factors.lightness * lightness_scale),
                chroma = (cy - cx) / (factors.chroma * chroma_scale), turn = hue_difference / (factors.hue * hue_scale);
    const double l = lightness, c = chroma, h = turn;
    return static_cast<float>(sqrt(l * l + c * c + h * h + rotation(mean_chroma, hue) * chroma * turn));
}

/// A term of the frame's sum.
VMAF_HD inline int64_t term(const Lab& x, const Lab& y) { return fixed_point<kFractionBits>(difference(x, y)); }

}  // namespace vmaf::ciede
