// The arithmetic of psnr_hvs: transform, masking and weighted errors of a block. Shared by every backend;
// docs/numerics/psnr_hvs.md fixes each rounding.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/host_device.h"
#include "base/unrolled.h"

namespace vmaf::psnr_hvs {

/// Blocks of kSide x kSide samples begin at multiples of kStep.
inline constexpr int kSide = 8, kStep = 7;
/// Coefficients, and error terms, of a block.
inline constexpr int kTerms = kSide * kSide;

/// Blocks along an axis of at least one sample.
VMAF_HD constexpr int block_count(int samples) { return (samples - 1) / kStep; }

/// The deepest samples whose transform fits into products of 32 bits.
inline constexpr unsigned kNarrowDepth = 13;

// ---- weights

/// A number that is divided by: its reciprocal as the sum of two floats.
struct Reciprocal {
    float head, tail;
};

/// One plane's, by coefficient.
struct Weights {
    float sensitivity[kTerms];
    float masking[kTerms];
    Reciprocal of_masking[kTerms];
};

/// The sensitivity of the eye to coefficients (i, j) with i <= j, row by row; it is symmetric.
VMAF_HD constexpr double sensitivity_above_diagonal(unsigned plane, int k) {
    constexpr double kFigures[3][kSide * (kSide + 1) / 2] = {
        {1.6193873005,   2.2901594831,   2.08509755623,  1.48366094411,  1.00227514334,  0.678296995242,
         0.466224900598, 0.3265091542,   1.94321815382,  2.04793073064,  1.68731108984,  1.2305666963,
         0.868920337363, 0.61280991668,  0.436405793551, 1.34329019223,  1.09205635862,  0.875748795257,
         0.670882927016, 0.501731932449, 0.372504254596, 0.772819797575, 0.605636379554, 0.48309405692,
         0.380429446972, 0.295774038565, 0.448996256676, 0.352889268808, 0.283006984131, 0.226951348204,
         0.27032073436,  0.215017739696, 0.17408067321,  0.168869545842, 0.136153931001, 0.109083846276},
        {1.91113096927,  2.46074210438,  1.18284184739,  1.14982565193,  1.05017074788,  0.898018824055,
         0.74725392039,  0.615105596242, 1.58529308355,  1.21363250036,  1.38190029285,  1.33100189972,
         1.17428548929,  0.996404342439, 0.830890433625, 0.978712413627, 1.02624506078,  1.03145147362,
         0.960060382087, 0.849823426169, 0.731221236837, 0.861317501629, 0.801821139099, 0.751437590932,
         0.685398513368, 0.608694761374, 0.676555426187, 0.605503172737, 0.55002013668,  0.495804539034,
         0.514674450957, 0.454353482512, 0.407050308965, 0.389234902883, 0.342353999733, 0.295530605237},
        {2.03871978502,  2.62502345193,  1.26180942886,  1.11019789803,  1.01397751469,  0.867069376285,
         0.721500455585, 0.593906509971, 1.69112867013,  1.17180569821,  1.3342742857,   1.28513006198,
         1.13381474809,  0.962064122248, 0.802254508198, 0.944981930573, 0.990876405848, 0.995903384143,
         0.926972725286, 0.820534991409, 0.706020324706, 0.831632933426, 0.77418706195,  0.725539939514,
         0.661776842059, 0.587716619023, 0.653238524286, 0.584635025748, 0.531064164893, 0.478717061273,
         0.496936637883, 0.438694579826, 0.393021669543, 0.375820256136, 0.330555063063, 0.285345396658}};
    return kFigures[plane][k];
}

constexpr Weights make_weights(unsigned plane) {
    Weights weights{};
    int k = 0;
    for (int i = 0; i < kSide; i++)
        for (int j = i; j < kSide; j++) {
            const auto sensitivity = static_cast<float>(sensitivity_above_diagonal(plane, k++));
            const double root = sensitivity * 0.3885746225901003;
            const auto masking = static_cast<float>(root * root);
            const double inverse = 1 / static_cast<double>(masking);
            const auto head = static_cast<float>(inverse);
            for (const int at : {i * kSide + j, j * kSide + i}) {
                weights.sensitivity[at] = sensitivity;
                weights.masking[at] = masking;
                weights.of_masking[at] = {head, static_cast<float>(inverse - head)};
            }
        }
    return weights;
}

inline constexpr Weights kWeights[3] = {make_weights(0), make_weights(1), make_weights(2)};

/// a / b, rounded to nearest like a division, for every b of the weights: exhaustively tried, significand by significand.
VMAF_HD inline float quotient(float a, const Reciprocal& b) { return fmaf(a, b.head, a * b.tail); }

// ---- transform

/// t c rounded, c in Q15. Product is int32_t up to kNarrowDepth, int64_t above.
template <class Product>
VMAF_HD constexpr int32_t scaled(int32_t t, int32_t c) {
    return static_cast<int32_t>((Product{t} * c + (1 << 14)) >> 15);
}

/// The transform of x[0], x[kStride], ... x[7 kStride], by frequency, in their place.
template <class Product, int kStride>
VMAF_HD constexpr void transform(int32_t* x) {
    constexpr auto kScaled = scaled<Product>;
    const int32_t a1 = x[0] - x[7 * kStride], h1 = a1 / 2, a0 = x[0] - h1;
    const int32_t b0 = x[kStride] + x[6 * kStride], h0 = b0 / 2;
    int32_t b3 = x[6 * kStride] - h0;
    int32_t b2 = x[2 * kStride] - x[5 * kStride];
    const int32_t b1 = x[2 * kStride] - b2 / 2;
    const int32_t a3 = x[3 * kStride] + x[4 * kStride], h3 = a3 / 2, d = h3 - x[4 * kStride];

    int32_t e0 = a0 + h3, e6 = e0 - a3, e2 = h0 - b1, e4 = e2 - b0;
    e0 -= kScaled(e4, 13573), e4 += kScaled(e0, 23170), e0 -= kScaled(e4, 13573);
    e6 -= kScaled(e2, 21895), e2 += kScaled(e6, 30274), e6 -= kScaled(e2, 21895);

    b2 += kScaled(b3, 19195), b3 += kScaled(b2, 23170), b2 -= kScaled(b3, 29956);
    int32_t o7 = b3 / 2 - d, o5 = b3 - o7, o3 = h1 - b2, o1 = a1 - o3;
    o7 += kScaled(o1, 3227), o1 -= kScaled(o7, 6393), o7 += kScaled(o1, 3227);
    o5 += kScaled(o3, 9940), o3 -= kScaled(o5, 18205), o5 += kScaled(o3, 9940);

    x[0] = e0, x[kStride] = o1, x[2 * kStride] = e2, x[3 * kStride] = o3;
    x[4 * kStride] = e4, x[5 * kStride] = o5, x[6 * kStride] = e6, x[7 * kStride] = o7;
}

// ---- a block of one picture

/// Squared deviations from the mean, added up over the square of kSize x kSize samples that begins at `samples`.
template <int kSize>
VMAF_HD inline float scatter(const int32_t* samples) {
    const auto at = [=](int i) { return samples[i / kSize * kSide + i % kSize]; };
    int32_t sum = 0;
    unrolled<kSize * kSize>([&](auto i) { sum += at(i); });
    const float mean = static_cast<float>(sum) / (kSize * kSize);
    float squares = 0;
    unrolled<kSize * kSize>([&](auto i) {
        const float deviation = static_cast<float>(at(i)) - mean;
        squares += deviation * deviation;
    });
    return squares;
}

/// Make of a scatter an unbiased variance times the number of samples, for a block and for a quadrant.
inline constexpr float kBlockVariance = 1 / 63.f * 64, kQuadrantVariance = 1 / 15.f * 16;
/// Where the quadrants of a block begin, in the order in which their variances are added.
inline constexpr int kSecondHalf = kSide / 2, kTopLeft = 0, kBottomLeft = kSecondHalf * kSide, kTopRight = kSecondHalf,
                     kBottomRight = kBottomLeft + kTopRight;

/// The share of a block's variance that its quadrants have in themselves.
VMAF_HD inline float texture_of(const int32_t* samples) {
    const auto quadrant = [=](int first) { return scatter<kSecondHalf>(samples + first) * kQuadrantVariance; };
    const float variance = scatter<kSide>(samples) * kBlockVariance;
    const float within = quadrant(kTopLeft) + quadrant(kBottomLeft) + quadrant(kTopRight) + quadrant(kBottomRight);
    return variance > 0 ? within / variance : 0;
}

/// What a block's own contrast hides, where `energy` is its weighted one.
VMAF_HD inline float masking_of(float energy, float texture) { return sqrtf(energy * texture) / 32; }

/// Turns a block's samples into coefficients and gives its masking.
template <class Product>
VMAF_HD inline float transform_block(int32_t (&block)[kTerms], const Weights& weights) {
    const float texture = texture_of(block);
    unrolled<kSide>([&](auto j) { transform<Product, kSide>(block + j); });
    unrolled<kSide>([&](auto i) { transform<Product, 1>(block + i * kSide); });
    float energy = 0;
    unrolled<kTerms - 1>([&](auto i) {
        const auto coefficient = static_cast<float>(block[i + 1]);
        energy += coefficient * coefficient * weights.masking[i + 1];
    });
    return masking_of(energy, texture);
}

// ---- errors

/// The term of two coefficients that differ by `difference`; what lies below `threshold` is not seen.
VMAF_HD constexpr float error_term(int32_t difference, float threshold, float sensitivity) {
    const auto error = static_cast<float>(difference < 0 ? -difference : difference);
    const float seen = (error < threshold ? 0 : error - threshold) * sensitivity;
    return seen * seen;
}

}  // namespace vmaf::psnr_hvs
