// The arithmetic of ssimulacra2 behind the conversion to linear light, for host and device. docs/numerics/ssimulacra2.md fixes each rounding.
#pragma once

#include "base/fused.h"
#include "base/host_device.h"

namespace vmaf::ssimulacra2 {

inline constexpr int kScales = 6, kChannels = 3;

/// A scale of less than this on a side is the last; pictures below it are refused.
inline constexpr int kLeastSize = 8;

/// Samples of an axis in the next scale.
VMAF_HD constexpr int halved(int samples) { return (samples + 1) / 2; }

/// The mean of the next scale's pixel.
VMAF_HD constexpr float mean_of_four(float top_left, float top_right, float bottom_left, float bottom_right) {
    return (((top_left + top_right) + bottom_left) + bottom_right) * 0.25f;
}

// Linear R, G, B to X, Y, B.

inline constexpr float kBias = 0.0037930732552754493f, kRootOfBias = 0.15595420054924863f;

/// The share of R, G or B in L, M or S.
VMAF_HD constexpr float lms_share(int of, int from) {
    constexpr float kShares[3][3] = {
        {0.30f, 1.0f - 0.078f - 0.30f, 0.078f},
        {0.23f, 1.0f - 0.078f - 0.23f, 0.078f},
        {0.24342268924547819f, 0.20476744424496821f, 1.0f - 0.24342268924547819f - 0.20476744424496821f}};
    return kShares[of][from];
}
inline constexpr float kScaleX = 14, kOffsetX = 0.42f, kOffsetY = 0.01f, kOffsetB = 0.55f;

// The cube root is made of q = x^(-1/3): a guess from the exponent's bits, and rounds of Newton's method.
inline constexpr int32_t kGuessBits = 0x54800000, kGuessShare = 0x2aaaaa;
inline constexpr float kThird = 1.0f / 3, kFourThirds = 4.0f / 3;
inline constexpr int kNewtonRounds = 3;

/// The cube root of x, 0 <= x < 2, plus `offset`.
VMAF_HD inline float cube_root_plus(float x, float offset) {
    const auto bits = std::bit_cast<int32_t>(x);
    float q = bits == 0 ? 0 : std::bit_cast<float>(kGuessBits - (bits >> 23) * kGuessShare);
    const float third = kThird * x;
    for (int round = 0; round < kNewtonRounds; round++) {
        const float square = q * q;
        q = fused(-third, square * square, kFourThirds * q);
    }
    const float square = q * q;
    q = fused(kThird, fused(-x, square * square, q), q);
    return fused(q * q, x, offset);
}

struct Xyb {
    float x, y, b;
};

/// The root of L, M or S.
VMAF_HD inline float lms_root(int of, float r, float g, float b) {
    const float sum = fused(lms_share(of, 0), r, fused(lms_share(of, 1), g, fused(lms_share(of, 2), b, kBias)));
    return cube_root_plus(sum > 0 ? sum : 0, -kRootOfBias);
}

VMAF_HD inline Xyb to_xyb(float r, float g, float b) {
    const float l = lms_root(0, r, g, b), m = lms_root(1, r, g, b), s = lms_root(2, r, g, b);
    const float y = 0.5f * (l + m);
    return {0.5f * (l - m) * kScaleX + kOffsetX, y + kOffsetY, (s - y) + kOffsetB};
}

// The blur: a sum of three resonators, whose input is the sum of two samples.

inline constexpr int kResonators = 3;
/// A filtered sample depends on those at most this far from it, on the inputs of the resonators up to it: sample n is fed by
/// samples n - kBehind and n + kAhead.
inline constexpr int kBehind = 6, kAhead = 4;
/// The first input that is not 0 is that of this sample.
inline constexpr int kFirstStep = -kAhead;

/// Gain of a resonator, and twice the cosine of its step, negative.
VMAF_HD constexpr double gain(int k) {
    constexpr double kGains[kResonators] = {0.05529523572608663, -0.05883668702694999, 0.012955819110517089};
    return kGains[k];
}
VMAF_HD constexpr double turn(int k) {
    constexpr double kTurns[kResonators] = {-1.902113032590307, -1.1755705045849463, -1.2246467991473532e-16};
    return kTurns[k];
}

/// Outputs of one resonator, four at a time: output j is the sum of the inputs 0 to j with in[j - i], and of the two outputs before.
inline constexpr int kGroup = 4;
struct GroupFactors {
    float in[kGroup], last[kGroup], before_last[kGroup];
};
VMAF_HD constexpr GroupFactors group_factors(int k) {
    const double t = turn(k), n = gain(k), t2 = t * t;
    return {{static_cast<float>(n), static_cast<float>(-t * n), static_cast<float>(t2 * n - n),
             static_cast<float>(-t2 * t * n + 2.0 * t * n)},
            {static_cast<float>(-t), static_cast<float>(t2 - 1.0), static_cast<float>(-t2 * t + 2.0 * t),
             static_cast<float>(t2 * t2 - 3.0 * t2 + 1.0)},
            {-1.0f, static_cast<float>(t), static_cast<float>(-t2 + 1.0), static_cast<float>(t2 * t - 2.0 * t)}};
}

/// Along a row of w samples single steps are made up to this one, then groups of four while they end before w - kAhead.
inline constexpr int kFirstGroup = 8;
VMAF_HD constexpr bool group_at(int n, int w) { return n >= kFirstGroup && n < w - 7; }

/// A resonator's two latest outputs.
struct Resonator {
    float last = 0, before_last = 0;

    /// Along rows.
    VMAF_HD float step_across(const GroupFactors& f, float sum) {
        const float out = fused(f.last[0], last, fused(f.before_last[0], before_last, sum * f.in[0]));
        before_last = last;
        return last = out;
    }
    /// Down columns: the same in another order.
    VMAF_HD float step_down(int k, float sum) {
        const float out =
            fused(static_cast<float>(gain(k)), sum, fused(-static_cast<float>(turn(k)), last, -before_last));
        before_last = last;
        return last = out;
    }
    /// Four steps along a row.
    VMAF_HD void group(const GroupFactors& f, const float (&sums)[kGroup], float (&out)[kGroup]) {
        for (int j = 0; j < kGroup; j++) {
            float value = sums[0] * f.in[j];
            for (int i = 1; i <= j; i++) value = fused(f.in[j - i], sums[i], value);
            out[j] = fused(f.last[j], last, fused(f.before_last[j], before_last, value));
        }
        last = out[kGroup - 1];
        before_last = out[kGroup - 2];
    }
};

// The maps.

inline constexpr float kC2 = 0.0009f;

/// Of the blurred a, b, a^2, b^2 and a b.
VMAF_HD constexpr float structure_error(float m1, float m2, float s11, float s22, float s12) {
    const float difference = m1 - m2;
    // Of 1 less a float the nearest float.
    const float similar = 1 - difference * difference;
    const float structure = 2 * (s12 - m1 * m2) + kC2, energy = (s11 - m1 * m1) + (s22 - m2 * m2) + kC2;
    const float error = 1 - similar * structure / energy;
    return error > 0 ? error : 0;
}

VMAF_HD constexpr float magnitude(float x) { return x < 0 ? -x : x; }

/// How much stronger the edge of b is than that of a: above 0 an artefact, below 0 a loss.
VMAF_HD constexpr float edge_change(float a, float m1, float b, float m2) {
    const float edge = magnitude(a - m1);
    return (magnitude(b - m2) - edge) / (1 + edge);
}

// Sums.

/// Maps, and norms of each.
enum Map { kStructure, kArtefact, kLoss, kMaps };
inline constexpr int kNorms = 2, kTerms = kMaps * kNorms;

/// What values are multiplied with before they are added up; their fourth powers have its fourth.
inline constexpr float kTermScale = 65536;

VMAF_HD constexpr float fourth_power(float u) {
    const float square = u * u;
    return square * square;
}

/// A tile of terms that are added up in float.
inline constexpr int kTileWidth = 32, kTileHeight = 32;

/// Weights by component, scale, norm and map, one behind the other.
constexpr double weight(int i) {
    // clang-format off
    constexpr double kWeights[kChannels * kScales * kTerms] = {
        0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0,  // X, scale 0
        0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752,  // X, scale 1
        0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0,  // X, scale 2
        0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0,  // X, scale 3
        0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053,  // X, scale 4
        0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0,  // X, scale 5
        0, 0, 0, 7.466890328078848, 0, 17.445833984131262,  // Y, scale 0
        0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264,  // Y, scale 1
        225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985,  // Y, scale 2
        176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408,  // Y, scale 3
        0, 0, 0, 34.77906344483772, 44.835625328877896, 0,  // Y, scale 4
        0, 0, 0, 0, 0, 0,  // Y, scale 5
        0, 0.0008680556573291698, 0, 0, 0, 0,  // B, scale 0
        0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0,  // B, scale 1
        0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0,  // B, scale 2
        0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0,  // B, scale 3
        95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307, 0.9807858872435379,  // B, scale 4
        0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537,  // B, scale 5
    };
    // clang-format on
    return kWeights[i];
}

}  // namespace vmaf::ssimulacra2
