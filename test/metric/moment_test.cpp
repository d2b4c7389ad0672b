// float_moment: sums at the ends of their range, and what the scorer makes of them.
#include "metric/moment/moment.h"

#include <gtest/gtest.h>

#include "support/pictures.h"

namespace vmaf {
namespace {

using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

TEST(Moment, PicturesOfOneValueHaveItAndItsSquare) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, 37, 23};
        const double peak = peak_sample(bpc) / static_cast<double>(1u << (bpc - 8));  // in steps of 8 bits
        const Scores scores = run_metric(
            kFloatMoment, {}, {{0, TestPicture(format, Pattern::kZero), TestPicture(format, Pattern::kPeak)}});
        EXPECT_EQ(scores.at("float_moment_ref1st", 0), 0);
        EXPECT_EQ(scores.at("float_moment_ref2nd", 0), 0);
        EXPECT_EQ(scores.at("float_moment_dis1st", 0), peak) << bpc;
        EXPECT_EQ(scores.at("float_moment_dis2nd", 0), peak * peak) << bpc;
    }
}

TEST(Moment, EachPictureHasItsOwn) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 10, 3, 1};
    const auto ramp = [](unsigned p, unsigned x, unsigned) { return p ? 1000 : 4 * (x + 1); };
    const auto steep = [](unsigned p, unsigned x, unsigned) { return p ? 1000 : 40 * (x + 1); };
    const Scores scores = run_metric(kFloatMoment, {}, {{0, TestPicture(format, ramp), TestPicture(format, steep)}});
    EXPECT_EQ(scores.at("float_moment_ref1st", 0), 2);
    EXPECT_EQ(scores.at("float_moment_dis1st", 0), 20);
    EXPECT_EQ(scores.at("float_moment_ref2nd", 0), 14 / 3.);
    EXPECT_EQ(scores.at("float_moment_dis2nd", 0), 1400 / 3.);
}

}  // namespace
}  // namespace vmaf
