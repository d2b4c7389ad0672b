// ssimulacra2: scores that libjxl's tool gave, the arithmetic at its edges, and linear light.
#include "metric/ssimulacra2/ssimulacra2.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "metric/colour/colour_math.h"
#include "support/pictures.h"

namespace vmaf {
namespace {

using test::hash;
using test::Pattern;
using test::run_metric;
using test::TestPicture;

unsigned triangle(unsigned v) {
    v %= 512;
    return v < 256 ? v : 511 - v;
}

/// The scenes of testdata/record_ssimulacra2.py.
unsigned scene(const std::string& kind, unsigned p, unsigned x, unsigned y) {
    if (kind == "flat") return 90 + 40 * p;
    if (kind == "ramp") return (2 * x + y + 60 * p) * 255 / 700 % 256;
    if (kind == "text") return hash(uint64_t{y / 2} << 20 | x / 2) % 3 == 0 ? 20 + 10 * p : 235 - 5 * p;
    if (kind == "noise") return hash(uint64_t{p} << 48 | uint64_t{y} << 24 | x) % 256;
    return (triangle(x * 9 + y * 4 + 90 * p) + triangle(x * 3 - y * 7 + 2048) + 128) * 255 / 638;
}

unsigned damaged(const std::string& damage, const std::string& kind, unsigned p, unsigned x, unsigned y) {
    const unsigned value = scene(kind, p, x, y);
    if (damage == "steps") return std::min(value / 12 * 12 + 6, 255u);
    if (damage == "grain") {
        const auto noise = static_cast<int>(hash(uint64_t{7} << 56 | uint64_t{p} << 48 | uint64_t{y} << 24 | x) % 9);
        return static_cast<unsigned>(std::clamp(static_cast<int>(value) + noise - 4, 0, 255));
    }
    if (damage == "shift") return scene(kind, p, x + 1, y);
    if (damage == "blocks") return scene(kind, p, x / 4 * 4, y / 4 * 4);
    if (damage == "blur")
        return (value + scene(kind, p, x + 1, y) + scene(kind, p, x, y + 1) + scene(kind, p, x + 1, y + 1) + 2) / 4;
    return value;
}

TEST(Ssimulacra2, GivesWhatLibjxlsToolGives) {
    std::ifstream file(VMAF_SOURCE_ROOT "/testdata/ssimulacra2.txt");
    ASSERT_TRUE(file) << "testdata/ssimulacra2.txt";
    unsigned count = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream fields(line);
        std::string kind, damage;
        unsigned bpc = 0, w = 0, h = 0;
        double score = 0;
        ASSERT_TRUE(fields >> kind >> damage >> bpc >> w >> h >> score) << line;
        const PictureFormat format{VMAF_PIX_FMT_YUV444P, bpc, w, h};
        const unsigned scale = bpc == 16 ? 257 : 1;
        const TestPicture ref(format, [&](unsigned p, unsigned x, unsigned y) { return scene(kind, p, x, y) * scale; });
        const TestPicture dis(
            format, [&](unsigned p, unsigned x, unsigned y) { return damaged(damage, kind, p, x, y) * scale; });
        const test::Scores scores = run_metric(kSsimulacra2, {{"matrix", "gbr"}, {"range", "full"}}, {{0, ref, dis}});
        EXPECT_NEAR(scores.at("ssimulacra2", 0), score, 1e-4) << line;
        count++;
    }
    EXPECT_GE(count, 60u);
}

TEST(Ssimulacra2, IdenticalPicturesScoreHundred) {
    const TestPicture picture({VMAF_PIX_FMT_YUV420P, 10, 37, 23}, Pattern::kNoise);
    EXPECT_EQ(run_metric(kSsimulacra2, {}, {{0, picture, picture}}).at("ssimulacra2", 0), 100);
}

TEST(Ssimulacra2, ScalesEndBehindTheFirstSmallOne) {
    const auto scales = [](unsigned w, unsigned h) {
        return ssimulacra2::Scales({VMAF_PIX_FMT_YUV400P, 8, w, h}).count;
    };
    EXPECT_EQ(scales(8, 8), 2);
    EXPECT_EQ(scales(15, 100), 3);
    EXPECT_EQ(scales(17, 17), 3);
    EXPECT_EQ(scales(1920, 1080), 6);
}

TEST(FloatSum, IsExactInAnyOrder) {
    FloatSum up, down;
    const float values[] = {3.f, 1e-9f, 0.f, 1e15f, 0x1p-32f, 0.75f};
    for (const float value : values) up.add(value);
    for (size_t i = std::size(values); i-- > 0;) down.add(values[i]);
    EXPECT_EQ(up, down);
    EXPECT_DOUBLE_EQ(up.value(), 1e15f + 3.75);
    FloatSum small;
    small.add(0x1.8p-32f);
    EXPECT_EQ(small.value(), 0x1p-32);
}

TEST(Colour, CurvesAreClose) {
    for (int i = 0; i <= 4096; i++) {
        const float c = static_cast<float>(i) / 4096;
        const double x = c;
        const double srgb = x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
        const double bt709 =
            x < 0.0812428582986315 ? x / 4.5 : std::pow((x + 0.09929682680944) / 1.09929682680944, 1 / 0.45);
        EXPECT_NEAR(colour::light(colour::Transfer::kSrgb, c), srgb, 2e-6);
        EXPECT_NEAR(colour::light(colour::Transfer::kBt709, c), bt709, 2e-6);
        EXPECT_NEAR(colour::light(colour::Transfer::kBt1886, c), std::pow(x, 2.4), 2e-6);
        EXPECT_EQ(colour::light(colour::Transfer::kLinear, c), c);
    }
}

TEST(Colour, GreyIsGreyWhateverTheMatrixAndTheSubsampling) {
    for (const char* matrix : {"bt709", "bt601", "bt2020nc"})
        for (const VmafPixelFormat pix_fmt : {VMAF_PIX_FMT_YUV400P, VMAF_PIX_FMT_YUV444P}) {
            const PictureFormat format{pix_fmt, 10, 16, 16};
            const colour::Conversion conversion(OptionValues(kSsimulacra2.options, {{"matrix", matrix}}), format);
            const colour::Rgb black = colour::linear_rgb(conversion, 64, 512, 512),
                              white = colour::linear_rgb(conversion, 940, 512, 512);
            for (const float c : {black.r, black.g, black.b}) EXPECT_EQ(c, 0);
            for (const float c : {white.r, white.g, white.b}) EXPECT_NEAR(c, 1, 1e-6);
        }
}

}  // namespace
}  // namespace vmaf
