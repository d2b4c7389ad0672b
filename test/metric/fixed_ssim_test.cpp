// ssim against values of the code for it that libvmaf 3.2.0 (commit f85a8536) carries, and its behaviour at the edges.
#include <gtest/gtest.h>

#include <cmath>

#include "metric/ssim/fixed_ssim.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::TestPicture;

double score(const TestPicture& ref, const TestPicture& dis) {
    return run_metric(kSsim, {}, {{0, ref, dis}}).at("ssim", 0);
}

struct Recorded {
    PictureFormat format;
    Pattern ref, dis;
    std::vector<double> ssim;
};

class FixedSsimRecorded : public ::testing::TestWithParam<Recorded> {};

TEST_P(FixedSsimRecorded, IsThatOfTheReference) {
    const Recorded& expected = GetParam();
    const auto count = static_cast<unsigned>(expected.ssim.size());
    const auto scores = run_metric(kSsim, {}, make_frames(expected.format, count, expected.ref, expected.dis));
    for (unsigned i = 0; i < count; i++)
        EXPECT_NEAR(scores.at("ssim", i), expected.ssim[i], 1e-11 * std::abs(expected.ssim[i])) << i;
}

INSTANTIATE_TEST_SUITE_P(
    Sequences, FixedSsimRecorded,
    ::testing::Values(
        Recorded{{VMAF_PIX_FMT_YUV420P, 8, 177, 191},
                 Pattern::kTexture,
                 Pattern::kNoise,
                 {0.006740265987486439, 0.008129737581197317}},
        Recorded{{VMAF_PIX_FMT_YUV444P, 10, 208, 176}, Pattern::kTexture, Pattern::kTexture, {0.7989697308387358}},
        Recorded{{VMAF_PIX_FMT_YUV422P, 12, 80, 79},
                 Pattern::kRamp,
                 Pattern::kRamp,
                 {0.36592475840888233, 0.36566289048296247}},
        Recorded{
            {VMAF_PIX_FMT_YUV400P, 8, 176, 176}, Pattern::kChecker, Pattern::kInverseChecker, {-0.9964061179488227}},
        // Smaller than the window.
        Recorded{{VMAF_PIX_FMT_YUV400P, 9, 7, 5},
                 Pattern::kNoise,
                 Pattern::kTexture,
                 {0.039396861636123486, 0.05013498582016286}},
        Recorded{{VMAF_PIX_FMT_YUV400P, 12, 1, 30}, Pattern::kTexture, Pattern::kNoise, {0.04104755098178222}},
        Recorded{{VMAF_PIX_FMT_YUV400P, 8, 1, 1},
                 Pattern::kNoise,
                 Pattern::kNoise,
                 {0.9713291986943462, 0.7033201357944135}}));

/// Integers of 32 bits would overflow from 13 bits on.
TEST(FixedSsim, SixteenBitsOfZeroAndPeakAreThoseOfEight) {
    const auto at = [](unsigned bpc, Pattern ref, Pattern dis) {
        const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, 40, 25};
        return score({format, ref}, {format, dis});
    };
    for (const auto& [ref, dis] : {std::pair{Pattern::kChecker, Pattern::kInverseChecker},
                                   {Pattern::kPeak, Pattern::kChecker},
                                   {Pattern::kPeak, Pattern::kZero}})
        for (unsigned bpc = 9; bpc <= 16; bpc++)
            EXPECT_NEAR(at(bpc, ref, dis), at(8, ref, dis), 1e-11) << bpc << " bits";
}

TEST(FixedSsim, OfAPictureWithItselfIsOne) {
    for (const unsigned bpc : {8u, 10u, 16u})
        for (const Pattern pattern : test::kAllPatterns)
            for (const auto& [w, h] : {std::pair{1u, 1u}, {33u, 17u}}) {
                const TestPicture picture({VMAF_PIX_FMT_YUV400P, bpc, w, h}, pattern, 3);
                EXPECT_EQ(score(picture, picture), 1) << bpc << " bits, " << w << 'x' << h;
            }
}

TEST(FixedSsim, ChromaPlaysNoPart) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 32, 32};
    TestPicture ref(format, Pattern::kTexture, 1), dis(format, Pattern::kTexture, 2);
    const double before = score(ref, dis);
    for (unsigned p : {1u, 2u}) dis.set(p, 3, 4, 7), ref.set(p, 3, 4, 200);
    EXPECT_EQ(score(ref, dis), before);
}

TEST(FixedSsimMath, TheWindowIsTheRoundedGaussian) {
    int sum = 0;
    for (int u = -fixed_ssim::kReach; u <= fixed_ssim::kReach; u++) {
        sum += fixed_ssim::tap(u);
        const double gaussian = std::exp(-u * u / (2 * 1.5 * 1.5)) / (1.5 * std::sqrt(2 * 3.14159265358979323846));
        EXPECT_NEAR(fixed_ssim::tap(u), 256 * gaussian, u == 0 ? 1 : 0.5) << u;  // the centre takes what is left of 256
    }
    EXPECT_EQ(sum, 256);
}

TEST(FixedSsimMath, WeightsEndAtTheEdges) {
    EXPECT_EQ(fixed_ssim::weight(0, 1), 68);
    EXPECT_EQ(fixed_ssim::weight(0, 100), 68 + 55 + 28 + 9 + 2);
    EXPECT_EQ(fixed_ssim::weight(4, 100), 256);
    EXPECT_EQ(fixed_ssim::weight(96, 100), 254);
    EXPECT_EQ(fixed_ssim::weight(99, 100), fixed_ssim::weight(0, 100));
}

}  // namespace
}  // namespace vmaf
