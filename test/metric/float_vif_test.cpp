// float_vif: the logarithm, what a window says, sizes and options at their edges, the scorer. Recorded values are in test/golden.
#include "metric/vif/float_vif.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using float_vif::Channel;
using float_vif::Noise;
using test::make_frames;
using test::Pattern;
using test::run_metric;

constexpr PictureFormat kSmall{VMAF_PIX_FMT_YUV400P, 8, 48, 40};

TEST(FloatVifLogarithm, IsExactForPowersOfTwoAndCloseBetween) {
    for (int e = 0; e < 128; e++)
        EXPECT_EQ(float_vif::approximate_logarithm(std::ldexp(1.f, e)), static_cast<float>(e));
    for (float x = 1; x < 1e6f; x *= 1.001f) EXPECT_NEAR(float_vif::approximate_logarithm(x), std::log2(x), 3e-6) << x;
}

TEST(FloatVifLogarithm, TakesInfinityAndEveryNanAlike) {
    EXPECT_EQ(float_vif::approximate_logarithm(std::numeric_limits<float>::infinity()), 128);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float expected = 127 + float_vif::approximate_logarithm(3.f);  // the NaN's significand is 1.5
    EXPECT_EQ(float_vif::approximate_logarithm(nan), expected);
    EXPECT_EQ(float_vif::approximate_logarithm(-nan), expected);
    EXPECT_EQ(float_vif::approximate_logarithm(std::bit_cast<float>(0x7fffffffu)), expected);
}

TEST(FloatVifChannel, IgnoresVarianceThatIsNone) {
    const Channel flat_ref = float_vif::channel({0, 0, 0, 50, 0});
    EXPECT_EQ(flat_ref.gain, 0);
    EXPECT_EQ(flat_ref.noise, 50);
    const Channel flat_dis = float_vif::channel({0, 0, 50, 0, 0});
    EXPECT_EQ(flat_dis.gain, 0);
    EXPECT_EQ(flat_dis.noise, float_vif::kEpsilon);
}

TEST(FloatVifChannel, AnInvertedPictureIsAllNoise) {
    const Channel c = float_vif::channel({0, 0, 100, 80, -90});
    EXPECT_EQ(c.gain, 0);
    EXPECT_EQ(c.noise, 80);
    EXPECT_EQ(float_vif::distorted_information(c, Noise(2), 100), 0);
    EXPECT_GT(float_vif::reference_information(c, Noise(2)), 5);
}

TEST(FloatVifChannel, TheNoiseDecidesWhatIsFlat) {
    // 0.3 is no float: the nearest one lies above it, the one below counts as flat.
    const Noise noise(0.3);
    const float below = std::nextafter(0.3f, 0.f);
    EXPECT_FALSE(float_vif::is_flat({.ref_variance = 0.3f}, noise));
    EXPECT_TRUE(float_vif::is_flat({.ref_variance = below}, noise));
    EXPECT_EQ(float_vif::distorted_information({.ref_variance = below, .dis_variance = 10}, noise, 1),
              1 - 10 * noise.distortion_weight);
    // 0.7 lies above its nearest float, which is flat therefore.
    EXPECT_TRUE(float_vif::is_flat({.ref_variance = 0.7f}, Noise(std::nextafter(double{0.7f}, 1.0))));
}

TEST(FloatVif, EqualPicturesScoreOne) {
    const test::TestPicture picture(kSmall, Pattern::kTexture);
    const auto scores = run_metric(kFloatVif, {}, {{0, picture, picture}});
    for (const char* name : {"VMAF_feature_vif_scale0_score", "VMAF_feature_vif_scale3_score"})
        EXPECT_NEAR(scores.at(name, 0), 1, 1e-6);
}

TEST(FloatVif, DetailsAddUpWithoutASkippedScale) {
    const auto frames = make_frames(kSmall, 1, Pattern::kTexture, Pattern::kNoise);
    const auto scores = run_metric(kFloatVif, {{"debug", "true"}, {"vif_skip_scale0", "true"}}, frames);
    EXPECT_EQ(scores.at("VMAF_feature_vif_scale0_score", 0), 0);
    EXPECT_EQ(scores.at("vif_num_scale0", 0), 0);
    EXPECT_EQ(scores.at("vif_den_scale0", 0), -1);
    double num = 0, den = 0;
    for (const char* s : {"1", "2", "3"}) {
        num += scores.at(std::string("vif_num_scale") + s, 0);
        den += scores.at(std::string("vif_den_scale") + s, 0);
    }
    EXPECT_EQ(scores.at("vif_num", 0), num);
    EXPECT_EQ(scores.at("vif_den", 0), den);
    EXPECT_EQ(scores.at("vif", 0), num / den);
}

TEST(FloatVif, ScoresOfTheLowerScalesHaveALeastValue) {
    const auto frames = make_frames(kSmall, 1, Pattern::kTexture, Pattern::kNoise);
    const OptionStrings options{{"vif_scale1_min_val", "0.9"}, {"vif_scale3_min_val", "0.95"}};
    const auto plain = run_metric(kFloatVif, {}, frames), bounded = run_metric(kFloatVif, options, frames);
    EXPECT_LT(plain.at("VMAF_feature_vif_scale1_score", 0), 0.9);
    EXPECT_EQ(bounded.at("VMAF_feature_vif_scale0_score", 0), plain.at("VMAF_feature_vif_scale0_score", 0));
    EXPECT_EQ(bounded.at("VMAF_feature_vif_scale1_score", 0), 0.9);
    EXPECT_EQ(bounded.at("VMAF_feature_vif_scale2_score", 0), plain.at("VMAF_feature_vif_scale2_score", 0));
    EXPECT_EQ(bounded.at("VMAF_feature_vif_scale3_score", 0), 0.95);
}

TEST(FloatVif, AScaleWithoutSamplesScoresOne) {
    const auto frames = make_frames({VMAF_PIX_FMT_YUV400P, 8, 5, 9}, 1, Pattern::kTexture, Pattern::kNoise);
    const auto scores = run_metric(kFloatVif, {{"debug", "true"}}, frames);
    EXPECT_EQ(scores.at("VMAF_feature_vif_scale3_score", 0), 1);
    EXPECT_EQ(scores.at("vif_den_scale3", 0), 0);
    EXPECT_NE(scores.at("VMAF_feature_vif_scale2_score", 0), 1);
}

/// The message with which the options are refused, or "".
std::string refusal(const OptionStrings& strings, const PictureFormat& format) {
    try {
        kFloatVif.check(OptionValues(kFloatVif.options, strings), format);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(FloatVif, RefusesWhatLeavesNothingAndUnknownKernels) {
    EXPECT_EQ(refusal({}, {VMAF_PIX_FMT_YUV400P, 8, 1, 1}), "");
    EXPECT_NE(refusal({{"vif_prescale", "0.2"}}, {VMAF_PIX_FMT_YUV400P, 8, 2, 100}).find("leaves 0x20 samples"),
              std::string::npos);
    EXPECT_NE(refusal({{"vif_kernelscale", "0.9"}}, kSmall).find("vif_kernelscale 0.9 is none of 1, 0.5"),
              std::string::npos);
    EXPECT_EQ(refusal({{"vif_kernelscale", "0.6667"}}, kSmall), "");
}

TEST(FloatVif, FiltersGrowWithTheKernelScale) {
    const auto taps = [](const char* scale) {
        const OptionValues options(kFloatVif.options, {{"vif_kernelscale", scale}});
        const float_vif::Plan plan(Variants(&options, 1), kSmall);
        return std::vector<size_t>{plan.filter[0].size(), plan.filter[1].size(), plan.filter[2].size(),
                                   plan.filter[3].size()};
    };
    EXPECT_EQ(taps("1"), (std::vector<size_t>{17, 9, 5, 3}));
    EXPECT_EQ(taps("0.5"), (std::vector<size_t>{9, 5, 3, 3}));
    EXPECT_EQ(taps("3.7113"), (std::vector<size_t>{65, 35, 19, 13}));
    EXPECT_LE(taps("3.7122")[0], static_cast<size_t>(float_vif::kMostTaps));
}

}  // namespace
}  // namespace vmaf
