// The arithmetic of float_vif: what one window says, once for all backends. docs/numerics/float_vif.md fixes each rounding.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/host_device.h"

namespace vmaf::float_vif {

/// Most taps of a filter: of scale 0 at the largest kernel scale, 360/97.
inline constexpr int kMostTaps = 65;

/// Variances below this are none.
inline constexpr float kEpsilon = 1e-10f;

/// The coefficients of lb(1 + t) for t in 0 .. 1, from that of t^8 to that of t.
inline constexpr int kLogarithmTerms = 8;
VMAF_HD constexpr float logarithm_term(int i) {
    constexpr float kTerms[kLogarithmTerms] = {-0.012671635276421f, 0.064841182402670f,  -0.157048836463065f,
                                               0.257167726303123f,  -0.353800560300520f, 0.480131410397451f,
                                               -0.721314327952201f, 1.442694803896991f};
    return kTerms[i];
}

/// The bits of the one NaN that has a logarithm, and of 1.
inline constexpr uint32_t kNanBits = 0x7fc00000, kOneBits = 0x3f800000;

/// An approximation of the binary logarithm of x >= 1, of infinity (128) and of NaN.
VMAF_HD inline float approximate_logarithm(float x) {
    const uint32_t bits = x == x ? std::bit_cast<uint32_t>(x) : kNanBits;
    const float t = std::bit_cast<float>((bits & 0x7fffff) | kOneBits) - 1;
    float series = 0;
#if defined(__CUDACC__)
#pragma unroll
#endif
    for (int i = 0; i < kLogarithmTerms; i++) series = series * t + logarithm_term(i);
    return static_cast<float>(static_cast<int>(bits >> 23) - 127) + series * t;
}

/// The neural noise, as the terms need it.
struct Noise {
    double variance;
    float flat_below;         ///< the least float that is not below `variance`
    float distortion_weight;  ///< of the distorted variance where the reference has less variance than the noise

    Noise() = default;
    explicit Noise(double variance_of_noise) : variance(variance_of_noise), flat_below(static_cast<float>(variance)) {
        const float square = flat_below * flat_below;
        distortion_weight = static_cast<float>(static_cast<double>(square) / 65025.0);
        if (static_cast<double>(flat_below) < variance) flat_below = std::nextafter(flat_below, INFINITY);
    }
};

/// The filtered planes at one position.
struct Moments {
    float mean_ref, mean_dis, ref_ref, dis_dis, ref_dis;
};

/// What connects the pictures at one position: the distorted one is the reference times `gain`, plus noise of variance `noise`.
struct Channel {
    float ref_variance, dis_variance, covariance, gain, noise;
};

VMAF_HD inline Channel channel(const Moments& m) {
    Channel c;
    c.ref_variance = m.ref_ref - m.mean_ref * m.mean_ref;
    c.dis_variance = m.dis_dis - m.mean_dis * m.mean_dis;
    c.covariance = m.ref_dis - m.mean_ref * m.mean_dis;
    c.ref_variance = c.ref_variance > 0 ? c.ref_variance : 0;
    c.dis_variance = c.dis_variance > 0 ? c.dis_variance : 0;
    c.gain = c.covariance / (c.ref_variance + kEpsilon);
    c.noise = c.dis_variance - c.gain * c.covariance;
    if (c.ref_variance < kEpsilon) {
        c.gain = 0;
        c.noise = c.dis_variance;
        c.ref_variance = 0;
    }
    if (c.dis_variance < kEpsilon) c.gain = c.noise = 0;
    if (c.gain < 0) {
        c.gain = 0;
        c.noise = c.dis_variance;
    }
    c.noise = c.noise > kEpsilon ? c.noise : kEpsilon;
    return c;
}

/// True if the reference has less variance than the noise: there the terms don't depend on the gain.
VMAF_HD inline bool is_flat(const Channel& c, const Noise& noise) { return c.ref_variance < noise.flat_below; }

/// What the reference carries at one position, in bits.
VMAF_HD inline float reference_information(const Channel& c, const Noise& noise) {
    if (is_flat(c, noise)) return 1;
    return approximate_logarithm(static_cast<float>(1 + static_cast<double>(c.ref_variance) / noise.variance));
}

/// What is left of it in the distorted picture.
VMAF_HD inline float distorted_information(const Channel& c, const Noise& noise, float gain_limit) {
    if (is_flat(c, noise)) return 1 - c.dis_variance * noise.distortion_weight;
    if (c.covariance < 0) return 0;
    const float gain = c.gain < gain_limit ? c.gain : gain_limit;
    const double signal = static_cast<double>(gain * gain * c.ref_variance);
    return approximate_logarithm(static_cast<float>(1 + signal / (static_cast<double>(c.noise) + noise.variance)));
}

}  // namespace vmaf::float_vif
