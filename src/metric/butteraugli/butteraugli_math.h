// butteraugli's arithmetic of a place in the picture: receptors, bands, differences, lines and masking. The CPU, the GPU and the tests share it.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/fused.h"
#include "base/host_device.h"
#include "base/unrolled.h"

namespace vmaf::butteraugli {

/// Blurs of the numerics page, by what they make.
enum BlurName { kSmooth, kUltra, kMask, kHigh, kLow, kBlurs };
inline constexpr int kMostReach = 16, kReach[kBlurs] = {2, 3, 6, 7, 16};

/// The taps of a blur, from the centre outwards: those of sum 1, and those that the first are made of.
struct Blur {
    float tap[kMostReach + 1], raw[kMostReach + 1];
};

/// What a blur adds up apart: pairs of taps in turn, from the outermost on.
inline constexpr int kPartSums = 4;

/// The blur of this reach, kSmooth, goes from the centre outwards, and its steps are fused.
inline constexpr int kFusedReach = 2;

/// A blur away from the edges; at(j) is the sample j behind the place, -reach <= j <= reach.
template <int kReach, class At>
VMAF_HD constexpr float blurred(const Blur& blur, At at) {
    if constexpr (kReach == kFusedReach) {
        const float inner = fused(at(-1) + at(1), blur.tap[1], at(0) * blur.tap[0]);
        return fused(at(-2) + at(2), blur.tap[2], inner);
    }
    float part[kPartSums] = {};
    unrolled<kReach>([&](auto from_end) {
        constexpr int kPart = from_end % kPartSums, kJ = kReach - from_end;
        const float pair = (at(-kJ) + at(kJ)) * blur.tap[kJ];
        part[kPart] = from_end < kPartSums ? pair : part[kPart] + pair;
    });
    float sum = at(0) * blur.tap[0];
    unrolled < kReach<kPartSums ? kReach : kPartSums>([&](auto k) { sum += part[k]; });
    return sum;
}

/// The samples under a blur around sample i of n, and what their raw taps add up to.
struct Edge {
    int first, end;
    float gain;

    VMAF_HD constexpr Edge(const Blur& blur, int reach, int i, int n)
        : first(i > reach ? -reach : -i), end(i + reach < n ? reach + 1 : n - i), gain(1) {
        float share = 0;
        for (int j = first; j < end; j++) share += blur.raw[j < 0 ? -j : j];
        gain = 1 / share;
    }
};
/// True if a blur around sample i of n samples reaches beyond them.
VMAF_HD constexpr bool at_edge(int reach, int i, int n) { return i < reach || i + reach >= n; }

/// A blur at an edge.
template <class At>
VMAF_HD constexpr float blurred(const Blur& blur, const Edge& edge, At at) {
    float sum = 0;
    for (int j = edge.first; j < edge.end; j++) sum += at(j) * blur.raw[j < 0 ? -j : j];
    return sum * edge.gain;
}

VMAF_HD constexpr float larger(float a, float b) { return a > b ? a : b; }
VMAF_HD constexpr float smaller(float a, float b) { return a < b ? a : b; }
VMAF_HD constexpr float magnitude(float v) { return v < 0 ? -v : v; }

/// v with its sign changed if `of` has its sign bit set.
VMAF_HD constexpr float turned(float v, float of) {
    return std::bit_cast<float>(std::bit_cast<uint32_t>(v) ^ (std::bit_cast<uint32_t>(of) & 0x80000000u));
}

// Receptors.

struct Triple {
    float v[3];
};

/// What a receptor takes of R, G and B, and what it answers to darkness.
struct Receptor {
    float r, g, b, dark;

    VMAF_HD float operator()(const Triple& light) const {
        return fused(r, light.v[0], fused(g, light.v[1], fused(b, light.v[2], dark)));
    }
};
inline constexpr int kReceptors = 3;
VMAF_HD constexpr Receptor receptor(int i) {
    constexpr Receptor kOf[kReceptors] = {
        {0.29956550340058319f, 0.63373087833825936f, 0.077705617820981968f, 1.7557483643287353f},
        {0.22158691104574774f, 0.69391388044116142f, 0.0987313588422f, 1.7557483643287353f},
        {0.02f, 0.02f, 0.20480129041026129f, 12.226454707163354f}};
    return kOf[i];
}

/// log2 of x > 0 by a quotient of polynomials in u = mantissa - 1, the mantissa within 2/3 .. 4/3.
struct Log2 {
    static constexpr int32_t kTwoThirds = 0x3f2aaaab;
    static constexpr float kOver[3] = {-1.8503833400518310e-6f, 1.4287160470083755f, 0.74245873327820566f};
    static constexpr float kUnder[3] = {0.99032814277590719f, 1.0096718572241148f, 0.17409343003366853f};
};
VMAF_HD inline float log2_near(float x) {
    const auto bits = std::bit_cast<int32_t>(x);
    const int32_t exponent = (bits - Log2::kTwoThirds) >> 23;
    const float u = std::bit_cast<float>(bits - exponent * (1 << 23)) - 1;
    constexpr float kOver0 = Log2::kOver[0], kOver1 = Log2::kOver[1], kOver2 = Log2::kOver[2];
    constexpr float kUnder0 = Log2::kUnder[0], kUnder1 = Log2::kUnder[1], kUnder2 = Log2::kUnder[2];
    const float over = fused(fused(kOver2, u, kOver1), u, kOver0),
                under = fused(fused(kUnder2, u, kUnder1), u, kUnder0);
    return over / under + static_cast<float>(exponent);
}

struct Gamma {
    static constexpr float kGain = 19.245013259874995f * 0.6931471805599453f;
    static constexpr float kBias = 9.9710635769299145f, kLevel = -23.16046239805755f;
    static constexpr float kLeastSensitivity = 1e-4f;
};

/// X, Y and B of a place whose light and smoothed light are given, in candela per square metre.
VMAF_HD inline Triple opponents(const Triple& light, const Triple& smooth) {
    float response[kReceptors] = {};
    for (int i = 0; i < kReceptors; i++) {
        const Receptor of = receptor(i);
        const float adapted = larger(of(smooth), of.dark);
        const float gamma = fused(Gamma::kGain, log2_near(adapted + Gamma::kBias), Gamma::kLevel);
        response[i] = larger(of(light) * larger(gamma / adapted, Gamma::kLeastSensitivity), of.dark);
    }
    return {{response[0] - response[1], response[0] + response[1], response[2]}};
}

// Bands.

enum Channel { kX, kY, kB, kChannels };

VMAF_HD constexpr float zeroed_near_zero(float v, float d) { return v > d ? v - d : v < -d ? v + d : 0; }
VMAF_HD constexpr float doubled_near_zero(float v, float d) { return v > d ? v + d : v < -d ? v - d : v + v; }

inline constexpr float kBend = 0.724216145665f;
VMAF_HD constexpr float bent(float v, float d) {
    return v >= d ? (v - d) * kBend + d : v < -d ? (v + d) * kBend - d : v;
}

inline constexpr float kMidZeroX = 0.29f, kMidDoubleY = 0.1f, kHighZeroX = 1.5f, kUltraZeroX = 0.04f,
                       kHighDoubleY = 0.132f, kHighBendY = 28.4691806922f, kUltraBendY = 5.19175294647f,
                       kHighGainY = 2.155f, kUltraGainY = 2.69313763794f;
inline constexpr float kSuppression = 46, kUnsuppressed = 0.653020556257f,
                       kSuppressed = static_cast<float>(1 - 0.653020556257);

VMAF_HD constexpr float suppression(float y) {
    return kSuppression / (y * y + kSuppression) * kSuppressed + kUnsuppressed;
}

/// A high and an ultra-high band.
struct Fine {
    float high, ultra;
};
/// From the sum of both and its blur.
VMAF_HD constexpr Fine fine_x(float v, float blurred) {
    return {zeroed_near_zero(blurred, kHighZeroX), zeroed_near_zero(v - blurred, kUltraZeroX)};
}
VMAF_HD constexpr Fine fine_y(float v, float blurred) {
    const float high = bent(blurred, kHighBendY);
    return {doubled_near_zero(kHighGainY * high, kHighDoubleY), kUltraGainY * bent(v - high, kUltraBendY)};
}

// Differences.

inline constexpr float kLowScale[kChannels] = {33.832837186260f, 14.458268100570f, 49.87984651440f};
inline constexpr float kLowWeight[kChannels] = {29.2353797994f, 0.844626970982f, 0.703646627719f};
inline constexpr float kLowYInB = -0.362267051518f;
inline constexpr float kMidWeight[kChannels] = {2150, 10.6195433239f, 16.2176043152f};
inline constexpr float kHighWeight[2] = {static_cast<float>(400 * 0.8), static_cast<float>(1.50815703118 * 0.8)};
inline constexpr float kUnevenLow = 0.4f;

/// By index, for kernels: arrays are the host's.
VMAF_HD constexpr float low_weight(int c) {
    constexpr float kOf[] = {kLowWeight[0], kLowWeight[1], kLowWeight[2]};
    return kOf[c];
}
VMAF_HD constexpr float low_scale(int c) {
    constexpr float kOf[] = {kLowScale[0], kLowScale[1], kLowScale[2]};
    return kOf[c];
}
VMAF_HD constexpr float mid_weight(int c) {
    constexpr float kOf[] = {kMidWeight[0], kMidWeight[1], kMidWeight[2]};
    return kOf[c];
}
VMAF_HD constexpr float high_weight(int c) {
    constexpr float kOf[] = {kHighWeight[0], kHighWeight[1]};
    return kOf[c];
}

/// A low band as it is compared. B's has a part of `y`, Y's low band, in it.
VMAF_HD inline float low_value(int channel, float low, float y) {
    return (channel == kB ? fused(kLowYInB, y, low) : low) * low_scale(channel);
}

/// weight ((a - b)^2 + v^2): a difference counts twice where b lies between 0.4 a and 0, or beyond a.
VMAF_HD constexpr float uneven_difference(float a, float b, float weight) {
    const float size = turned(a, a), other = turned(b, a), least = kUnevenLow * size;
    const float v = other < least ? least - other : other > size ? other - size : 0;
    const float difference = a - b;
    return weight * (difference * difference + v * v);
}

/// How a pair of samples becomes the number whose lines are looked at.
struct PairWeights {
    float even, uneven, norm;
};
inline constexpr float kTooSmall = 0.55f, kTooBig = 1.05f;

VMAF_HD constexpr float pair_difference(float a, float b, const PairWeights& weights) {
    const float size = turned(a, a), other = turned(b, a);
    const float outside = larger(kTooSmall * size - other, 0) - larger(other - kTooBig * size, 0);
    const float over = weights.even * (size - other) + weights.uneven * outside;
    return turned(over / (weights.norm + 0.5f * (size + magnitude(b))), a);
}

/// Lines reach this far in either direction.
inline constexpr int kLineReach = 4;

/// Sum of squares along the sparse lines; at(x, y) is a number beside the place.
template <class At>
VMAF_HD constexpr float sparse_lines(At at) {
    const float centre = at(0, 0);
    const auto pair = [&](int x, int y) { return at(x, y) + at(-x, -y); };
    float sum = 0;
    const auto add = [&](float line) { sum += line * line; };
    add(centre + pair(2, 0) + pair(4, 0));
    add(centre + pair(0, 2) + pair(0, 4));
    add(centre + pair(2, 2) + pair(3, 3));
    add(centre + pair(2, -2) + pair(3, -3));
    for (const int way : {1, -1}) {
        const float steep = centre + pair(way, 2);
        add(steep + pair(way, 4));
        add(steep + pair(way * 2, 3));
        add(steep + pair(way * 2, 4));
    }
    for (const int way : {1, -1}) {
        const float shallow = centre + pair(2, way);
        add(shallow + pair(4, way));
        add(shallow + pair(3, way * 2));
        add(shallow + pair(4, way * 2));
    }
    return sum;
}

/// The same along the dense lines.
template <class At>
VMAF_HD constexpr float dense_lines(At at) {
    const float centre = at(0, 0);
    const auto pair = [&](int x, int y) { return at(x, y) + at(-x, -y); };
    float sum = 0;
    const auto add = [&](float line) { sum += line * line; };
    const auto add_twice = [&](float line) { sum += line * line * 2; };
    const float across = centre + pair(1, 0);
    add(across + pair(2, 0) + pair(3, 0) + pair(4, 0));
    add_twice(across + pair(2, 1) + pair(3, 1) + pair(4, 1));
    add_twice(across + pair(2, -1) + pair(3, -1) + pair(4, -1));
    const float down = centre + pair(0, 1);
    add(down + pair(0, 2) + pair(0, 3) + pair(0, 4));
    add_twice(down + pair(1, 2) + pair(1, 3) + pair(1, 4));
    add_twice(down + pair(-1, 2) + pair(-1, 3) + pair(-1, 4));
    for (const int way : {1, -1}) {
        const float diagonal = centre + pair(way, 1);
        add(diagonal + pair(way * 2, 2) + pair(way * 3, 3));
        add(diagonal + pair(way, 2) + pair(way * 2, 3));
        add(diagonal + pair(way * 2, 1) + pair(way * 3, 2));
    }
    return sum;
}

// Masking.

inline constexpr float kMaskX = 2.5f, kMaskY = 0.4f, kMaskGain = 6.19424080439f,
                       kMaskBias = kMaskGain * 12.61050594197f;
inline constexpr float kMaskDifference = 10;

/// The part of a channel in the square of what masks.
VMAF_HD constexpr float mask_part(const Fine& fine, float gain) {
    const float v = gain * (fine.ultra + fine.high);
    return v * v;
}
/// `root_of_bias` is sqrt(kMaskBias).
VMAF_HD inline float mask_of(float parts, float root_of_bias) {
    return sqrtf(kMaskGain * sqrtf(parts) + kMaskBias) - root_of_bias;
}

/// The three least of what it has seen, in ascending order.
struct Least {
    float v[3];

    VMAF_HD constexpr explicit Least(float centre) : v{centre, centre + centre, centre + centre} {}
    VMAF_HD constexpr void see(float sample) {
        const float second = larger(v[0], sample);
        v[0] = smaller(v[0], sample);
        const float third = larger(v[1], second);
        v[1] = smaller(v[1], second);
        v[2] = smaller(v[2], third);
    }
    VMAF_HD constexpr float activity() const { return 0.45f * v[0] + 0.3f * v[1] + 0.25f * v[2]; }
};
inline constexpr int kActivityStep = 3;

/// What a square difference counts where the activity is `e`: (H (1 + A / (B e + C)))^2.
struct Masking {
    float a, b, c;
    static constexpr float kScale = 1.f / (17.83f * 0.79079917404f);
};
VMAF_HD constexpr Masking low_masking() { return {0.505054525019f, 3.87449418804f, 0.20025578522f}; }
VMAF_HD constexpr Masking ac_masking() { return {2.5485944793f, 0.451936922203f, 0.829591754942f}; }

VMAF_HD constexpr float masked_weight(const Masking& of, float e) {
    const float v = Masking::kScale * (1 + of.a / (of.b * e + of.c));
    return v * v;
}
VMAF_HD inline float visible_difference(float low, float ac, float activity) {
    return sqrtf(low * masked_weight(low_masking(), activity) + ac * masked_weight(ac_masking(), activity));
}

// Two resolutions.

inline constexpr float kWholeShare = 0.85f, kHalfShare = 0.5f;
VMAF_HD constexpr float blended(float whole, float half) { return kWholeShare * whole + kHalfShare * half; }
VMAF_HD constexpr float mean_of_four(float a, float b, float c, float d) { return 0.25f * ((a + b) + (c + d)); }

// The norm.

/// Sums of a row's samples that lie this far apart come first.
inline constexpr int kRowSums = 32;

/// Sums of the map's third, sixth and twelfth powers.
struct Powers {
    double sum[3];

    VMAF_HD constexpr void add(float difference) {
        const double d = static_cast<double>(difference), third = d * (d * d), sixth = third * third;
        sum[0] += third;
        sum[1] += sixth;
        sum[2] += sixth * sixth;
    }
    VMAF_HD constexpr void add(const Powers& other) {
        for (int i = 0; i < 3; i++) sum[i] += other.sum[i];
    }
};

}  // namespace vmaf::butteraugli
