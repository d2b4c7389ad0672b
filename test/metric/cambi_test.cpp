// cambi at the edges of its arithmetic: tables, windows against counting by hand, exact selection, what it refuses.
#include "metric/cambi/cambi.h"

#include <gtest/gtest.h>

#include <stdlib.h>
#include <algorithm>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "base/error.h"
#include "support/contours.h"
#include "support/pictures.h"

namespace vmaf::cambi {
namespace {

namespace fs = std::filesystem;

using vmaf::test::contours;
using vmaf::test::hash;
using vmaf::test::run_metric;
using vmaf::test::TestFrame;
using vmaf::test::TestPicture;

PictureFormat format_of(unsigned w, unsigned h, unsigned bpc = 10) { return {VMAF_PIX_FMT_YUV400P, bpc, w, h}; }
OptionValues options_of(const OptionStrings& strings) { return OptionValues(kCambi.options, strings); }
Setup setup_of(const OptionStrings& strings, unsigned w, unsigned h, unsigned bpc = 10) {
    return Setup(options_of(strings), format_of(w, h, bpc));
}

TEST(CambiMath, TenBits) {
    EXPECT_EQ(ten_bits(255, 8), 1020);
    EXPECT_EQ(ten_bits(511, 9), 1022);
    EXPECT_EQ(ten_bits(1023, 10), 1023);
    EXPECT_EQ(ten_bits(1, 11), 1);
    EXPECT_EQ(ten_bits(31, 16), 0);
    EXPECT_EQ(ten_bits(32, 16), 1);
    EXPECT_EQ(ten_bits(65535, 16), kMaxLevel);
    EXPECT_EQ(ten_bits(65535, 10), 1023) << "beyond the depth";
}

TEST(CambiMath, ModeIsTheRepeatedValueOrTheSmallest) {
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++)
            for (int c = 0; c < 4; c++) {
                const int expected = a == b || a == c ? a : b == c ? b : std::min({a, b, c});
                EXPECT_EQ(mode(a, b, c), expected) << a << b << c;
            }
}

TEST(CambiMath, MaskThresholdGrowsWithThePicture) {
    EXPECT_EQ(mask_threshold(63, 5000), 7);     // no block of 64x64
    EXPECT_EQ(mask_threshold(576, 324), 16);    // 45 blocks
    EXPECT_EQ(mask_threshold(1920, 1080), 21);  // 480 blocks
    EXPECT_EQ(mask_threshold(3840, 2160), 24);  // 1980 blocks
    EXPECT_EQ(mask_threshold(4096, 2048), 24);  // 2048 blocks exactly
    EXPECT_EQ(mask_threshold(16384, 16384), 31);
}

TEST(CambiMath, RanksOrderConfidences) {
    EXPECT_EQ(rank(0.5f), 0u);
    EXPECT_LT(rank(0.5f), rank(std::nextafter(0.5f, 1.f)));
    EXPECT_LT(rank(2097151.9f), 1u << kRankBits);
    for (float value : {0.5f, 1.f, 3.25f, 2097151.9f}) EXPECT_EQ(confidence_of(rank(value)), value);
    EXPECT_EQ(fixed_point(0.5f), uint64_t{1} << 23);
    EXPECT_EQ(fixed_point(std::nextafter(0.5f, 1.f)), (uint64_t{1} << 23) + 1);
    EXPECT_EQ(fixed_point(2097151.875f), (uint64_t{1} << 45) - (1 << 21));
}

TEST(CambiMath, ProductsOfTheLargestWindowsFit) {
    const unsigned half = 693 * 693 / 2;
    EXPECT_EQ(confidence(kMaxSteps, half, half, 1.f), static_cast<float>(9. * half * half));
}

TEST(CambiMath, ProductsAreRoundedOnce) {
    for (unsigned i = 0; i < 300000; i++) {
        const auto random = hash(i);
        const int step = 1 + static_cast<int>(random % kMaxSteps);
        const auto window = static_cast<unsigned>(1 + random / kMaxSteps % 693);
        const auto centre = static_cast<unsigned>(hash(i + 1000000) % (window * window)) + 1,
                   neighbour = static_cast<unsigned>(hash(i + 2000000) % (window * window - centre + 1));
        const int64_t product = int64_t{step_weight(step)} * centre * neighbour;
        ASSERT_EQ(confidence(step, centre, neighbour, 1.f), static_cast<float>(product))
            << step << ' ' << centre << ' ' << neighbour;
    }
}

TEST(CambiTables, ReciprocalsAreThoseOfNineDigits) {
    const std::vector<float> table = reciprocals(4226);
    EXPECT_EQ(table[0], 0.f);
    std::vector<int> others;
    for (int i = 1; i < 4226; i++)
        if (table[i] != 1.f / static_cast<float>(i)) others.push_back(i);
    EXPECT_EQ(others,
              (std::vector<int>{82,   83,   244,  488,  504,  510,  528,  564,  614,  664,  749,  760,  892,  1419,
                                1699, 1906, 2040, 2071, 2112, 2223, 2443, 2555, 2740, 2927, 3285, 3515, 3525, 3705,
                                3795, 3797, 3812, 3837, 3885, 4033, 4080, 4091, 4095, 4130, 4142, 4203, 4218, 4224}));
}

/// The largest value for which `step` counts.
int last_value(const Steps& steps, int step) {
    int last = -1;
    for (int value = 0; value <= kMaxLevel; value++)
        if (steps.first[value] <= step) last = value;
    return last;
}

TEST(CambiTables, StepsCountUpToTheValuesAtWhichTheyAreNoticeable) {
    const Steps steps = setup_of({}, 640, 360).steps;
    const int expected[] = {178, 305, 432, 559};
    for (int step = 1; step <= 4; step++) EXPECT_EQ(last_value(steps, step), expected[step - 1]);
    EXPECT_EQ(steps.lowest, 0);
    EXPECT_EQ(steps.highest, 559);
    EXPECT_EQ(steps.lowest_counted(), -4);
}

TEST(CambiTables, DarkValuesDoNotCount) {
    const Steps steps = setup_of({{"cambi_vis_lum_threshold", "0.06"}}, 640, 360).steps;  // value 78
    EXPECT_EQ(steps.first[70], 5);
    EXPECT_EQ(steps.first[71], 4);
    EXPECT_EQ(steps.first[73], 2);
    EXPECT_EQ(steps.first[74], 1);
    EXPECT_EQ(steps.lowest, 71);
}

TEST(CambiTables, NothingMayBeVisible) {
    EXPECT_FALSE(setup_of({{"cambi_vis_lum_threshold", "300"}}, 640, 360).steps.any());
    const Steps all = setup_of({{"eotf", "pq"}, {"max_log_contrast", "5"}}, 640, 360).steps;
    EXPECT_EQ(last_value(all, kMaxSteps), 1023);
    const Steps black = setup_of({{"tvi_threshold", "1"}}, 640, 360).steps;  // not even at black
    EXPECT_EQ(black.highest, 0);
}

TEST(CambiTables, WindowsFollowTheSize) {
    EXPECT_EQ(setup_of({}, 3840, 2160).geometry[kDistorted].window, 65);
    EXPECT_EQ(setup_of({}, 1920, 1080).geometry[kDistorted].window, 33);
    EXPECT_EQ(setup_of({{"cambi_high_res_speedup", "1080"}}, 1920, 1080).geometry[kDistorted].window, 17);
    EXPECT_EQ(setup_of({{"window_size", "127"}}, 16384, 16384).geometry[kDistorted].window, 693);
    EXPECT_EQ(setup_of({{"window_size", "15"}}, 216, 1).geometry[kDistorted].window, 1);
}

TEST(CambiTables, SpeedUpIsForLargePictures) {
    EXPECT_FALSE(setup_of({{"cambi_high_res_speedup", "1080"}}, 1920, 1079).geometry[kDistorted].halve_first);
    EXPECT_TRUE(setup_of({{"cambi_high_res_speedup", "1080"}}, 1080, 1920).geometry[kSource].halve_first);
    EXPECT_FALSE(setup_of({{"cambi_high_res_speedup", "1440"}}, 1920, 1080).geometry[kDistorted].halve_first);
    EXPECT_FALSE(setup_of({{"cambi_high_res_speedup", "1081"}}, 3840, 2160).geometry[kDistorted].halve_first);
    EXPECT_FALSE(
        setup_of({{"cambi_high_res_speedup", "2160"}, {"enc_width", "1920"}, {"enc_height", "1080"}}, 3840, 2160)
            .geometry[kDistorted]
            .halve_first);
}

TEST(CambiTables, PickedSamplesStayInThePicture) {
    for (int size : {1, 2, 216, 1000, 16384}) {
        const std::vector<int> same = picked_samples(size, size);
        for (int i = 0; i < size; i++) ASSERT_EQ(same[i], i);
    }
    EXPECT_EQ(picked_samples(6, 3), (std::vector<int>{1, 3, 5}));
    EXPECT_EQ(picked_samples(3, 6), (std::vector<int>{0, 0, 1, 1, 2, 2}));
    for (int in : {1, 217, 7681, 16383})
        for (int out : {180, 4320, 7679, 16384}) {
            const std::vector<int> picked = picked_samples(in, out);
            EXPECT_GE(*std::min_element(picked.begin(), picked.end()), 0);
            EXPECT_LT(*std::max_element(picked.begin(), picked.end()), in);
        }
}

double value_of(const WideSum& sum) {
    return std::ldexp(static_cast<double>(sum.high), 32) + static_cast<double>(sum.low);
}

TEST(CambiPooling, SelectsByCountingWhatSortingWouldSelect) {
    std::vector<float> values;
    for (unsigned i = 0; i < 3000; i++) {
        const auto random = static_cast<unsigned>(hash(i));
        values.push_back(i % 3 ? 0.5f + static_cast<float>(random % 50) : 0.5f + static_cast<float>(random) / 1e6f);
    }
    std::vector<float> sorted = values;
    std::sort(sorted.begin(), sorted.end(), std::greater<float>());
    for (uint64_t count :
         {uint64_t{1}, uint64_t{2}, uint64_t{777}, uint64_t{2000}, uint64_t{2999}, uint64_t{3000}, uint64_t{9000}}) {
        WideSum expected;
        for (size_t i = 0; i < std::min<size_t>(count, sorted.size()); i++) expected.add(fixed_point(sorted[i]));
        EXPECT_EQ(sum_of_largest(values, count), expected) << count;
    }
    EXPECT_EQ(sum_of_largest({}, 5), WideSum{});
}

TEST(CambiPooling, SumsDoNotOverflow) {
    const float largest = std::nextafter(2097152.f, 0.f);
    WideSum sum;
    sum.add(fixed_point(largest), uint64_t{1} << 28);
    EXPECT_EQ(value_of(sum), std::ldexp(static_cast<double>(largest), 24 + 28));
    WideSum one_by_one;
    for (int i = 0; i < 100000; i++) one_by_one.add(fixed_point(largest));
    EXPECT_EQ(value_of(one_by_one), std::ldexp(static_cast<double>(largest) * 100000, 24));
}

/// Scale 0's confidences by the definition, of levels and mask as they are after the filter.
std::vector<float> by_definition(const std::vector<std::vector<int>>& levels,
                                 const std::vector<std::vector<bool>>& mask, int radius, const Steps& steps,
                                 const std::vector<float>& reciprocal) {
    const int h = static_cast<int>(levels.size()), w = static_cast<int>(levels[0].size());
    std::vector<float> positive;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            if (!mask[y][x]) continue;
            std::vector<unsigned> pixels(2 * kMaxSteps + 1);
            for (int j = std::max(0, y - radius); j <= std::min(h - 1, y + radius); j++)
                for (int i = std::max(0, x - radius); i <= std::min(w - 1, x + radius); i++) {
                    const int k = levels[j][i] - levels[y][x];
                    if (mask[j][i] && std::abs(k) <= kMaxSteps) pixels[k + kMaxSteps]++;
                }
            float largest = 0;
            for (int d = steps.first[levels[y][x]]; d <= steps.count; d++) {
                const unsigned p0 = pixels[kMaxSteps], p = std::max(pixels[kMaxSteps - d], pixels[kMaxSteps + d]);
                largest = std::max(largest, confidence(d, p0, p, reciprocal[p0 + p]));
            }
            if (largest > 0) positive.push_back(largest);
        }
    return positive;
}

TEST(CambiDetector, CountsAsTheDefinitionDoes) {
    // Heights and widths on either side of the window's radius, where libvmaf reads beyond the picture.
    for (auto [w, h] : {std::pair{230u, 40u}, {216u, 5u}, {5u, 216u}, {300u, 1u}})
        for (const OptionStrings& strings : {OptionStrings{}, {{"window_size", "127"}, {"max_log_contrast", "3"}}}) {
            const auto setup = setup_of(strings, w, h);
            const TestPicture picture = contours(setup.format);
            const Plane<uint16_t> plane = picture.view().plane<uint16_t>(0);
            const auto at = [&](int x, int y) { return static_cast<int>(plane.row(y)[x]); };
            const int width = static_cast<int>(w), height = static_cast<int>(h);
            std::vector<std::vector<int>> levels(h, std::vector<int>(w)), across = levels;
            std::vector<std::vector<bool>> flat(h, std::vector<bool>(w)), mask = flat;
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) {
                    flat[y][x] =
                        (x + 1 == width || at(x, y) == at(x + 1, y)) && (y + 1 == height || at(x, y) == at(x, y + 1));
                    across[y][x] = x == 0 || x + 1 == width ? at(x, y) : mode(at(x - 1, y), at(x, y), at(x + 1, y));
                }
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++) {
                    int count = 0;
                    for (int j = std::max(0, y - 3); j <= std::min(height - 1, y + 3); j++)
                        for (int i = std::max(0, x - 3); i <= std::min(width - 1, x + 3); i++) count += flat[j][i];
                    mask[y][x] = count > mask_threshold(width, height);
                    levels[y][x] =
                        y == 0 || y + 1 == height ? at(x, y) : mode(across[y - 1][x], across[y][x], across[y + 1][x]);
                }
            Confidences found;
            make_scalar_detector(setup)->detect(picture.view(), setup.geometry[0], false, found);
            EXPECT_EQ(found[0],
                      by_definition(levels, mask, setup.geometry[0].radius(), setup.steps, reciprocals(70000)))
                << w << 'x' << h;
            EXPECT_EQ(found[0].empty(), h == 1) << w << 'x' << h;
        }
}

TEST(Cambi, RefusesWhatItCanNotScore) {
    const auto refused = [](const OptionStrings& strings, unsigned w, unsigned h) {
        try {
            kCambi.check(options_of(strings), format_of(w, h));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refused({}, 215, 215), "cambi: pictures of 215x215 are too small; one side must have 216 samples");
    EXPECT_EQ(refused({}, 216, 1), "");
    EXPECT_EQ(refused({{"enc_width", "180"}, {"enc_height", "150"}}, 640, 360),
              "cambi: pictures of 180x150 are too small; one side must have 216 samples");
    EXPECT_EQ(refused({{"src_width", "700"}, {"src_height", "300"}}, 640, 360),
              "cambi: the source (700x300) is wider but lower, or narrower but higher, than the encoding (640x360)");
    EXPECT_EQ(refused({}, 16384, 16384), "");
}

TEST(Cambi, ReferenceCountsWithFullRefAlone) {
    const PictureFormat format = format_of(240, 60);
    const TestFrame frame{0, TestPicture(format, vmaf::test::Pattern::kZero), contours(format)};
    const auto alone = run_metric(kCambi, {}, {frame});
    EXPECT_EQ(alone.size(), 1u);
    const auto both = run_metric(kCambi, {{"full_ref", "true"}}, {frame});
    EXPECT_EQ(both.at("Cambi_feature_cambi_score", 0), alone.at("Cambi_feature_cambi_score", 0));
    EXPECT_EQ(both.at("cambi_source", 0), 0);
    EXPECT_EQ(both.at("cambi_full_reference", 0), both.at("Cambi_feature_cambi_score", 0));
    const auto worse = run_metric(kCambi, {{"full_ref", "true"}},
                                  {{0, contours(format), TestPicture(format, vmaf::test::Pattern::kZero)}});
    EXPECT_EQ(worse.at("cambi_full_reference", 0), 0);
}

class CambiHeatmaps : public ::testing::Test {
 protected:
    void SetUp() override {
        std::string name = fs::temp_directory_path() / "cambi_XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    std::vector<uint16_t> read(const std::string& name) const {
        std::ifstream file(folder_ / "a/b" / name, std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(file), {});
        std::vector<uint16_t> values(bytes.size() / 2);
        std::memcpy(values.data(), bytes.data(), values.size() * 2);
        return values;
    }

    fs::path folder_;
};

TEST_F(CambiHeatmaps, HoldEveryPixelInThePlaceOfItsFrame) {
    const PictureFormat format = format_of(231, 60);
    const TestFrame frames[] = {{2, contours(format), TestPicture(format)}, {1, contours(format), contours(format)}};
    run_metric(kCambi, {{"heatmaps_path", (folder_ / "a/b").string()}, {"full_ref", "true"}},
               {std::begin(frames), std::end(frames)});
    int w = 231, h = 60;
    for (int scale = 0; scale < kScales; scale++, w = halved(w), h = halved(h)) {
        const auto values = read(cat("cambi_heatmap_scale_", scale, "_", w, "x", h, "_16b.gray"));
        const auto pixels = static_cast<size_t>(w * h);
        ASSERT_EQ(values.size(), 3 * pixels) << scale;
        EXPECT_LT(std::count(values.begin(), values.end(), 0), 3 * w * h) << scale;
        for (size_t frame : {0, 2})
            for (size_t i = 0; i < pixels; i++) ASSERT_EQ(values[frame * pixels + i], 0);
    }
    const auto setup = setup_of({}, 231, 60);
    Confidences all;
    make_scalar_detector(setup)->detect(frames[1].dis.view(), setup.geometry[0], true, all);
    const auto values = read("cambi_heatmap_scale_0_231x60_16b.gray");
    for (size_t i = 0; i < all[0].size(); i++)
        ASSERT_EQ(values[all[0].size() + i], heat(all[0][i], setup.heat_scaling(setup.geometry[0])));
}

TEST_F(CambiHeatmaps, SayWhatCanNotBeWritten) {
    std::ofstream(folder_ / "file") << "in the way";
    const OptionValues options = options_of({{"heatmaps_path", (folder_ / "file").string()}});
    try {
        kCambi.make_scorer(options, format_of(231, 60));
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find((folder_ / "file").string()), std::string::npos) << error.what();
    }
}

TEST(CambiMath, HeatStaysWithinItsRange) {
    EXPECT_EQ(heat(0, 0), 0);
    EXPECT_EQ(heat(1, 100.99), 100);
    EXPECT_EQ(heat(70000, 1), 65535);
    EXPECT_EQ(setup_of({{"window_size", "15"}}, 216, 1).heat_scaling({.w = 216, .h = 1, .window = 1}), 65535);
    EXPECT_EQ(setup_of({{"max_log_contrast", "0"}}, 640, 360).heat_scaling({.w = 216, .h = 1, .window = 1}), 0);
}

}  // namespace
}  // namespace vmaf::cambi
