// Motion against recorded values of libvmaf 3.2.0 (commit f85a8536, --cpumask 63), and the properties of its streaming
// scorer.
#include "metric/motion/motion.h"

#include <gtest/gtest.h>

#include <limits>

#include "metric/motion/motion_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestFrame;
using test::TestPicture;

const std::string kSad = "VMAF_integer_feature_motion_sad_score";
const std::string kDebug = "VMAF_integer_feature_motion_score";
const std::string kMotion2 = "VMAF_integer_feature_motion2_score";
const std::string kMotion3 = "VMAF_integer_feature_motion3_score";

const OptionStrings kEveryWeight = {{"motion_blend_factor", "0.5"},
                                    {"motion_blend_offset", "3"},
                                    {"motion_fps_weight", "0.7"},
                                    {"motion_moving_average", "true"},
                                    {"motion_max_val", "30"}};
OptionStrings five_frames(OptionStrings options = {}) {
    options["motion_five_frame_window"] = "true";
    return options;
}

struct Recorded {
    PictureFormat format;
    Pattern ref;
    OptionStrings options;
    std::vector<double> sad, motion2, motion3;
};

class MotionRecorded : public ::testing::TestWithParam<Recorded> {};

TEST_P(MotionRecorded, EqualsTheReferenceToTheLastBit) {
    const Recorded& expected = GetParam();
    const auto frames =
        make_frames(expected.format, static_cast<unsigned>(expected.sad.size()), expected.ref, Pattern::kNoise);
    const Scores scores = run_metric(kMotion, expected.options, frames);
    for (unsigned i = 0; i < frames.size(); i++) {
        EXPECT_EQ(scores.at(kSad, i), expected.sad[i]) << i;
        EXPECT_EQ(scores.at(kMotion2, i), expected.motion2[i]) << i;
        EXPECT_EQ(scores.at(kMotion3, i), expected.motion3[i]) << i;
    }
    EXPECT_EQ(scores.size(), 3 * frames.size());
}

INSTANTIATE_TEST_SUITE_P(
    Sequences, MotionRecorded,
    ::testing::Values(
        Recorded{{VMAF_PIX_FMT_YUV420P, 8, 37, 23},
                 Pattern::kTexture,
                 {},
                 {0, 7.16715169653349, 6.2000082623384252, 7.5206787970035256, 7.4805513733842535},
                 {0, 6.2000082623384252, 6.2000082623384252, 7.4805513733842535, 7.4805513733842535},
                 {7.16715169653349, 6.2000082623384252, 6.2000082623384252, 7.4805513733842535, 7.4805513733842535}},
        Recorded{{VMAF_PIX_FMT_YUV420P, 10, 37, 23},
                 Pattern::kNoise,
                 {},
                 {0, 22.52185847532315, 23.888683350470036, 25.226456925675677, 23.854876615746182},
                 {0, 22.52185847532315, 23.888683350470036, 23.854876615746182, 23.854876615746182},
                 {22.52185847532315, 22.52185847532315, 23.888683350470036, 23.854876615746182, 23.854876615746182}},
        Recorded{{VMAF_PIX_FMT_YUV400P, 16, 3, 5},
                 Pattern::kNoise,
                 {},
                 {0, 37.305989583333336, 42.167187499999997, 11.070572916666666, 21.076302083333335},
                 {0, 37.305989583333336, 11.070572916666666, 11.070572916666666, 21.076302083333335},
                 {37.305989583333336, 37.305989583333336, 11.070572916666666, 11.070572916666666, 21.076302083333335}},
        Recorded{
            {VMAF_PIX_FMT_YUV444P, 9, 20, 14},
            Pattern::kTexture,
            kEveryWeight,
            {0, 5.2274999999999991, 4.7024902343749995, 5.2264550781249994, 4.1322167968749994, 4.9880468750000002},
            {0, 4.7024902343749995, 4.7024902343749995, 4.1322167968749994, 4.1322167968749994, 4.9880468750000002},
            {4.1137499999999996, 3.9824975585937494, 3.8512451171874997, 3.7086767578124995, 3.5661083984374997,
             3.7800659179687499}},
        Recorded{{VMAF_PIX_FMT_YUV444P, 12, 20, 14},
                 Pattern::kTexture,
                 five_frames(kEveryWeight),
                 {0, 0, 9.7067382812500007, 9.8598046874999987, 9.5853417968749994, 10.06396484375},
                 {0, 0, 9.8598046874999987, 9.5853417968749994, 9.8598046874999987, 10.06396484375},
                 {6.3533691406250004, 6.3533691406250004, 6.3916357421874999, 6.3612866210937495, 6.3612866210937495,
                  6.4809423828124997}}));

TEST(Motion, DeliversAFrameAsSoonAsTheNextOneIsScored) {
    const OptionValues options(kMotion.options, {});
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 8, 16, 16};
    const auto scorer = kMotion.make_scorer(options, format);
    Scores scores(kMotion);
    const auto score = [&](unsigned frame, uint64_t sad) {
        const motion::Sums sums{sad * 256 * 256};
        scorer->score(frame, reinterpret_cast<const std::byte*>(&sums), scores);
    };
    score(10, 0);
    EXPECT_EQ(scores.at(kMotion2, 10), 0);
    EXPECT_FALSE(scores.has(kMotion3, 10));
    score(12, 5);
    EXPECT_EQ(scores.at(kMotion3, 10), 5);
    EXPECT_FALSE(scores.has(kMotion2, 12));
    score(13, 3);
    EXPECT_EQ(scores.at(kMotion2, 12), 3);
    EXPECT_EQ(scores.at(kMotion3, 12), 3);
    EXPECT_FALSE(scores.has(kMotion2, 13));
    scorer->flush(scores);
    EXPECT_EQ(scores.at(kMotion2, 13), 3);
    EXPECT_EQ(scores.at(kMotion3, 13), 3);
}

TEST(Motion, FramesWithoutAnEarlierPictureAreMotionless) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 9, 9};
    for (unsigned count = 0; count <= 2; count++) {
        if (count == 0) {
            Scores none(kMotion);
            kMotion.make_scorer(OptionValues(kMotion.options, {}), format)->flush(none);
            EXPECT_EQ(none.size(), 0u);
            continue;
        }
        const Scores scores =
            run_metric(kMotion, five_frames(), make_frames(format, count, Pattern::kNoise, Pattern::kNoise));
        for (unsigned i = 0; i < count; i++)
            for (const std::string& name : {kSad, kMotion2, kMotion3}) EXPECT_EQ(scores.at(name, i), 0) << name << i;
    }
}

TEST(Motion, ForceZeroAsksForNoPicture) {
    const OptionStrings strings = {{"motion_force_zero", "true"}, {"debug", "true"}};
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 10, 8, 8};
    EXPECT_EQ(kMotion.needs(OptionValues(kMotion.options, strings), format), kEveryFrame | kNoNeeds);
    const Scores scores = run_metric(kMotion, strings, make_frames(format, 4, Pattern::kNoise, Pattern::kNoise));
    EXPECT_EQ(scores.size(), 16u);
    for (unsigned i = 0; i < 4; i++)
        for (const std::string& name : {kSad, kDebug, kMotion2, kMotion3}) EXPECT_EQ(scores.at(name, i), 0);
}

TEST(Motion, AUniformStepIsItsOwnHeightAtEverySize) {
    for (const unsigned bpc : {8u, 9u, 13u, 16u})
        for (unsigned w = 1; w <= 7; w++)
            for (unsigned h = 1; h <= 7; h++) {
                const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, w, h};
                const TestPicture zero(format, Pattern::kZero), peak(format, Pattern::kPeak);
                const Scores scores = run_metric(kMotion, {}, {{0, zero, zero}, {1, peak, zero}, {2, zero, zero}});
                const double step = ((1 << bpc) - 1) / static_cast<double>(1 << (bpc - 8));
                EXPECT_NEAR(scores.at(kSad, 1), step, 1 / 256.) << bpc << ' ' << w << 'x' << h;
                EXPECT_NEAR(scores.at(kSad, 2), step, 1 / 256.) << bpc << ' ' << w << 'x' << h;
            }
}

TEST(Motion, VariantsShareOneSad) {
    const std::vector<OptionValues> variants{OptionValues(kMotion.options, {}),
                                             OptionValues(kMotion.options, kEveryWeight)};
    ASSERT_TRUE(variants[0].shares_pass(variants[1]));
    EXPECT_FALSE(variants[0].shares_pass(OptionValues(kMotion.options, five_frames())));
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 33, 17};
    const TestPicture before(format, Pattern::kTexture, 1), now(format, Pattern::kTexture, 2);
    motion::Sums sums[2];
    kMotion.make_cpu(variants, format, {})
        ->extract({.ref = now.view(), .dis = now.view(), .previous = {{.ref = before.view()}}},
                  reinterpret_cast<std::byte*>(sums));
    EXPECT_GT(sums[0].sad, 0u);
    EXPECT_EQ(sums[0].sad, sums[1].sad);
}

TEST(MotionMath, BlurRoundsHalvesUpAndKeepsTheWidestRange) {
    static_assert(motion::blur(0, 0, 0, 0, 0, 16) == 0);
    static_assert(motion::blur(65535, 65535, 65535, 65535, 65535, 16) == 65535);
    static_assert(motion::blur(-65535, -65535, -65535, -65535, -65535, 16) == -65535);
    static_assert(motion::blur(0, 0, 1, 0, 0, 16) == 0);  // 26386 / 65536
    static_assert(motion::blur(0, 1, 1, 0, 0, 16) == 1);  // 42390 / 65536
    static_assert(motion::blur(0, -1, -1, 0, 0, 16) == -1);
    static_assert(motion::blur(8192, 0, 0, 0, 0, 8) == 114272);
}

/// Kernels blur whatever lies behind a row's end: any value must be one that the arithmetic defines, the same at compile time, where an
/// overflow would not compile, as with the widest sums.
TEST(MotionMath, BlurWrapsAtTheEndsOfItsType) {
    constexpr int32_t kMin = std::numeric_limits<int32_t>::min(), kMax = std::numeric_limits<int32_t>::max();
    constexpr int32_t highest = motion::blur(kMax, kMax, kMax, kMax, kMax, 16),
                      lowest = motion::blur(kMin, kMin, kMin, kMin, kMin, 16);
    constexpr int32_t alternating = motion::blur(kMin, kMax, kMin, kMax, kMin, 8);
    const auto wrapped = [](int32_t far, int32_t near, int32_t centre, unsigned shift) {
        constexpr int64_t kModulus = int64_t{1} << 32;
        const auto wrap = [](int64_t value) {
            return static_cast<int32_t>(((value % kModulus) + kModulus) % kModulus);
        };
        const int32_t far_sum = wrap(wrap(2 * int64_t{far}) * int64_t{motion::kFarTap} + (int64_t{1} << (shift - 1)));
        const int64_t near_half = wrap(wrap(2 * int64_t{near}) * int64_t{motion::kNearTap / 2});
        const int64_t centre_half = wrap(int64_t{centre} * (motion::kCentreTap / 2));
        return wrap(near_half + centre_half + (far_sum >> 1)) >> (shift - 1);
    };
    EXPECT_EQ(highest, wrapped(kMax, kMax, kMax, 16));
    EXPECT_EQ(lowest, wrapped(kMin, kMin, kMin, 16));
    EXPECT_EQ(alternating, wrapped(kMin, kMax, kMin, 8));
}

}  // namespace
}  // namespace vmaf
