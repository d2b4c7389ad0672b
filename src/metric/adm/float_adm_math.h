// The arithmetic of float_adm, once for scalar code and kernels. docs/numerics/float_adm.md fixes each rounding; the section numbers
// are its.
#pragma once

#include <cmath>

#include "base/exact_math.h"
#include "base/host_device.h"
#include "metric/adm/adm_math.h"

namespace vmaf::float_adm {

using adm::kBands, adm::kDiagonal, adm::kHorizontal, adm::kScales, adm::kVertical;

// Section 2. The four inputs are samples 2i - 1 to 2i + 2 of the line.

inline constexpr float kTap0 = 0.482962913144690f, kTap1 = 0.836516303737469f, kTap2 = 0.224143868041857f,
                       kTap3 = -0.129409522550921f;

VMAF_HD constexpr float low_pass(float s0, float s1, float s2, float s3) {
    return kTap0 * s0 + kTap1 * s1 + kTap2 * s2 + kTap3 * s3;
}
VMAF_HD constexpr float high_pass(float s0, float s1, float s2, float s3) {
    return kTap3 * s0 + -kTap2 * s1 + kTap1 * s2 + -kTap0 * s3;
}

// Section 3.

inline constexpr float kLeastDivisor = 1e-30f;
/// The square of cos(1 degree).
inline constexpr float kAlignment = 0x1.ffd814p-1f;

VMAF_HD inline bool aligned(const float (&o)[kBands], const float (&t)[kBands]) {
    const float dot = o[kHorizontal] * t[kHorizontal] + o[kVertical] * t[kVertical];
    const float ref = o[kHorizontal] * o[kHorizontal] + o[kVertical] * o[kVertical];
    const float dis = t[kHorizontal] * t[kHorizontal] + t[kVertical] * t[kVertical];
    return dot >= 0 && dot * dot >= kAlignment * ref * dis;
}

/// What is left of the reference's coefficient `o` in the distorted one.
VMAF_HD inline float restored(float o, float t) {
    const float ratio = t / (o + kLeastDivisor);
    return (ratio < 0 ? 0 : ratio > 1 ? 1 : ratio) * o;
}

/// The same where enhanced detail counts, up to a gain.
VMAF_HD inline float enhanced(float r, float t, float gain_limit) {
    const float limit = r * gain_limit;
    return r > 0 ? (limit < t ? limit : t) : r < 0 ? (limit > t ? limit : t) : r;
}

// Section 4.

/// The share of a neighbour's contrast, and half that of the sample's own, in the threshold.
inline constexpr float kMaskShare = 1.0f / 30;

/// From the sums of three neighbours in the row above, at and below the sample, and its own contrast.
VMAF_HD constexpr float threshold(float above, float at, float below, float own) {
    return (above + at + below + own) * kMaskShare;
}

/// The weighted parts of a distorted sample.
struct Parts {
    float kept[kBands], added[kBands];
};

/// From the bands of both pictures.
VMAF_HD inline Parts decouple(const float (&o)[kBands], const float (&t)[kBands], const float (&weight)[kBands],
                              float gain_limit) {
    const bool enhances = aligned(o, t);
    Parts parts;
    for (int b = 0; b < kBands; b++) {
        const float whole = restored(o[b], t[b]), part = enhances ? enhanced(whole, t[b], gain_limit) : whole;
        parts.kept[b] = weight[b] * part;
        parts.added[b] = weight[b] * (t[b] - part);
    }
    return parts;
}

/// What masks the other part.
VMAF_HD inline float contrast(const float (&part)[kBands]) {
    return fabsf(part[kHorizontal]) + fabsf(part[kVertical]) + fabsf(part[kDiagonal]);
}

// Section 5.

/// What remains of a part's band.
VMAF_HD inline float unmasked(float part, float threshold) {
    const float remains = fabsf(part) - threshold;
    return remains < 0 ? 0 : remains;
}

/// x^p, x >= 0.
struct Power {
    float exponent;

    VMAF_HD constexpr bool is_cube() const { return exponent == 3; }
    VMAF_HD inline float operator()(float x) const {
        if (is_cube()) return x * x * x;
        if (!(x > 0)) return 0;
        return static_cast<float>(
            binary_exponential(static_cast<double>(exponent) * binary_logarithm(static_cast<double>(x))));
    }
};

}  // namespace vmaf::float_adm
