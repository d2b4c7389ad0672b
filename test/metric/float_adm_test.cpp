// float_adm: the arithmetic at its edges, options, the scorer. Recorded values are in test/golden.
#include "metric/adm/float_adm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "support/pictures.h"

namespace vmaf {
namespace {

using float_adm::Power;
using test::make_frames;
using test::Pattern;
using test::run_metric;

constexpr PictureFormat kSmall{VMAF_PIX_FMT_YUV400P, 8, 80, 64};

TEST(FloatAdmWavelet, ConstantsHaveNoDetail) {
    EXPECT_NEAR(float_adm::high_pass(100, 100, 100, 100), 0, 1e-4);
    EXPECT_NEAR(float_adm::low_pass(100, 100, 100, 100), 100 * std::numbers::sqrt2, 1e-4);
}

TEST(FloatAdmDecoupling, RestoresBetweenNothingAndAll) {
    EXPECT_EQ(float_adm::restored(8, 4), 4);
    EXPECT_EQ(float_adm::restored(8, 20), 8);
    EXPECT_EQ(float_adm::restored(8, -4), 0);
    EXPECT_EQ(float_adm::restored(0, 4), 0);
    EXPECT_EQ(float_adm::restored(0, 0), 0);
}

TEST(FloatAdmDecoupling, EnhancementCountsUpToTheLimit) {
    EXPECT_EQ(float_adm::enhanced(8, 20, 2), 16);
    EXPECT_EQ(float_adm::enhanced(8, 20, 100), 20);
    EXPECT_EQ(float_adm::enhanced(-8, -20, 2), -16);
    EXPECT_EQ(float_adm::enhanced(0, 20, 100), 0);
}

TEST(FloatAdmDecoupling, AlignedIsWithinOneDegree) {
    const auto turned = [](double degrees) {
        const double angle = degrees * std::numbers::pi / 180;
        const float o[] = {10, 0, 0};
        const float t[] = {static_cast<float>(30 * std::cos(angle)), static_cast<float>(30 * std::sin(angle)), 5};
        return float_adm::aligned(o, t);
    };
    EXPECT_TRUE(turned(0.99));
    EXPECT_TRUE(turned(-0.99));
    EXPECT_FALSE(turned(1.01));
    EXPECT_FALSE(turned(180));
    const double cosine = std::cos(std::numbers::pi / 180);
    EXPECT_EQ(float_adm::kAlignment, static_cast<float>(cosine * cosine));
}

TEST(FloatAdmPower, AgreesWithTheLibrarys) {
    EXPECT_EQ(Power{3}(1.5f), 1.5f * 1.5f * 1.5f);
    for (float p : {1.f, 2.f, 2.5f, 20.f}) {
        EXPECT_EQ(Power{p}(0), 0);
        for (float x = 1e-3f; x < 1e3f; x *= 1.7f) {
            const double expected = std::pow(static_cast<double>(x), static_cast<double>(p));
            if (expected > 1e38 || expected < 1e-37) continue;
            EXPECT_NEAR(static_cast<double>(Power{p}(x)) / expected, 1, 1e-7) << x << "^" << p;
        }
    }
    EXPECT_EQ(Power{20}(1e6f), std::numeric_limits<float>::infinity());
}

TEST(FloatAdm, EqualPicturesLoseAndAddNothing) {
    const test::TestPicture picture(kSmall, Pattern::kTexture);
    const auto scores = run_metric(kFloatAdm, {}, {{0, picture, picture}});
    EXPECT_NEAR(scores.at("VMAF_feature_adm2_score", 0), 1, 1e-6);
    EXPECT_EQ(scores.at("VMAF_feature_aim_score", 0), 0);
}

TEST(FloatAdm, AFlatReferenceWithoutNoiseIsPerfect) {
    const test::TestPicture picture(kSmall, Pattern::kZero);
    const auto scores = run_metric(kFloatAdm, {{"adm_noise_weight", "0"}}, {{0, picture, picture}});
    EXPECT_EQ(scores.at("VMAF_feature_adm2_score", 0), 1);
    EXPECT_EQ(scores.at("VMAF_feature_aim_score", 0), 0);
}

TEST(FloatAdm, ASkippedScaleHasNoPart) {
    const auto frames = make_frames(kSmall, 1, Pattern::kTexture, Pattern::kNoise);
    const auto scores = run_metric(kFloatAdm, {{"debug", "true"}, {"adm_skip_scale0", "true"}}, frames);
    EXPECT_EQ(scores.at("adm_num_scale0", 0), 0);
    EXPECT_EQ(scores.at("adm_den_scale0", 0), static_cast<double>(1e-10f));
    EXPECT_EQ(scores.at("adm", 0), scores.at("VMAF_feature_adm2_score", 0));
    EXPECT_EQ(scores.at("adm", 0), scores.at("adm_num", 0) / scores.at("adm_den", 0));
}

TEST(FloatAdm, Adm3IsOneOfTwoMeans) {
    const auto frames = make_frames(kSmall, 1, Pattern::kTexture, Pattern::kNoise);
    const auto plain = run_metric(kFloatAdm, {{"adm_dlm_weight", "0.7"}}, frames);
    const auto harmonic = run_metric(kFloatAdm, {{"adm_adm3_apply_hm", "true"}}, frames);
    const double adm2 = plain.at("VMAF_feature_adm2_score", 0), aim = plain.at("VMAF_feature_aim_score", 0);
    EXPECT_EQ(plain.at("VMAF_feature_adm3_score", 0), adm2 * 0.7 + (1 - aim) * (1 - 0.7));
    EXPECT_EQ(harmonic.at("VMAF_feature_adm3_score", 0), 2 * adm2 * aim / (adm2 + aim));
}

TEST(FloatAdm, GivenWeightsReplaceTheSensitivity) {
    const OptionValues options(kFloatAdm.options, {{"adm_f1s2", "0.25"}, {"adm_f2s0", "0"}});
    const float_adm::Plan plan(options, kSmall), plain(OptionValues(kFloatAdm.options, {}), kSmall);
    EXPECT_EQ(plan.scale[2].weight[float_adm::kHorizontal], 0.25f);
    EXPECT_EQ(plan.scale[2].weight[float_adm::kVertical], 0.25f);
    EXPECT_EQ(plan.scale[2].weight[float_adm::kDiagonal], plain.scale[2].weight[float_adm::kDiagonal]);
    EXPECT_EQ(plan.scale[0].weight[float_adm::kDiagonal], 0);
}

TEST(FloatAdm, TheSmallestPicturesHaveScores) {
    for (unsigned w : {1u, 2u, 5u, 17u}) {
        const auto frames = make_frames({VMAF_PIX_FMT_YUV400P, 8, w, 3}, 1, Pattern::kTexture, Pattern::kNoise);
        EXPECT_TRUE(std::isfinite(run_metric(kFloatAdm, {}, frames).at("VMAF_feature_adm2_score", 0))) << w;
    }
}

}  // namespace
}  // namespace vmaf
