// The arithmetic of float_ssim: box decimation, Gaussian window, similarity terms, fixed-point sums; float_ms_ssim has all but
// the decimation from here. Shared by every backend; docs/numerics/ssim.md fixes each rounding.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/exact_sum.h"
#include "base/host_device.h"

namespace vmaf::ssim {

/// Side of the window.
inline constexpr int kTaps = 11;

/// Window tap `u`, 0 to 10.
VMAF_HD constexpr float tap(int u) {
    constexpr float kByDistance[] = {0.266012f, 0.213006f, 0.109361f, 0.036001f, 0.007599f, 0.001028f};
    return kByDistance[u < 5 ? 5 - u : u - 5];
}

/// One pass of the window: at(u) gives the sample under tap u.
template <class At>
VMAF_HD inline float windowed(At&& at) {
    double sum = 0;
#if defined(__CUDACC__)
#pragma unroll
#endif
    for (int u = 0; u < kTaps; u++) sum += static_cast<double>(at(u) * tap(u));
    return static_cast<float>(sum);
}

/// Sizes along one axis.
struct Axis {
    int source = 0;     ///< samples of the picture
    int decimated = 0;  ///< samples after decimation, at least 1
    int padding = 0;    ///< reflected samples on the low side of a plane smaller than the window
    int extended = 0;   ///< samples that the window sees, at least its size
    int positions = 0;  ///< of the window, at least 1
};

VMAF_HD constexpr Axis make_axis(int samples, int scale) {
    Axis axis{.source = samples, .decimated = samples};
    if (scale > 1) axis.decimated = samples / scale + samples % 2;
    if (axis.decimated < 1) axis.decimated = 1;
    axis.extended = axis.decimated < kTaps ? kTaps : axis.decimated;
    axis.padding = (axis.extended - axis.decimated) / 2;
    axis.positions = axis.extended - kTaps + 1;
    return axis;
}

/// What a sample of `bpc` bits is multiplied with to lie in 0 .. 256, and the weight of a sample in a decimated one.
VMAF_HD constexpr float sample_unit(unsigned bpc) { return 1.0f / static_cast<float>(1u << (bpc - 8)); }
VMAF_HD constexpr float box_weight(int scale) { return 1.0f / static_cast<float>(scale * scale); }

/// Constants against division by zero; K1 = 0.01, K2 = 0.03 of Wang et al.
inline constexpr float kC1 = (0.01f * 255) * (0.01f * 255);
inline constexpr float kC2 = (0.03f * 255) * (0.03f * 255);
inline constexpr float kC3 = kC2 / 2.0f;

/// The filtered planes at one position.
struct Moments {
    float mean_ref, mean_dis, ref_ref, dis_dis, ref_dis;
};

/// The similarity at one position and its three factors.
struct Terms {
    double luminance, contrast, structure, ssim;
};

VMAF_HD inline Terms similarity(const Moments& m) {
    const float ref_square = m.mean_ref * m.mean_ref, dis_square = m.mean_dis * m.mean_dis;
    const float ref_excess = m.ref_ref - ref_square, dis_excess = m.dis_dis - dis_square;
    const float ref_variance = ref_excess < 0 ? 0 : ref_excess, dis_variance = dis_excess < 0 ? 0 : dis_excess;
    const float covariance = m.ref_dis - m.mean_ref * m.mean_dis;
    const float deviations = sqrtf(ref_variance * dis_variance);
    // A flat area has no structure to lose; what is left of its covariance is rounding.
    const float common = covariance < 0 && deviations <= 0 ? 0 : covariance;

    Terms terms;
    terms.luminance = (2.0 * m.mean_ref * m.mean_dis + kC1) / static_cast<double>(ref_square + dis_square + kC1);
    terms.contrast = (2.0 * deviations + kC2) / static_cast<double>(ref_variance + dis_variance + kC2);
    terms.structure = static_cast<double>((common + kC3) / (deviations + kC3));
    terms.ssim = terms.luminance * terms.contrast * terms.structure;
    return terms;
}

/// Fraction bits of a similarity term, which lies within -2 .. 2, in a sum.
inline constexpr int kFractionBits = 50;

/// The terms that sums are kept of, in this order: the factors alone, or with them their product.
enum Term : int { kLuminance, kContrast, kStructure, kSsim };
inline constexpr int kFactors = 3, kFactorsAndSsim = 4;

/// Adds the first kTerms of the terms in fixed point.
template <int kTerms>
VMAF_HD inline void add_terms(const Terms& terms, int64_t (&sums)[kTerms]) {
    sums[kLuminance] += fixed_point<kFractionBits>(terms.luminance);
    sums[kContrast] += fixed_point<kFractionBits>(terms.contrast);
    sums[kStructure] += fixed_point<kFractionBits>(terms.structure);
    if constexpr (kTerms == kFactorsAndSsim) sums[kSsim] += fixed_point<kFractionBits>(terms.ssim);
}

/// Sums over all window positions of a plane, in Q50.
template <int kTerms>
struct TermSums {
    WideSum of[kTerms];

    void add(const int64_t (&sums)[kTerms]) {
        for (int i = 0; i < kTerms; i++) of[i].add(sums[i]);
    }
    /// The mean over `positions`.
    double mean(int term, double positions) const {
        return static_cast<float>(of[term].value(kFractionBits) / positions);
    }
    bool operator==(const TermSums&) const = default;
};

}  // namespace vmaf::ssim
