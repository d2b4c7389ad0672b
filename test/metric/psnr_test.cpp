// PSNR against recorded values of libvmaf 3.2.0 (commit f85a8536, --cpumask 63), its caps and the figures of the whole
// stream.
#include "metric/psnr/psnr.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "metric/psnr/psnr_math.h"
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
    std::map<std::string, std::vector<double>> values;
    unsigned frames() const { return static_cast<unsigned>(values.begin()->second.size()); }
};

class PsnrRecorded : public ::testing::TestWithParam<Recorded> {};

TEST_P(PsnrRecorded, EqualsTheReferenceToTheLastBit) {
    const Recorded& expected = GetParam();
    const Scores scores = run_metric(kPsnr, expected.options,
                                     make_frames(expected.format, expected.frames(), expected.ref, expected.dis));
    for (const auto& [name, values] : expected.values)
        for (unsigned i = 0; i < values.size(); i++) EXPECT_EQ(scores.at(name, i), values[i]) << name << i;
    EXPECT_EQ(scores.size(), expected.values.size() * expected.frames());
}

INSTANTIATE_TEST_SUITE_P(
    Sequences, PsnrRecorded,
    ::testing::Values(Recorded{{VMAF_PIX_FMT_YUV420P, 8, 37, 23},
                               Pattern::kTexture,
                               Pattern::kNoise,
                               {{"enable_mse", "true"}},
                               {{"psnr_y", {8.4093291198125648, 8.1883730864712252, 8.648363899940076}},
                                {"mse_y", {9378.8037602820204, 9868.3160987074025, 8876.5452408930669}},
                                {"psnr_cb", {8.5735763405232959, 8.3431325607962474, 9.1537581314248655}},
                                {"mse_cb", {9030.7272727272721, 9522.8535353535353, 7901.409090909091}},
                                {"psnr_cr", {8.119695063493138, 8.8599347014256296, 8.631403793842825}},
                                {"mse_cr", {10025.611111111111, 8454.4797979797986, 8911.2777777777774}}}},
                      Recorded{{VMAF_PIX_FMT_YUV422P, 10, 20, 9},
                               Pattern::kNoise,
                               Pattern::kTexture,
                               {{"reduced_hbd_peak", "true"}, {"min_sse", "0.5"}},
                               {{"psnr_y", {8.2733784335942069, 9.2065714573709663, 8.5324714648092392}},
                                {"psnr_cb", {8.6569119947764239, 10.044235588258219, 9.3344951260622828}},
                                {"psnr_cr", {8.5255085422172296, 8.5612113496026936, 9.0434788252093625}}}},
                      Recorded{{VMAF_PIX_FMT_YUV444P, 16, 9, 5},
                               Pattern::kTexture,
                               Pattern::kTexture,
                               {{"enable_mse", "true"}},
                               {{"psnr_y", {20.203406851041397, 21.755636170855265}},
                                {"mse_y", {40983205.377777778, 28667049.111111112}},
                                {"psnr_cb", {21.423702939167129, 21.519577235718479}},
                                {"mse_cb", {30943990.111111112, 30268359.533333335}},
                                {"psnr_cr", {21.045347408121351, 21.081232581136533}},
                                {"mse_cr", {33760732.955555558, 33482921.866666667}}}}));

TEST(Psnr, IdenticalPicturesReachTheCap) {
    const auto first_score = [](unsigned bpc, const OptionStrings& options) {
        const TestPicture picture({VMAF_PIX_FMT_YUV420P, bpc, 16, 9}, Pattern::kNoise);
        return run_metric(kPsnr, options, {{0, picture, picture}});
    };
    for (unsigned bpc = 8; bpc <= 16; bpc++) EXPECT_EQ(first_score(bpc, {}).at("psnr_cb", 0), 6 * bpc + 12);
    // 10 log10(255^2 * 144 / 0.5) = 72.7; chroma has 8 x 4 samples
    EXPECT_EQ(first_score(8, {{"min_sse", "0.5"}}).at("psnr_y", 0), 73);
    EXPECT_EQ(first_score(8, {{"min_sse", "0.5"}}).at("psnr_cr", 0), 67);
    EXPECT_EQ(first_score(16, {{"min_sse", "1e300"}}).at("psnr_y", 0),
              std::ceil(10 * std::log10(65535. * 65535 / (1e300 / 144))));
}

TEST(Psnr, FullScaleErrorsAreExactAtEveryDepth) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const PictureFormat format{VMAF_PIX_FMT_YUV444P, bpc, 70, 3};
        const Scores scores =
            run_metric(kPsnr, {{"enable_mse", "true"}}, make_frames(format, 1, Pattern::kZero, Pattern::kPeak));
        const double peak = (1 << bpc) - 1;
        for (const char* plane : {"y", "cb", "cr"}) {
            EXPECT_EQ(scores.at(std::string("mse_") + plane, 0), peak * peak) << bpc;
            EXPECT_EQ(scores.at(std::string("psnr_") + plane, 0), 0) << bpc;
        }
    }
}

TEST(Psnr, WideRowsDoNotOverflow) {
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 8, 70001, 1};
    const Scores scores =
        run_metric(kPsnr, {{"enable_mse", "true"}}, make_frames(format, 1, Pattern::kPeak, Pattern::kZero));
    EXPECT_EQ(scores.at("mse_y", 0), 65025);
}

TEST(Psnr, TheStreamsFigureWeighsEverySample) {
    const PictureFormat format{VMAF_PIX_FMT_YUV422P, 10, 20, 9};
    const Scores scores = run_metric(kPsnr, {{"enable_apsnr", "true"}, {"enable_mse", "true"}},
                                     make_frames(format, 3, Pattern::kNoise, Pattern::kTexture));
    for (const std::string plane : {"y", "cb", "cr"}) {
        double mse = 0;
        for (unsigned i = 0; i < 3; i++) mse += scores.at("mse_" + plane, i) / 3;
        EXPECT_NEAR(scores.aggregate("apsnr_" + plane), 10 * std::log10(1023. * 1023 / mse), 1e-9);
    }
    // Recorded from the reference's report, which prints six decimals.
    const Scores recorded =
        run_metric(kPsnr, {{"enable_apsnr", "true"}, {"reduced_hbd_peak", "true"}, {"min_sse", "0.5"}},
                   make_frames(format, 3, Pattern::kNoise, Pattern::kTexture));
    EXPECT_NEAR(recorded.aggregate("apsnr_y"), 8.653273, 5e-7);
    EXPECT_NEAR(recorded.aggregate("apsnr_cb"), 9.308400, 5e-7);
    EXPECT_NEAR(recorded.aggregate("apsnr_cr"), 8.703726, 5e-7);
}

TEST(Psnr, TheStreamsFigureOfIdenticalOrAbsentPlanes) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 16, 9};
    const TestPicture picture(format, Pattern::kNoise);
    const Scores scores =
        run_metric(kPsnr, {{"enable_apsnr", "true"}, {"enable_chroma", "false"}}, {{0, picture, picture}});
    EXPECT_EQ(scores.aggregate("apsnr_y"), std::ceil(10 * std::log10(65025. * 144 * 2)));
    EXPECT_EQ(scores.aggregate("apsnr_cb"), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(scores.aggregate("apsnr_cr"), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(scores.size(), 1u);
}

TEST(Psnr, AsksForChromaOnlyWhereItScoresIt) {
    const OptionValues all(kPsnr.options, {}), luma(kPsnr.options, {{"enable_chroma", "false"}});
    EXPECT_EQ(kPsnr.needs(all, {VMAF_PIX_FMT_YUV420P, 8, 4, 4}), kEveryFrame | kChroma);
    EXPECT_EQ(kPsnr.needs(all, {VMAF_PIX_FMT_YUV400P, 8, 4, 4}), kEveryFrame);
    EXPECT_EQ(kPsnr.needs(luma, {VMAF_PIX_FMT_YUV420P, 8, 4, 4}), kEveryFrame);
}

TEST(Psnr, AChromaPlaneWithoutSamplesHasNoError) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 1, 1};
    const TestPicture zero(format, Pattern::kZero), peak(format, Pattern::kPeak);
    const Scores scores = run_metric(kPsnr, {{"enable_mse", "true"}, {"min_sse", "1"}}, {{0, zero, peak}});
    EXPECT_EQ(scores.at("mse_y", 0), 65025);
    EXPECT_EQ(scores.at("mse_cb", 0), 0);
    EXPECT_EQ(scores.at("psnr_cb", 0), 49);  // 10 log10(65025) = 48.1
}

TEST(PsnrMath, SquaredErrorsUseTheirWholeRange) {
    static_assert(psnr::squared_error(uint8_t{255}, uint8_t{0}) == 65025);
    static_assert(psnr::squared_error(uint8_t{0}, uint8_t{255}) == 65025);
    static_assert(psnr::squared_error(uint16_t{0}, uint16_t{65535}) == 4294836225u);
    static_assert(psnr::squared_error(uint16_t{65535}, uint16_t{0}) == 4294836225u);
    static_assert(psnr::squared_error(uint16_t{7}, uint16_t{10}) == 9);
}

}  // namespace
}  // namespace vmaf
