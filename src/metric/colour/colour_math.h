// From samples to linear light: the arithmetic of docs/numerics/colour.md, for host and device.
#pragma once

#include "base/exact_math.h"
#include "base/fused.h"
#include "metric/colour/conversion.h"

namespace vmaf::colour {

inline constexpr float kSrgbLinearEnd = 0.04045f, kSrgbLinearUnit = 1 / 12.92f;
/// Of a quotient of polynomials, from the power 0 on.
inline constexpr int kSrgbPowers = 5;
VMAF_HD constexpr float srgb_numerator(int power) {
    constexpr float kFactors[kSrgbPowers] = {2.200248328e-04f, 1.043637593e-02f, 1.624820318e-01f, 7.961564959e-01f,
                                             8.210152774e-01f};
    return kFactors[power];
}
VMAF_HD constexpr float srgb_denominator(int power) {
    constexpr float kFactors[kSrgbPowers] = {2.631846970e-01f, 1.076976492e+00f, 4.987528350e-01f, -5.512498495e-02f,
                                             6.521209011e-03f};
    return kFactors[power];
}
VMAF_HD inline float srgb_curve(float c) {
    float numerator = srgb_numerator(kSrgbPowers - 1), denominator = srgb_denominator(kSrgbPowers - 1);
    for (int power = kSrgbPowers - 2; power >= 0; power--) {
        numerator = fused(numerator, c, srgb_numerator(power));
        denominator = fused(denominator, c, srgb_denominator(power));
    }
    return numerator / denominator;
}

inline constexpr float kBt709LinearEnd = 0.0812428582986315f, kBt709LinearUnit = static_cast<float>(1 / 4.5),
                       kBt709Offset = 0.09929682680944f, kBt709Unit = static_cast<float>(1 / 1.09929682680944);

/// x^2.4, 0 <= x <= 1.
VMAF_HD constexpr float power_2_4(float x) {
    const float a = x * float_inverse_root<5>(x);
    return a * a * a;
}

/// x^(20/9), 0 <= x <= 1.
VMAF_HD constexpr float power_20_9(float x) {
    const float r = float_inverse_root<9>(x), a = x * r, square = r * r;
    return a * a * a * (square * square);
}

/// The light of R', G' or B', 0 to 1.
VMAF_HD inline float light(Transfer transfer, float c) {
    switch (transfer) {
        case Transfer::kSrgb: return c <= kSrgbLinearEnd ? c * kSrgbLinearUnit : srgb_curve(c);
        case Transfer::kBt709:
            return c < kBt709LinearEnd ? c * kBt709LinearUnit : power_20_9((c + kBt709Offset) * kBt709Unit);
        case Transfer::kBt1886: return power_2_4(c);
        default: return c;
    }
}

struct Rgb {
    float r, g, b;
};

VMAF_HD constexpr float clamped(float c) { return c > 0 ? (c < 1 ? c : 1) : 0; }

/// Linear R, G and B of samples; u and v may have a fraction. Without chroma they are chroma_zero.
VMAF_HD inline Rgb linear_rgb(const Conversion& c, float luma, float u, float v) {
    const float y = (luma - c.luma_zero) * c.luma_unit;
    Rgb rgb{};
    if (c.gbr) {
        rgb = {(v - c.luma_zero) * c.luma_unit, y, (u - c.luma_zero) * c.luma_unit};
    } else {
        const float cb = (u - c.chroma_zero) * c.chroma_unit, cr = (v - c.chroma_zero) * c.chroma_unit;
        rgb = {y + c.red_of_v * cr, y - c.green_of_u * cb - c.green_of_v * cr, y + c.blue_of_u * cb};
    }
    return {light(c.transfer, clamped(rgb.r)), light(c.transfer, clamped(rgb.g)), light(c.transfer, clamped(rgb.b))};
}

/// Four samples under a filter's taps.
VMAF_HD constexpr float filtered(const float (&taps)[4], float s0, float s1, float s2, float s3) {
    return taps[0] * s0 + taps[1] * s1 + taps[2] * s2 + taps[3] * s3;
}

}  // namespace vmaf::colour
