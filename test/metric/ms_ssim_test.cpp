// float_ms_ssim against recorded values of libvmaf 3.2.0 (commit f85a8536, --cpumask 63), and its behaviour at the edges.
#include "metric/ssim/ms_ssim.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

/// A frame of sides that are odd at some scale.
struct Recorded {
    PictureFormat format;
    Pattern ref, dis;
    double score;
    double factors[ssim::kFactors][ms_ssim::kScales];
};

class MsSsimRecorded : public ::testing::TestWithParam<Recorded> {};

TEST_P(MsSsimRecorded, EqualsTheReferenceToTheLastBit) {
    const Recorded& expected = GetParam();
    const Scores scores =
        run_metric(kFloatMsSsim, {{"enable_lcs", "true"}}, make_frames(expected.format, 1, expected.ref, expected.dis));
    const double score = scores.at("float_ms_ssim", 0);
    if (std::isnan(expected.score))
        EXPECT_TRUE(std::isnan(score)) << score;
    else
        EXPECT_EQ(score, expected.score);
    for (int term = 0; term < ssim::kFactors; term++)
        for (int s = 0; s < ms_ssim::kScales; s++) {
            const std::string name = std::string("float_ms_ssim_") + "lcs"[term] + "_scale" + std::to_string(s);
            EXPECT_EQ(scores.at(name, 0), expected.factors[term][s]) << name;
        }
}

INSTANTIATE_TEST_SUITE_P(
    Frames, MsSsimRecorded,
    ::testing::Values(
        Recorded{
            {VMAF_PIX_FMT_YUV420P, 8, 177, 191},
            Pattern::kTexture,
            Pattern::kNoise,
            0.013122488112525806,
            {{0.87400329113006592, 0.93886244297027588, 0.99188315868377686, 0.99497997760772705, 0.99517828226089478},
             {0.68268978595733643, 0.970683753490448, 0.59685784578323364, 0.37038910388946533, 0.76297843456268311},
             {0.010909904725849628, 0.012110042385756969, 0.016131538897752762, 0.011749313212931156,
              0.37717711925506592}}},
        Recorded{
            {VMAF_PIX_FMT_YUV444P, 10, 208, 176},
            Pattern::kTexture,
            Pattern::kTexture,
            0.94222275199450745,
            {{0.98601537942886353, 0.99509197473526001, 0.99975544214248657, 0.99999767541885376, 0.99999898672103882},
             {0.99255716800689697, 0.99716722965240479, 0.9999387264251709, 0.99999135732650757, 0.99997246265411377},
             {0.82071173191070557, 0.93530583381652832, 0.95339494943618774, 0.95673197507858276,
              0.95873957872390747}}},
        Recorded{
            {VMAF_PIX_FMT_YUV422P, 16, 201, 333},
            Pattern::kNoise,
            Pattern::kTexture,
            0.014182863470135101,
            {{0.87869763374328613, 0.94195026159286499, 0.99323469400405884, 0.99625808000564575, 0.99611359834671021},
             {0.6841161847114563, 0.96945744752883911, 0.59861701726913452, 0.34868371486663818, 0.67453587055206299},
             {0.013167804107069969, 0.0076550827361643314, 0.018131131306290627, 0.030333526432514191,
              0.30351993441581726}}},
        // Mean structures below 0 have no such powers.
        Recorded{
            {VMAF_PIX_FMT_YUV400P, 12, 180, 179},
            Pattern::kRamp,
            Pattern::kRamp,
            std::numeric_limits<double>::quiet_NaN(),
            {{0.64318281412124634, 0.72132861614227295, 0.84787410497665405, 0.98389351367950439, 0.99999845027923584},
             {0.75704687833786011, 0.7145850658416748, 0.83703207969665527, 0.98920577764511108, 0.99999970197677612},
             {0.4901726245880127, 0.069759078323841095, -0.34840878844261169, -0.52976357936859131,
              -0.70531773567199707}}},
        Recorded{{VMAF_PIX_FMT_YUV400P, 8, 176, 176},
                 Pattern::kChecker,
                 Pattern::kInverseChecker,
                 std::numeric_limits<double>::quiet_NaN(),
                 {{1, 1.0000001192092896, 0.99999994039535522, 1, 1.0000001192092896},
                  {1, 1, 1, 1, 1},
                  {-0.99641424417495728, 1, 1, 1, 1}}}));

/// Samples of 8 bits, shifted up, keep their values.
TEST(MsSsim, OddDepthsAreThoseBetween) {
    const PictureFormat eight{VMAF_PIX_FMT_YUV400P, 8, 181, 176};
    const TestPicture ref(eight, Pattern::kTexture, 1), dis(eight, Pattern::kTexture, 2);
    const double expected = run_metric(kFloatMsSsim, {}, {{0, ref, dis}}).at("float_ms_ssim", 0);
    for (const unsigned bpc : {9u, 11u, 14u, 15u}) {
        const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, eight.w, eight.h};
        TestPicture lifted[2] = {TestPicture(format), TestPicture(format)};
        for (unsigned y = 0; y < format.h; y++)
            for (unsigned x = 0; x < format.w; x++)
                for (unsigned i : {0u, 1u})
                    lifted[i].set(0, x, y, test::pattern_sample(Pattern::kTexture, 8, 0, x, y, i + 1) << (bpc - 8));
        EXPECT_EQ(run_metric(kFloatMsSsim, {}, {{0, lifted[0], lifted[1]}}).at("float_ms_ssim", 0), expected) << bpc;
    }
}

TEST(MsSsim, TooSmallPicturesAreRefused) {
    const OptionValues options(kFloatMsSsim.options, {});
    for (const auto& [w, h] : {std::pair{175u, 176u}, {176u, 175u}, {1u, 1u}, {1920u, 100u}}) try {
            kFloatMsSsim.check(options, {VMAF_PIX_FMT_YUV420P, 8, w, h});
            ADD_FAILURE() << w << 'x' << h;
        } catch (const Error& error) {
            const std::string text = error.what();
            EXPECT_NE(text.find(std::to_string(w) + "x" + std::to_string(h)), std::string::npos) << text;
            EXPECT_NE(text.find("176x176"), std::string::npos) << text;
        }
    EXPECT_NO_THROW(kFloatMsSsim.check(options, {VMAF_PIX_FMT_YUV420P, 8, 176, 176}));
}

TEST(MsSsim, OddSidesKeepOneMoreSample) {
    const ms_ssim::Scales scales({VMAF_PIX_FMT_YUV420P, 8, 1921, 1080});
    const int w[] = {1921, 961, 481, 241, 121}, h[] = {1080, 540, 270, 135, 68};
    for (int s = 0; s < ms_ssim::kScales; s++) {
        EXPECT_EQ(scales.x[s].decimated, w[s]);
        EXPECT_EQ(scales.y[s].decimated, h[s]);
        EXPECT_EQ(scales.y[s].positions, h[s] - 10);
    }
}

TEST(MsSsim, DecibelsAreCappedOnlyOnRequest) {
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 10, 200, 180};
    const TestPicture black(format, Pattern::kZero), one(format, Pattern::kChecker),
        other(format, Pattern::kInverseChecker);
    const std::vector<test::TestFrame> same = {{0, black, black}}, inverse = {{0, one, other}};
    const double cap = std::ceil(10 * std::log10(1023. * 1023 * 200 * 180 / 0.5));
    EXPECT_EQ(run_metric(kFloatMsSsim, {}, same).at("float_ms_ssim", 0), 1);
    EXPECT_EQ(run_metric(kFloatMsSsim, {{"enable_db", "true"}}, same).at("float_ms_ssim", 0),
              std::numeric_limits<double>::infinity());
    const OptionStrings capped = {{"enable_db", "true"}, {"clip_db", "true"}};
    EXPECT_EQ(run_metric(kFloatMsSsim, capped, same).at("float_ms_ssim", 0), cap);
    EXPECT_EQ(run_metric(kFloatMsSsim, capped, inverse).at("float_ms_ssim", 0), cap);  // for NaN
    EXPECT_EQ(run_metric(kFloatMsSsim, {{"clip_db", "true"}}, same).at("float_ms_ssim", 0), 1);
}

TEST(MsSsim, FactorsComeOnRequest) {
    const auto frames = make_frames({VMAF_PIX_FMT_YUV400P, 8, 176, 176}, 1, Pattern::kTexture, Pattern::kTexture);
    EXPECT_EQ(run_metric(kFloatMsSsim, {}, frames).size(), 1u);
    EXPECT_EQ(run_metric(kFloatMsSsim, {{"enable_lcs", "true"}}, frames).size(), 16u);
}

TEST(MsSsim, AllOptionsShareAPass) {
    const OptionValues base(kFloatMsSsim.options, {});
    for (const char* name : {"enable_lcs", "enable_db", "clip_db"})
        EXPECT_TRUE(base.shares_pass(OptionValues(kFloatMsSsim.options, {{name, "true"}}))) << name;
}

TEST(MsSsimMath, TheLowPassFilterIsSymmetricAndNearlyNormalised) {
    double sum = 0;
    for (int v = -ms_ssim::kReach; v <= ms_ssim::kReach; v++)
        for (int u = -ms_ssim::kReach; u <= ms_ssim::kReach; u++) {
            sum += ms_ssim::low_pass_tap(v, u);
            EXPECT_EQ(ms_ssim::low_pass_tap(v, u), ms_ssim::low_pass_tap(-v, u));
            EXPECT_EQ(ms_ssim::low_pass_tap(v, u), ms_ssim::low_pass_tap(u, v));
        }
    EXPECT_NEAR(sum, 1.000005, 1e-7);  // six decimals each
}

}  // namespace
}  // namespace vmaf
