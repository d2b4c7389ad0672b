// ssimulacra2: the arithmetic at its edges, and the scorer. REPLACE: every test.
#include "metric/ssimulacra2/ssimulacra2.h"

#include <gtest/gtest.h>

#include "metric/ssimulacra2/ssimulacra2_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

TEST(Ssimulacra2Math, DifferencesUseTheirWholeRange) {
    static_assert(ssimulacra2::absolute_difference(uint8_t{0}, uint8_t{255}) == 255);
    static_assert(ssimulacra2::absolute_difference(uint16_t{65535}, uint16_t{0}) == 65535);
    static_assert(ssimulacra2::absolute_difference(uint16_t{7}, uint16_t{7}) == 0);
}

TEST(Ssimulacra2, IdenticalPicturesScoreZero) {
    const TestPicture picture({VMAF_PIX_FMT_YUV420P, 10, 37, 23}, Pattern::kNoise);
    EXPECT_EQ(run_metric(kSsimulacra2, {}, {{0, picture, picture}}).at("ssimulacra2", 0), 0);
}

TEST(Ssimulacra2, FullScaleDifferencesAreExactAtEveryDepth) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const auto frames = make_frames({VMAF_PIX_FMT_YUV420P, bpc, 37, 23}, 2, Pattern::kZero, Pattern::kPeak);
        const Scores steps = run_metric(kSsimulacra2, {}, frames),
                     shares = run_metric(kSsimulacra2, {{"relative", "true"}}, frames);
        for (unsigned i = 0; i < frames.size(); i++) {
            EXPECT_EQ(steps.at("ssimulacra2", i), peak_sample(bpc)) << bpc;
            EXPECT_EQ(shares.at("ssimulacra2", i), 1) << bpc;
        }
    }
}

TEST(Ssimulacra2, ReadsLumaAlone) {
    const PictureFormat format{VMAF_PIX_FMT_YUV444P, 8, 5, 3};
    TestPicture ref(format, Pattern::kZero), dis(format, Pattern::kZero);
    dis.set(0, 4, 2, 30);
    dis.set(1, 0, 0, 200);
    EXPECT_EQ(run_metric(kSsimulacra2, {}, {{0, ref, dis}}).at("ssimulacra2", 0), 2);
}

}  // namespace
}  // namespace vmaf
