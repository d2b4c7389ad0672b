// The arithmetic of ssimulacra2 behind the conversion to linear light, for host and device. docs/numerics/ssimulacra2.md fixes each rounding.
#pragma once

#include "base/exact_math.h"
#include "base/host_device.h"

namespace vmaf::ssimulacra2 {

inline constexpr int kScales = 6, kChannels = 3;

/// A scale of less than this on a side is the last; pictures below it are refused.
inline constexpr int kLeastSize = 8;

/// Samples of an axis in the next scale.
VMAF_HD constexpr int halved(int samples) { return (samples + 1) / 2; }

/// The mean of the next scale's pixel.
VMAF_HD constexpr float mean_of_four(float top_left, float top_right, float bottom_left, float bottom_right) {
    return ((top_left + top_right) + (bottom_left + bottom_right)) * 0.25f;
}

// Linear R, G, B to X, Y, B.

inline constexpr float kBias = 0.0037930732552754493f;
inline constexpr float kToL[3] = {0.3f, 0.622f, 0.078f}, kToM[3] = {0.23f, 0.692f, 0.078f},
                       kToS[3] = {0.24342268924547819f, 0.20476744424496821f, 0.55180986650955360f};
inline constexpr float kScaleX = 7, kOffsetX = 0.42f, kOffsetB = 0.55f;
/// 0.01 less the cube root of kBias.
inline constexpr float kOffsetY = static_cast<float>(0.01 - 0.15595420054924863);

VMAF_HD constexpr float cube_root(float x) {
    const float q = float_inverse_root<3>(x);
    return x * (q * q);
}

struct Xyb {
    float x, y, b;
};

VMAF_HD constexpr Xyb to_xyb(float r, float g, float b) {
    const float l = cube_root(kToL[0] * r + kToL[1] * g + kToL[2] * b + kBias);
    const float m = cube_root(kToM[0] * r + kToM[1] * g + kToM[2] * b + kBias);
    const float s = cube_root(kToS[0] * r + kToS[1] * g + kToS[2] * b + kBias);
    const float h = (l + m) * 0.5f;
    return {(l - m) * kScaleX + kOffsetX, h + kOffsetY, (s - h) + kOffsetB};
}

// The blur.

inline constexpr int kReach = 4;

/// The tap this far from the centre.
VMAF_HD constexpr float blur_tap(int distance) {
    constexpr float kTaps[kReach + 1] = {0.26462110548819856f, 0.2129285920104222f, 0.10933537277746029f,
                                         0.036011114658364374f, 0.009414367809653733f};
    return kTaps[distance];
}

/// at(i) gives the sample at distance i from the centre, -kReach to kReach.
template <class At>
VMAF_HD constexpr float blurred(At&& at) {
    float sum = blur_tap(0) * at(0);
    for (int i = 1; i <= kReach; i++) sum = sum + blur_tap(i) * (at(-i) + at(i));
    return sum;
}

// The maps.

inline constexpr float kC2 = 0.0009f;

/// Of the blurred a, b, (a - b)^2 and a^2 + b^2.
VMAF_HD constexpr float structure_error(float m1, float m2, float p, float q) {
    const float m = m1 - m2, n = m * m;
    const float error = (1 - n) * (p - n) / (q - (m1 * m1 + m2 * m2) + kC2) + n;
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
