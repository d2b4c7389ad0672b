// float_ansnr: the filters' taps, pictures whose values are known, and what noise of 0 gives.
#include "metric/ansnr/ansnr.h"

#include <gtest/gtest.h>

#include <cmath>

#include "metric/ansnr/ansnr_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

TEST(AnsnrMath, TapsAddUpToOneAndFadeFromTheCentre) {
    const auto one = [](int, int) { return 1.f; };
    EXPECT_EQ(ansnr::filtered<ansnr::kRefReach>(ansnr::ref_tap, one), 1);
    EXPECT_NEAR(ansnr::filtered<ansnr::kDisReach>(ansnr::dis_tap, one), 1, 1e-6);
    EXPECT_FLOAT_EQ(ansnr::dis_tap(0, 0), 127 / 571.f);
    EXPECT_FLOAT_EQ(ansnr::dis_tap(-2, 1), 7 / 571.f);
    EXPECT_FLOAT_EQ(ansnr::dis_tap(1, -1), 31 / 571.f);
}

/// One bright sample on black, distorted likewise: the differences of the filters' taps.
TEST(Ansnr, AnImpulseLeavesTheTaps) {
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 8, 15, 15};
    TestPicture picture(format, Pattern::kZero);
    picture.set(0, 7, 7, 128);  // 0 on a ground of -128
    double signal = 0, noise = 0;
    for (int y = -7; y <= 7; y++)
        for (int x = -7; x <= 7; x++) {
            const auto within = [&](int reach) { return std::abs(x) <= reach && std::abs(y) <= reach; };
            const double r = -128 + (within(1) ? 128 * ansnr::ref_tap(x, y) : 0),
                         d = -128 + (within(2) ? 128 * ansnr::dis_tap(x, y) : 0);
            signal += r * r;
            noise += (r - d) * (r - d);
        }
    const Scores scores = run_metric(kFloatAnsnr, {}, {{0, picture, picture}});
    EXPECT_NEAR(scores.at("float_ansnr", 0), 10 * std::log10(signal / noise), 1e-4);
    EXPECT_NEAR(scores.at("float_anpsnr", 0), std::min(10 * std::log10(255. * 255 * 225 / noise), 60.), 1e-4);
}

TEST(Ansnr, AnswersEvenWithoutAnyNoise) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, 9, 5};
        TestPicture grey(format, Pattern::kZero);
        for (unsigned y = 0; y < format.h; y++)
            for (unsigned x = 0; x < format.w; x++) grey.set(0, x, y, 1u << (bpc - 1));  // filters to 0 exactly
        const Scores scores = run_metric(kFloatAnsnr, {}, {{0, grey, grey}});
        EXPECT_EQ(scores.at("float_ansnr", 0), 6 * bpc + 12) << bpc;
        EXPECT_EQ(scores.at("float_anpsnr", 0), 6 * bpc + 12) << bpc;
    }
}

TEST(Ansnr, DepthIsOfNoAccount) {
    const auto scored = [](unsigned bpc) {
        const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, 37, 23};
        TestPicture ref(format, Pattern::kZero), dis(format, Pattern::kZero);
        for (unsigned y = 0; y < format.h; y++)
            for (unsigned x = 0; x < format.w; x++) {
                ref.set(0, x, y, (x * 7 + y * 13) % 256 << (bpc - 8));
                dis.set(0, x, y, (x * 7 + y * 13 + x * y % 5) % 256 << (bpc - 8));
            }
        return run_metric(kFloatAnsnr, {}, {{0, ref, dis}}).at("float_ansnr", 0);
    };
    for (unsigned bpc = 9; bpc <= 16; bpc++) EXPECT_EQ(scored(bpc), scored(8)) << bpc;
}

}  // namespace
}  // namespace vmaf
