// ciede: the formula against the published pairs of colours, its steps against the C library's functions, pictures whose values
// are known, chroma of every format.
#include "metric/ciede/ciede.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "metric/ciede/ciede_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using ciede::Lab;
using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::TestFrame;
using test::TestPicture;

struct Pair {
    double l1, a1, b1, l2, a2, b2, difference;
};

/// Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula: implementation notes, supplementary test data, and
/// mathematical observations", 2005, table 1: differences with all parametric factors 1.
constexpr Pair kPublished[] = {
    {50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425},
    {50.0000, 3.1571, -77.2803, 50.0000, 0.0000, -82.7485, 2.8615},
    {50.0000, 2.8361, -74.0200, 50.0000, 0.0000, -82.7485, 3.4412},
    {50.0000, -1.3802, -84.2814, 50.0000, 0.0000, -82.7485, 1.0000},
    {50.0000, -1.1848, -84.8006, 50.0000, 0.0000, -82.7485, 1.0000},
    {50.0000, -0.9009, -85.5211, 50.0000, 0.0000, -82.7485, 1.0000},
    {50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669},
    {50.0000, -1.0000, 2.0000, 50.0000, 0.0000, 0.0000, 2.3669},
    {50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0009, 7.1792},
    {50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0010, 7.1792},
    {50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0011, 7.2195},
    {50.0000, 2.4900, -0.0010, 50.0000, -2.4900, 0.0012, 7.2195},
    {50.0000, -0.0010, 2.4900, 50.0000, 0.0009, -2.4900, 4.8045},
    {50.0000, -0.0010, 2.4900, 50.0000, 0.0010, -2.4900, 4.8045},
    {50.0000, -0.0010, 2.4900, 50.0000, 0.0011, -2.4900, 4.7461},
    {50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065},
    {50.0000, 2.5000, 0.0000, 73.0000, 25.0000, -18.0000, 27.1492},
    {50.0000, 2.5000, 0.0000, 61.0000, -5.0000, 29.0000, 22.8977},
    {50.0000, 2.5000, 0.0000, 56.0000, -27.0000, -3.0000, 31.9030},
    {50.0000, 2.5000, 0.0000, 58.0000, 24.0000, 15.0000, 19.4535},
    {50.0000, 2.5000, 0.0000, 50.0000, 3.1736, 0.5854, 1.0000},
    {50.0000, 2.5000, 0.0000, 50.0000, 3.2972, 0.0000, 1.0000},
    {50.0000, 2.5000, 0.0000, 50.0000, 1.8634, 0.5757, 1.0000},
    {50.0000, 2.5000, 0.0000, 50.0000, 3.2592, 0.3350, 1.0000},
    {60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644},
    {63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630},
    {61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731},
    {35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645},
    {22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373},
    {36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146},
    {90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441},
    {90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381},
    {6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377},
    {2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082},
};

Lab lab(double l, double a, double b) { return {static_cast<float>(l), static_cast<float>(a), static_cast<float>(b)}; }

TEST(Ciede, GivesThePublishedDifferences) {
    constexpr ciede::Factors kUnweighted = {1, 1, 1};
    for (const Pair& p : kPublished) {
        const Lab x = lab(p.l1, p.a1, p.b1), y = lab(p.l2, p.a2, p.b2);
        EXPECT_NEAR(ciede::difference(x, y, kUnweighted), p.difference, 0.00006) << p.a1 << ' ' << p.b1 << ' ' << p.b2;
        EXPECT_NEAR(ciede::difference(y, x, kUnweighted), p.difference, 0.00006) << p.a1 << ' ' << p.b1 << ' ' << p.b2;
    }
}

TEST(Ciede, CurvesAreNearTheTrueOnes) {
    for (double c = -0.1; c < 2.6; c += 1e-5) {
        const double light = c > 10. / 255 ? std::pow((c + 0.055) / 1.055, 2.4) : c / 12.92;
        ASSERT_NEAR(ciede::linear_light(c), light, 0x1p-36 * (1 + std::fabs(light))) << c;
    }
    for (double c = -0.1; c < 12; c += 1e-5) {
        const double root = c > 216. / 24389 ? std::cbrt(c) : (24389. / 27 * c + 16) / 116;
        ASSERT_NEAR(ciede::lab_curve(c), root, 0x1.001p-24 * std::fabs(root)) << c;
    }
}

TEST(Ciede, WhiteIsWhiteAndGreyIsGrey) {
    const auto white = ciede::lab_colour(1, 0, 0), black = ciede::lab_colour(0, 0, 0);
    EXPECT_NEAR(white.l, 100, 1e-4);
    EXPECT_NEAR(black.l, 0, 1e-4);
    for (double y = -0.07; y < 1.1; y += 0.01) {
        const Lab grey = ciede::lab_colour(y, 0, 0);
        EXPECT_NEAR(grey.a, 0, 1e-4) << y;
        EXPECT_NEAR(grey.b, 0, 1e-4) << y;
    }
}

TEST(Ciede, TermsOfAllSamplesFitTheirFixedPoint) {
    float most = 0;
    for (const double y1 : {-0.08, 0.5, 1.1})
        for (const double y2 : {-0.08, 0.5, 1.1})
            for (int chroma = 0; chroma < 81; chroma++) {
                const auto part = [&](int power) { return (chroma / power % 3 - 1) * 0.58; };
                const float d = ciede::difference(ciede::lab_colour(y1, part(1), part(3)),
                                                  ciede::lab_colour(y2, part(9), part(27)));
                ASSERT_TRUE(d >= 0);
                most = std::max(most, d);
            }
    EXPECT_LT(most, 300);  // of 2048
}

TestFrame constant_pair(const PictureFormat& format, const unsigned (&ref)[3], const unsigned (&dis)[3]) {
    TestFrame frame{0, TestPicture(format), TestPicture(format)};
    for (unsigned p = 0; p < format.planes(); p++)
        for (unsigned y = 0; y < format.plane_h(p); y++)
            for (unsigned x = 0; x < format.plane_w(p); x++) {
                frame.ref.set(p, x, y, ref[p]);
                frame.dis.set(p, x, y, dis[p]);
            }
    return frame;
}

double score(const TestFrame& frame) { return run_metric(kCiede, {}, {frame}).at("ciede2000", 0); }

TEST(Ciede, EqualPicturesScoreInfinity) {
    for (const unsigned bpc : {8u, 10u, 16u}) {
        const TestPicture picture({VMAF_PIX_FMT_YUV420P, bpc, 31, 17}, Pattern::kNoise);
        EXPECT_EQ(score({0, picture, picture}), std::numeric_limits<double>::infinity());
    }
}

TEST(Ciede, AColourHasTheSameValueInEveryFormatAndSize) {
    const double expected = score(constant_pair({VMAF_PIX_FMT_YUV444P, 8, 1, 1}, {90, 110, 150}, {95, 113, 140}));
    EXPECT_TRUE(std::isfinite(expected));
    for (const auto pix_fmt : {VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P, VMAF_PIX_FMT_YUV444P})
        for (const unsigned w : {2u, 3u, 255u, 257u, 300u})
            for (const unsigned h : {2u, 5u})
                EXPECT_NEAR(score(constant_pair({pix_fmt, 8, w, h}, {90, 110, 150}, {95, 113, 140})), expected, 1e-11);
    for (unsigned bpc = 9; bpc <= 16; bpc++) {
        const unsigned s = bpc - 8;
        EXPECT_NEAR(score(constant_pair({VMAF_PIX_FMT_YUV420P, bpc, 6, 4}, {90u << s, 110u << s, 150u << s},
                                        {95u << s, 113u << s, 140u << s})),
                    expected, 1e-5);
    }
}

/// A picture of 4:4:4 whose chroma repeats as the subsampled picture's does.
TestPicture upsampled(const PictureFormat& from, unsigned seed) {
    TestPicture full({VMAF_PIX_FMT_YUV444P, from.bpc, from.w, from.h}, Pattern::kTexture, seed);
    for (unsigned p = 1; p < 3; p++)
        for (unsigned y = 0; y < from.h; y++)
            for (unsigned x = 0; x < from.w; x++) {
                const unsigned cx = std::min(x >> from.subsampled_x(), from.plane_w(p) - 1),
                               cy = std::min(y >> from.subsampled_y(), from.plane_h(p) - 1);
                full.set(p, x, y, test::pattern_sample(Pattern::kTexture, from.bpc, p, cx, cy, seed));
            }
    return full;
}

TEST(Ciede, ASubsampledSampleStandsForThePixelsThatItCovers) {
    for (const auto pix_fmt : {VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P})
        for (const unsigned bpc : {8u, 12u})
            for (const unsigned w : {8u, 9u})
                for (const unsigned h : {6u, 7u}) {
                    const PictureFormat format{pix_fmt, bpc, w, h};
                    const TestFrame frame{0, {format, Pattern::kTexture, 1}, {format, Pattern::kTexture, 2}};
                    EXPECT_EQ(score(frame), score({0, upsampled(format, 1), upsampled(format, 2)})) << w << 'x' << h;
                }
}

TEST(Ciede, WithoutAnyChromaSampleAllIsGrey) {
    const double grey = score(constant_pair({VMAF_PIX_FMT_YUV444P, 8, 1, 1}, {90, 128, 128}, {95, 128, 128}));
    EXPECT_EQ(score(constant_pair({VMAF_PIX_FMT_YUV420P, 8, 1, 1}, {90, 0, 0}, {95, 0, 0})), grey);
    EXPECT_EQ(score(constant_pair({VMAF_PIX_FMT_YUV420P, 8, 4, 1}, {90, 0, 0}, {95, 0, 0})), grey);
    EXPECT_EQ(score(constant_pair({VMAF_PIX_FMT_YUV422P, 8, 1, 4}, {90, 0, 0}, {95, 0, 0})), grey);
}

TEST(Ciede, RefusesPicturesWithoutColour) {
    try {
        run_metric(kCiede, {}, make_frames({VMAF_PIX_FMT_YUV400P, 8, 8, 8}, 1, Pattern::kNoise, Pattern::kNoise));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), EINVAL);
        EXPECT_NE(std::string(error.what()).find("YUV400P"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace vmaf
