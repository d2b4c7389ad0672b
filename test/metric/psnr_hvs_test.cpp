// psnr_hvs: its transform and quotients, its features by format, and its behaviour at the edges of sizes and depths. Recorded values
// of the reference are in testdata/golden.
#include "metric/psnr_hvs/psnr_hvs.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "metric/psnr_hvs/psnr_hvs_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestPicture;

TEST(PsnrHvs, BlocksLieInsideThePlane) {
    for (int samples = 1; samples < 200; samples++) {
        int blocks = 0;
        for (int x = 0; x + psnr_hvs::kSide <= samples; x += psnr_hvs::kStep) blocks++;
        EXPECT_EQ(psnr_hvs::block_count(samples), blocks) << samples;
    }
}

TEST(PsnrHvs, TransformIsTheCosineTransform) {
    const double pi = std::acos(-1.);
    for (int frequency = 0; frequency < 8; frequency++) {
        int32_t x[8];
        for (int k = 0; k < 8; k++)
            x[k] = static_cast<int32_t>(std::lround(4000 * std::cos((2 * k + 1) * frequency * pi / 16)));
        psnr_hvs::transform<int32_t, 1>(x);
        const double gain = frequency == 0 ? std::sqrt(8.) : 2;
        for (int k = 0; k < 8; k++) EXPECT_NEAR(x[k], k == frequency ? 4000 * gain : 0, 6) << frequency << " " << k;
    }
}

TEST(PsnrHvs, NarrowProductsHoldTheirDepth) {
    const int32_t peak = (1 << psnr_hvs::kNarrowDepth) - 1;
    for (unsigned seed = 0; seed < 20000; seed++) {
        int32_t narrow[psnr_hvs::kTerms], wide[psnr_hvs::kTerms];
        for (int i = 0; i < psnr_hvs::kTerms; i++)
            narrow[i] = wide[i] = seed == 0 || test::hash(seed * 64 + i) % 2 ? peak : 0;
        const float masking = psnr_hvs::transform_block<int32_t>(narrow, psnr_hvs::kWeights[0]);
        EXPECT_EQ(masking, psnr_hvs::transform_block<int64_t>(wide, psnr_hvs::kWeights[0]));
        EXPECT_TRUE(std::equal(std::begin(narrow), std::end(narrow), wide)) << seed;
    }
}

/// A quotient's significand depends on those of its operands alone. Of the dividend's, these are every 61st, others for each divisor.
TEST(PsnrHvs, QuotientsAreRoundedToNearest) {
    for (const psnr_hvs::Weights& weights : psnr_hvs::kWeights)
        for (int i = 1; i < psnr_hvs::kTerms; i++)
            for (uint32_t bits = std::bit_cast<uint32_t>(1.f) + i % 61; bits < std::bit_cast<uint32_t>(2.f);
                 bits += 61) {
                const auto a = std::bit_cast<float>(bits);
                ASSERT_EQ(psnr_hvs::quotient(a, weights.of_masking[i]), a / weights.masking[i]) << i << " " << a;
            }
    EXPECT_EQ(psnr_hvs::quotient(0, psnr_hvs::kWeights[0].of_masking[1]), 0);
}

TEST(PsnrHvs, IdenticalPicturesHaveNoError) {
    for (const unsigned bpc : {8u, 10u, 16u}) {
        const TestPicture picture({VMAF_PIX_FMT_YUV420P, bpc, 40, 24}, Pattern::kNoise);
        const Scores scores = run_metric(kPsnrHvs, {}, {{0, picture, picture}});
        for (const Feature& feature : kPsnrHvs.features)
            EXPECT_EQ(scores.at(std::string(feature.name), 0), std::numeric_limits<double>::infinity());
    }
}

/// A flat error on flat pictures has one coefficient, which nothing masks: 8 times the error, weighed by the first sensitivity.
TEST(PsnrHvs, FlatErrorsAtEveryDepth) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const auto frames = make_frames({VMAF_PIX_FMT_YUV444P, bpc, 50, 30}, 1, Pattern::kZero, Pattern::kPeak);
        const Scores scores = run_metric(kPsnrHvs, {}, frames);
        const char* const names[] = {"psnr_hvs_y", "psnr_hvs_cb", "psnr_hvs_cr"};
        for (unsigned p = 0; p < 3; p++)
            EXPECT_NEAR(scores.at(names[p], 0), -20 * std::log10(psnr_hvs::kWeights[p].sensitivity[0]), 0.01) << bpc;
    }
}

/// The same pictures in more bits have nearly the same values: what is lost is the transform's rounding.
TEST(PsnrHvs, DepthsAgree) {
    const auto luma = [](unsigned bpc) {
        const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, 64, 64};
        TestPicture ref(format), dis(format);
        for (unsigned y = 0; y < 64; y++)
            for (unsigned x = 0; x < 64; x++) {
                ref.set(0, x, y, test::pattern_sample(Pattern::kTexture, 8, 0, x, y, 1) << (bpc - 8));
                dis.set(0, x, y, test::pattern_sample(Pattern::kTexture, 8, 0, x, y, 2) << (bpc - 8));
            }
        return run_metric(kPsnrHvs, {}, {{0, ref, dis}}).at("psnr_hvs_y", 0) -
               20 * std::log10(((1 << bpc) - 1) / (255. * (1 << (bpc - 8))));
    };
    for (unsigned bpc = 9; bpc <= 16; bpc++) EXPECT_NEAR(luma(bpc), luma(8), 0.05) << bpc;
}

TEST(PsnrHvs, WithoutChromaLumaIsAll) {
    const auto frames = make_frames({VMAF_PIX_FMT_YUV400P, 8, 33, 21}, 2, Pattern::kTexture, Pattern::kNoise);
    const Scores scores = run_metric(kPsnrHvs, {}, frames);
    EXPECT_EQ(scores.size(), 4u);
    for (unsigned i = 0; i < 2; i++) EXPECT_EQ(scores.at("psnr_hvs", i), scores.at("psnr_hvs_y", i));
}

TEST(PsnrHvs, LumaWeighsFourFifths) {
    const auto frames = make_frames({VMAF_PIX_FMT_YUV422P, 10, 33, 21}, 1, Pattern::kTexture, Pattern::kNoise);
    const Scores scores = run_metric(kPsnrHvs, {}, frames);
    const auto error = [&](const char* name) { return std::pow(10, -scores.at(name, 0) / 10); };
    EXPECT_NEAR(error("psnr_hvs"), .8 * error("psnr_hvs_y") + .1 * error("psnr_hvs_cb") + .1 * error("psnr_hvs_cr"),
                1e-9);
}

TEST(PsnrHvs, PlanesSmallerThanABlockAreRefused) {
    const auto reason = [](VmafPixelFormat pix_fmt, unsigned w, unsigned h) -> std::string {
        try {
            run_metric(kPsnrHvs, {}, make_frames({pix_fmt, 8, w, h}, 1, Pattern::kNoise, Pattern::kTexture));
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_NE(reason(VMAF_PIX_FMT_YUV420P, 40, 15).find("chroma planes of pictures of 40x15 have 20x7"),
              std::string::npos);
    EXPECT_NE(reason(VMAF_PIX_FMT_YUV444P, 7, 40).find("luma"), std::string::npos);
    EXPECT_EQ(reason(VMAF_PIX_FMT_YUV420P, 16, 16), "");
    EXPECT_EQ(reason(VMAF_PIX_FMT_YUV422P, 16, 8), "");
    EXPECT_EQ(reason(VMAF_PIX_FMT_YUV400P, 8, 8), "");
}

}  // namespace
}  // namespace vmaf
