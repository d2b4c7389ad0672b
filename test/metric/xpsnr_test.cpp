// xpsnr: the arithmetic at its edges, the blocks and their weights, and the scorer. Values of FFmpeg are in testdata/golden.
#include "metric/xpsnr/xpsnr.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "metric/xpsnr/xpsnr_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::make_frames;
using test::Pattern;
using test::run_metric;
using test::Scores;
using test::TestFrame;
using test::TestPicture;
using xpsnr::Block;
using xpsnr::Layout;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Layout layout_of(unsigned w, unsigned h, const OptionStrings& options = {}, unsigned bpc = 8,
                 VmafPixelFormat pix_fmt = VMAF_PIX_FMT_YUV420P) {
    return {OptionValues(kXpsnr.options, options), {pix_fmt, bpc, w, h}};
}

TEST(XpsnrMath, FiltersIgnoreWhatIsFlatAndReachTheirBounds) {
    constexpr auto flat = [](int, int) { return 65535; };
    static_assert(xpsnr::fine_activity(flat) == 0 && xpsnr::coarse_activity(flat) == 0);
    constexpr auto point = [](int dx, int dy) { return dx == 0 && dy == 0 ? 65535 : 0; };
    constexpr auto hole = [](int dx, int dy) { return dx == 0 && dy == 0 ? 0 : 65535; };
    static_assert(xpsnr::fine_activity(point) == 12 * 65535 && xpsnr::fine_activity(hole) == 12 * 65535);
    constexpr auto cell = [](int dx, int dy) { return dx >= 0 && dx <= 1 && dy >= 0 && dy <= 1 ? 65535 : 0; };
    static_assert(xpsnr::coarse_activity(cell) == 48 * 65535 && xpsnr::coarse_activity(point) == 12 * 65535);
}

TEST(XpsnrMath, ErrorsAndChangesUseTheirWholeRange) {
    static_assert(xpsnr::squared_error(0, 65535) == 65535u * 65535u);
    static_assert(xpsnr::squared_error(65535, 0) == 65535u * 65535u);
    static_assert(xpsnr::change(1, 0, 65535, 0) == 65535);
    static_assert(xpsnr::change(2, 4 * 65535, 0, 4 * 65535) == 8 * 65535);
    static_assert(xpsnr::change(2, 0, 4 * 65535, 0) == 8 * 65535);
}

TEST(XpsnrLayout, BlocksGrowWithThePicture) {
    const auto side = [](unsigned w, unsigned h) { return layout_of(w, h).side; };
    EXPECT_EQ(side(640, 480), 24);
    EXPECT_EQ(side(1280, 720), 44);
    EXPECT_EQ(side(1920, 1080), 64);
    EXPECT_EQ(side(3840, 2160), 128);
    EXPECT_EQ(side(45, 45), 4);
    EXPECT_FALSE(layout_of(2048, 1152).coarse());
    EXPECT_TRUE(layout_of(2048, 1153).coarse());
}

TEST(XpsnrLayout, TinyPicturesAreOneBlock) {
    EXPECT_TRUE(layout_of(45, 45).weighted);
    for (const auto& [w, h] : {std::pair{44u, 46u}, {1u, 2024u}, {1u, 1u}}) {
        const Layout layout = layout_of(w, h);
        EXPECT_FALSE(layout.weighted);
        EXPECT_EQ(layout.blocks(), 1);
        EXPECT_EQ(layout.area(0, 0, 0).size(), w * h);
    }
}

TEST(XpsnrLayout, BlocksCoverEveryPlaneOnce) {
    for (const auto pix_fmt : {VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P, VMAF_PIX_FMT_YUV444P})
        for (const auto& [w, h] : {std::pair{97u, 61u}, {65u, 33u}, {2025u, 1u}, {641u, 479u}}) {
            const Layout layout = layout_of(w, h, {}, 8, pix_fmt);
            for (unsigned p = 0; p < 3; p++) {
                double covered = 0;
                for (unsigned row = 0; row < layout.rows; row++)
                    for (unsigned column = 0; column < layout.columns; column++)
                        covered += layout.area(p, column, row).size();
                EXPECT_EQ(covered, layout.format.plane_w(p) * layout.format.plane_h(p)) << w << p;
            }
        }
}

TEST(XpsnrLayout, TheFrameRateChoosesTheOrderInTime) {
    for (const auto& [fps, order] : {std::pair{"0", 1u}, {"23.976", 1u}, {"31.999", 1u}, {"32", 2u}, {"60", 2u}})
        EXPECT_EQ(layout_of(64, 64, {{"fps", fps}}).order, order) << fps;
    EXPECT_EQ(layout_of(64, 64).order, 1);
}

/// Blocks of 4 x 4 samples, all of one weight, but for those in `activities`: temporal sums.
std::vector<Block> blocks_of(const Layout& layout, const std::vector<uint64_t>& activities) {
    std::vector<Block> blocks(layout.blocks());
    for (size_t i = 0; i < blocks.size(); i++) blocks[i].temporal = activities[i % activities.size()];
    return blocks;
}

/// 1 / weight of block `i`, as far as the rounding of a large error shows it.
double activity_of(const Layout& layout, std::vector<Block> blocks, size_t i) {
    constexpr uint64_t kError = uint64_t{1} << 40;
    for (Block& block : blocks) block.sse[0] = 0;
    blocks[i].sse[0] = kError;
    const double r = layout.format.w * layout.format.h / (3840. * 2160);
    const double usual = std::sqrt(16. * (1u << (2 * layout.format.bpc - 9)) / std::sqrt(r));
    return kError * usual / static_cast<double>(weigh(layout, blocks).error[0]);
}

TEST(XpsnrWeights, FlatBlocksHaveTheLeastActivity) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const Layout layout = layout_of(1920, 1080, {}, bpc);
        EXPECT_NEAR(activity_of(layout, blocks_of(layout, {0}), 77), 1u << (bpc - 6), 1e-6);
    }
}

TEST(XpsnrWeights, ActivityIsTheMeanOfBothKinds) {
    const Layout layout = layout_of(1920, 1080);
    std::vector<Block> blocks = blocks_of(layout, {0});
    blocks[0] = {.spatial = 63 * 63 * 5,
                 .temporal = 64 * 64 * 3};  // at the corner, a row and a column less is filtered
    EXPECT_NEAR(activity_of(layout, blocks, 0), 5 + 2 * 3, 1e-6);
    blocks[31] = {.spatial = 64 * 64 * 7, .temporal = 64 * 64 * 2};
    EXPECT_NEAR(activity_of(layout, blocks, 31), 7 + 2 * 2, 1e-6);
}

TEST(XpsnrWeights, NarrowBlocksOfCoarsePicturesLoseTheirSpatialActivity) {
    const Layout layout = layout_of(4096, 2160);
    ASSERT_EQ(layout.side, 132);
    ASSERT_EQ(layout.area(0, layout.columns - 1, 1).size(), 4 * 132);
    std::vector<Block> blocks = blocks_of(layout, {0});
    const size_t last = 2 * layout.columns - 1;
    blocks[last] = {.spatial = 1 << 20, .temporal = 4 * 132 * 10};
    EXPECT_NEAR(activity_of(layout, blocks, last), 20, 1e-6);
}

TEST(XpsnrWeights, SmallPicturesLimitThemByTheirNeighbours) {
    const auto activity_at = [](unsigned w, unsigned h, size_t quiet) {
        const Layout layout = layout_of(w, h);
        std::vector<Block> blocks = blocks_of(layout, {0});
        for (unsigned i = 0; i < blocks.size(); i++) {
            const double size = layout.area(0, i % layout.columns, i / layout.columns).size();
            blocks[i].temporal = i == quiet ? 0 : static_cast<uint64_t>(size) * 50;
        }
        return activity_of(layout, blocks, quiet);
    };
    EXPECT_NEAR(activity_at(640, 480, 40), 100, 1e-3);   // one quiet block counts as its neighbours do
    EXPECT_NEAR(activity_at(640, 482, 40), 4, 1e-3);     // the picture is too large
    EXPECT_NEAR(activity_at(640, 480, 539), 100, 1e-3);  // the last block of all
    EXPECT_NEAR(activity_at(2048, 3, 0), 100, 1e-3);     // a single row, whose first block has a neighbour
}

TEST(Xpsnr, IdenticalPicturesAreInfinitelyGood) {
    const TestPicture picture({VMAF_PIX_FMT_YUV420P, 10, 97, 61}, Pattern::kNoise);
    const Scores scores = run_metric(kXpsnr, {}, {{0, picture, picture}, {1, picture, picture}});
    for (const std::string plane : {"y", "cb", "cr"}) {
        EXPECT_EQ(scores.at("xpsnr_" + plane, 1), kInfinity);
        EXPECT_EQ(scores.aggregate("axpsnr_" + plane), kInfinity);
    }
    EXPECT_EQ(scores.aggregate("axpsnr_min"), kInfinity);
}

TEST(Xpsnr, TinyPicturesHaveAPlainPsnr) {
    for (unsigned bpc = 8; bpc <= 16; bpc++) {
        const Scores scores =
            run_metric(kXpsnr, {}, make_frames({VMAF_PIX_FMT_YUV444P, bpc, 7, 5}, 1, Pattern::kZero, Pattern::kPeak));
        for (const char* name : {"xpsnr_y", "xpsnr_cb", "xpsnr_cr"}) EXPECT_NEAR(scores.at(name, 0), 0, 1e-9) << bpc;
    }
}

TEST(Xpsnr, OnlyLumaWithoutChroma) {
    const Scores scores =
        run_metric(kXpsnr, {}, make_frames({VMAF_PIX_FMT_YUV400P, 8, 64, 48}, 2, Pattern::kTexture, Pattern::kNoise));
    EXPECT_EQ(scores.size(), 2);
    EXPECT_EQ(scores.aggregate("axpsnr_min"), scores.aggregate("axpsnr_y"));
}

TEST(Xpsnr, TheClipsFigureIsThatOfTheMeanRoot) {
    const Scores scores =
        run_metric(kXpsnr, {{"fps", "60"}},
                   make_frames({VMAF_PIX_FMT_YUV422P, 10, 120, 90}, 4, Pattern::kTexture, Pattern::kNoise));
    double least = kInfinity;
    for (const std::string plane : {"y", "cb", "cr"}) {
        double root = 0;
        for (unsigned i = 0; i < 4; i++) root += std::pow(10, -scores.at("xpsnr_" + plane, i) / 20) / 4;
        EXPECT_NEAR(scores.aggregate("axpsnr_" + plane), -20 * std::log10(root), 1e-9);
        least = std::min(least, scores.aggregate("axpsnr_" + plane));
    }
    EXPECT_EQ(scores.aggregate("axpsnr_min"), least);
}

TEST(Xpsnr, MissingPicturesAreBlack) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 96, 64};
    const TestPicture black(format, Pattern::kZero), ref(format, Pattern::kTexture, 1), dis(format, Pattern::kNoise, 2);
    for (const char* fps : {"25", "50"}) {
        const Scores first = run_metric(kXpsnr, {{"fps", fps}}, {{0, ref, dis}}),
                     third = run_metric(kXpsnr, {{"fps", fps}}, {{0, black, dis}, {1, black, dis}, {2, ref, dis}});
        EXPECT_EQ(first.at("xpsnr_y", 0), third.at("xpsnr_y", 2)) << fps;
    }
}

TEST(Xpsnr, OddSizesOfLargePicturesStayInside) {
    if (kHaveSimd)
        for (const unsigned bpc : {8u, 12u, 16u}) {
            const PictureFormat format{VMAF_PIX_FMT_YUV420P, bpc, 2049, 1153};
            const auto frames = make_frames(format, 2, Pattern::kNoise, Pattern::kTexture);
            for (const char* fps : {"25", "50"}) {
                const Scores scalar = run_metric(kXpsnr, {{"fps", fps}}, frames),
                             vectors = run_metric(kXpsnr, {{"fps", fps}}, frames, cpu_features(0));
                for (const char* name : {"xpsnr_y", "xpsnr_cb", "xpsnr_cr"})
                    EXPECT_EQ(scalar.at(name, 1), vectors.at(name, 1)) << name << bpc << fps;
            }
        }
    const auto frames = make_frames({VMAF_PIX_FMT_YUV420P, 8, 2049, 1153}, 1, Pattern::kTexture, Pattern::kNoise);
    EXPECT_GT(run_metric(kXpsnr, {}, frames).at("xpsnr_y", 0), 0);
}

}  // namespace
}  // namespace vmaf
