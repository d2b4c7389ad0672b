// NAME: the arithmetic at its edges, and the scorer. REPLACE: every test.
#include "metric/NAME/NAME.h"

#include <gtest/gtest.h>

#include "metric/NAME/NAME_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

TEST(NameMath, DifferencesUseTheirWholeRange) {
    static_assert(NAME::absolute_difference(uint8_t{0}, uint8_t{255}) == 255);
    static_assert(NAME::absolute_difference(uint16_t{65535}, uint16_t{0}) == 65535);
    static_assert(NAME::absolute_difference(uint16_t{7}, uint16_t{7}) == 0);
}

TEST(Name, IdenticalPicturesScoreZero) {
    const TestPicture picture({VMAF_PIX_FMT_YUV420P, 10, 37, 23}, Pattern::kNoise);
    EXPECT_EQ(run_metric(kName, {}, {{0, picture, picture}}).at("METRIC", 0), 0);
}

TEST(Name, FullScaleDifferencesAreExactAtEveryDepth) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const auto frames = make_frames({VMAF_PIX_FMT_YUV420P, bpc, 37, 23}, 2, Pattern::kZero, Pattern::kPeak);
        const Scores steps = run_metric(kName, {}, frames), shares = run_metric(kName, {{"relative", "true"}}, frames);
        for (unsigned i = 0; i < frames.size(); i++) {
            EXPECT_EQ(steps.at("METRIC", i), peak_sample(bpc)) << bpc;
            EXPECT_EQ(shares.at("METRIC", i), 1) << bpc;
        }
    }
}

TEST(Name, ReadsLumaAlone) {
    const PictureFormat format{VMAF_PIX_FMT_YUV444P, 8, 5, 3};
    TestPicture ref(format, Pattern::kZero), dis(format, Pattern::kZero);
    dis.set(0, 4, 2, 30);
    dis.set(1, 0, 0, 200);
    EXPECT_EQ(run_metric(kName, {}, {{0, ref, dis}}).at("METRIC", 0), 2);
}

}  // namespace
}  // namespace vmaf
