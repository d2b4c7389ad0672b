// butteraugli: the arithmetic at its edges, the blurs, and the scorer. Values of libjxl are in testdata/golden.
#include "metric/butteraugli/butteraugli.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using namespace butteraugli;
using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::TestPicture;

TEST(ButteraugliMath, BandsAreBentWithoutAStep) {
    static_assert(zeroed_near_zero(0.25f, 0.25f) == 0 && zeroed_near_zero(-0.75f, 0.25f) == -0.5f);
    static_assert(doubled_near_zero(0.25f, 0.25f) == 0.5f && doubled_near_zero(-1, 0.25f) == -1.25f);
    static_assert(bent(2, 2) == 2 && bent(-2, 2) == -2 && bent(1, 2) == 1);
    static_assert(bent(3, 2) == 2 + kBend && bent(-3, 2) == -bent(3, 2));
}

TEST(ButteraugliMath, Log2IsExactAtOneAndCloseElsewhere) {
    for (float x = 11; x < 20000; x *= 1.01f) EXPECT_NEAR(log2_near(x), std::log2(x), 5e-6) << x;
}

TEST(ButteraugliMath, DifferencesChangeTheirSignWithBothSamples) {
    constexpr PairWeights weights{3, 2, 5};
    for (const float a : {0.f, 0.5f, 2.f})
        for (const float b : {-3.f, 0.f, 0.3f, 1.f, 2.05f, 4.f}) {
            EXPECT_EQ(pair_difference(-a, -b, weights), -pair_difference(a, b, weights)) << a << " " << b;
            EXPECT_EQ(uneven_difference(-a, -b, 7), uneven_difference(a, b, 7)) << a << " " << b;
            EXPECT_EQ(pair_difference(a, a, weights), 0);
        }
    EXPECT_FLOAT_EQ(pair_difference(2, 1, weights), (3 * 1.f + 2 * 0.1f) / 6.5f);
    EXPECT_FLOAT_EQ(pair_difference(2, 3, weights), (3 * -1.f + 2 * -0.9f) / 7.5f);
    EXPECT_FLOAT_EQ(uneven_difference(2, 3, 7), 7 * (1 + 1.f));
}

/// What lines see of a single 1 at (x, y), up to 4 from the place.
template <class Lines>
float seen(Lines lines, int x, int y) {
    return lines([&](int right, int down) -> float { return right == x && down == y; });
}

TEST(ButteraugliLines, MeetInThePlaceAndAreSymmetric) {
    const auto sparse = [](auto at) { return sparse_lines(at); };
    const auto dense = [](auto at) { return dense_lines(at); };
    EXPECT_EQ(seen(sparse, 0, 0), 16);
    EXPECT_EQ(seen(dense, 0, 0), 16);
    float sparse_places = 0, dense_places = 0;
    for (int y = -kLineReach; y <= kLineReach; y++)
        for (int x = -kLineReach; x <= kLineReach; x++) {
            for (const auto& [a, b] : {std::pair{-x, -y}, {y, x}, {-x, y}}) {
                EXPECT_EQ(seen(sparse, x, y), seen(sparse, a, b)) << x << " " << y;
                EXPECT_EQ(seen(dense, x, y), seen(dense, a, b)) << x << " " << y;
            }
            sparse_places += seen(sparse, x, y);
            dense_places += seen(dense, x, y);
        }
    EXPECT_EQ(sparse_places, 16 * 5);
    EXPECT_EQ(dense_places, 10 * 9 + 6 * 7);
}

TEST(ButteraugliLeast, AreTheThreeSmallest) {
    Least least(2);
    EXPECT_FLOAT_EQ(least.activity(), 0.45f * 2 + 0.3f * 4 + 0.25f * 4);
    for (const float sample : {9.f, 1.f, 3.f, 5.f, 2.5f}) least.see(sample);
    EXPECT_FLOAT_EQ(least.activity(), 0.45f * 1 + 0.3f * 2 + 0.25f * 2.5f);
}

TEST(ButteraugliBlur, TapsAddUpToOneAtEdgesToo) {
    for (const BlurName name : {kSmooth, kUltra, kMask, kHigh, kLow}) {
        const Blur blur = make_blur(name);
        float sum = blur.tap[0];
        for (int j = 1; j <= kReach[name]; j++) sum += 2 * blur.tap[j];
        EXPECT_NEAR(sum, 1, 1e-6);
        for (const int n : {1, 5, 40})
            for (int i = 0; i < std::min(n, kReach[name]); i++)
                EXPECT_NEAR(blurred(blur, Edge(blur, kReach[name], i, n), [](int) { return 1.f; }), 1, 1e-6);
    }
}

TEST(Butteraugli, IdenticalPicturesScoreZero) {
    const TestPicture picture({VMAF_PIX_FMT_YUV420P, 10, 37, 23}, Pattern::kNoise);
    const auto scores = run_metric(kButteraugli, {}, {{0, picture, picture}});
    EXPECT_EQ(scores.at("butteraugli", 0), 0);
    EXPECT_EQ(scores.at("butteraugli_3norm", 0), 0);
}

TEST(Butteraugli, BrighterWhiteShowsMore) {
    const auto frames = make_frames({VMAF_PIX_FMT_YUV444P, 8, 32, 24}, 1, Pattern::kTexture, Pattern::kNoise);
    const auto dim = run_metric(kButteraugli, {}, frames),
               bright = run_metric(kButteraugli, {{"intensity_target", "250"}}, frames);
    EXPECT_LT(dim.at("butteraugli_3norm", 0), bright.at("butteraugli_3norm", 0));
    EXPECT_LT(dim.at("butteraugli_3norm", 0), dim.at("butteraugli", 0));
}

TEST(Butteraugli, RefusesTinyPictures) {
    const OptionValues options(kButteraugli.options, {});
    EXPECT_NO_THROW(kButteraugli.check(options, {VMAF_PIX_FMT_YUV420P, 8, 8, 8}));
    EXPECT_THROW(kButteraugli.check(options, {VMAF_PIX_FMT_YUV420P, 8, 7, 8}), Error);
    EXPECT_THROW(kButteraugli.check(options, {VMAF_PIX_FMT_YUV420P, 8, 8, 7}), Error);
}

}  // namespace
}  // namespace vmaf
