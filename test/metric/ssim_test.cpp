// float_ssim against recorded values of libvmaf 3.2.0 (commit f85a8536, --cpumask 63), and its behaviour at the edges.
#include "metric/ssim/ssim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

struct Recorded {
    PictureFormat format;
    Pattern ref, dis;
    OptionStrings options;
    std::vector<double> ssim, luminance, contrast, structure;
};

class SsimRecorded : public ::testing::TestWithParam<Recorded> {};

TEST_P(SsimRecorded, EqualsTheReferenceToTheLastBit) {
    const Recorded& expected = GetParam();
    OptionStrings options = expected.options;
    options["enable_lcs"] = "true";
    const auto frames =
        make_frames(expected.format, static_cast<unsigned>(expected.ssim.size()), expected.ref, expected.dis);
    const Scores scores = run_metric(kFloatSsim, options, frames);
    for (unsigned i = 0; i < frames.size(); i++) {
        EXPECT_EQ(scores.at("float_ssim", i), expected.ssim[i]) << i;
        EXPECT_EQ(scores.at("float_ssim_l", i), expected.luminance[i]) << i;
        EXPECT_EQ(scores.at("float_ssim_c", i), expected.contrast[i]) << i;
        EXPECT_EQ(scores.at("float_ssim_s", i), expected.structure[i]) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Sequences, SsimRecorded,
                         ::testing::Values(Recorded{{VMAF_PIX_FMT_YUV420P, 8, 45, 38},
                                                    Pattern::kTexture,
                                                    Pattern::kNoise,
                                                    {},
                                                    {0.016362493857741356, 0.00071562669472768903},
                                                    {0.87452918291091919, 0.86864012479782104},
                                                    {0.67831110954284668, 0.66957181692123413},
                                                    {0.03952677920460701, 0.0066657429561018944}},
                                           Recorded{{VMAF_PIX_FMT_YUV400P, 10, 47, 61},
                                                    Pattern::kTexture,
                                                    Pattern::kTexture,
                                                    {{"scale", "3"}},
                                                    {0.95089942216873169, 0.95018631219863892},
                                                    {0.99871492385864258, 0.99864280223846436},
                                                    {0.99959355592727661, 0.9996495246887207},
                                                    {0.95251500606536865, 0.95181816816329956}},
                                           Recorded{{VMAF_PIX_FMT_YUV444P, 16, 90, 83},
                                                    Pattern::kNoise,
                                                    Pattern::kTexture,
                                                    {{"scale", "7"}},
                                                    {0.0042993929237127304, 0.055406935513019562},
                                                    {0.99496114253997803, 0.99586039781570435},
                                                    {0.41741293668746948, 0.3923269510269165},
                                                    {0.010452855378389359, 0.14153806865215302}},
                                           Recorded{{VMAF_PIX_FMT_YUV422P, 12, 401, 390},
                                                    Pattern::kTexture,
                                                    Pattern::kNoise,
                                                    {},
                                                    {0.012815210036933422, 0.012608502060174942},
                                                    {0.94115889072418213, 0.94135969877243042},
                                                    {0.96274417638778687, 0.96265560388565063},
                                                    {0.0136947026476264, 0.013275684788823128}},
                                           Recorded{{VMAF_PIX_FMT_YUV422P, 12, 29, 31},
                                                    Pattern::kTexture,
                                                    Pattern::kTexture,
                                                    {{"enable_db", "true"}, {"clip_db", "true"}},
                                                    {7.1772699607192534, 7.0441417866020739},
                                                    {0.98548299074172974, 0.98599123954772949},
                                                    {0.99313127994537354, 0.9930761456489563},
                                                    {0.82618969678878784, 0.81950724124908447}},
                                           Recorded{{VMAF_PIX_FMT_YUV420P, 8, 24, 16},
                                                    Pattern::kRamp,
                                                    Pattern::kRamp,
                                                    {},
                                                    {0.70351874828338623},
                                                    {0.70338195562362671},
                                                    {0.99999988079071045},
                                                    {1.0001944303512573}}));

ssim::Geometry geometry(unsigned w, unsigned h, const OptionStrings& options = {}) {
    return {OptionValues(kFloatSsim.options, options), {VMAF_PIX_FMT_YUV400P, 8, w, h}};
}

TEST(Ssim, ScaleFollowsTheSmallerSide) {
    EXPECT_EQ(geometry(1, 1).scale, 1);
    EXPECT_EQ(geometry(4000, 383).scale, 1);
    EXPECT_EQ(geometry(384, 4000).scale, 2);
    EXPECT_EQ(geometry(1920, 1080).scale, 4);
    EXPECT_EQ(geometry(7680, 4320).scale, 17);
    EXPECT_EQ(geometry(7680, 4320, {{"scale", "1"}}).scale, 1);
}

TEST(Ssim, OddSidesKeepOneMoreSample) {
    const ssim::Geometry even = geometry(96, 60, {{"scale", "4"}}), odd = geometry(97, 63, {{"scale", "4"}});
    EXPECT_EQ(even.x.decimated, 24);
    EXPECT_EQ(even.y.decimated, 15);
    EXPECT_EQ(odd.x.decimated, 25);
    EXPECT_EQ(odd.y.decimated, 16);
    EXPECT_EQ(odd.y.positions, 6);
    EXPECT_EQ(geometry(97, 63, {{"scale", "1"}}).x.decimated, 97);
}

TEST(Ssim, PicturesBelowTheWindowAreExtended) {
    for (const unsigned bpc : {8u, 11u, 16u})
        for (unsigned w = 1; w <= 13; w += 2)
            for (unsigned h = 1; h <= 13; h += 3)
                for (const char* scale : {"0", "2", "10"}) {
                    const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, w, h};
                    const TestPicture texture(format, Pattern::kTexture, 1), zero(format, Pattern::kZero);
                    const OptionStrings options = {{"scale", scale}};
                    const double same = run_metric(kFloatSsim, options, {{0, texture, texture}}).at("float_ssim", 0);
                    const double other = run_metric(kFloatSsim, options, {{0, texture, zero}}).at("float_ssim", 0);
                    EXPECT_NEAR(same, 1, 1e-6) << w << 'x' << h;
                    EXPECT_LT(other, 0.5) << w << 'x' << h;
                }
}

/// A plane narrower than the window scores as the plane that its reflection makes of it.
TEST(Ssim, ExtensionIsReflectionAboutTheOuterFaces) {
    const PictureFormat narrow{VMAF_PIX_FMT_YUV400P, 8, 8, 11}, full{VMAF_PIX_FMT_YUV400P, 8, 11, 11};
    TestPicture ref[] = {TestPicture(narrow), TestPicture(full)}, dis[] = {TestPicture(narrow), TestPicture(full)};
    const int source[] = {0, 0, 1, 2, 3, 4, 5, 6, 7, 7, 6};  // one sample before, two behind
    for (unsigned y = 0; y < 11; y++)
        for (unsigned x = 0; x < 11; x++) {
            const unsigned r = test::hash(y * 16 + source[x]) % 256, d = test::hash(1000 + y * 16 + source[x]) % 256;
            ref[1].set(0, x, y, r);
            dis[1].set(0, x, y, d);
            if (x >= 1 && x <= 8) {
                ref[0].set(0, x - 1, y, r);
                dis[0].set(0, x - 1, y, d);
            }
        }
    EXPECT_EQ(run_metric(kFloatSsim, {}, {{0, ref[0], dis[0]}}).at("float_ssim", 0),
              run_metric(kFloatSsim, {}, {{0, ref[1], dis[1]}}).at("float_ssim", 0));
}

TEST(Ssim, DecibelsAreCappedOnlyOnRequest) {
    const TestPicture black({VMAF_PIX_FMT_YUV400P, 10, 64, 32}, Pattern::kZero);
    const std::vector<test::TestFrame> frames = {{0, black, black}};
    EXPECT_EQ(run_metric(kFloatSsim, {}, frames).at("float_ssim", 0), 1);
    EXPECT_EQ(run_metric(kFloatSsim, {{"enable_db", "true"}}, frames).at("float_ssim", 0),
              std::numeric_limits<double>::infinity());
    EXPECT_EQ(run_metric(kFloatSsim, {{"enable_db", "true"}, {"clip_db", "true"}}, frames).at("float_ssim", 0),
              std::ceil(10 * std::log10(1023. * 1023 * 64 * 32 / 0.5)));
    EXPECT_EQ(run_metric(kFloatSsim, {{"clip_db", "true"}}, frames).at("float_ssim", 0), 1);
}

TEST(Ssim, OnlyTheScaleSplitsAPass) {
    const OptionValues base(kFloatSsim.options, {});
    for (const char* name : {"enable_lcs", "enable_db", "clip_db"})
        EXPECT_TRUE(base.shares_pass(OptionValues(kFloatSsim.options, {{name, "true"}}))) << name;
    EXPECT_FALSE(base.shares_pass(OptionValues(kFloatSsim.options, {{"scale", "1"}})));
}

TEST(SsimMath, TheWindowIsSymmetricAndNearlyNormalised) {
    double sum = 0;
    for (int u = 0; u < ssim::kTaps; u++) {
        sum += ssim::tap(u);
        EXPECT_EQ(ssim::tap(u), ssim::tap(ssim::kTaps - 1 - u));
    }
    EXPECT_NEAR(sum, 1.000002, 1e-7);  // six decimals each
}

}  // namespace
}  // namespace vmaf
