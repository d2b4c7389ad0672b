// Parts of the page of --html: texts, packed values, ladders and BD-rate, worst frames, scene cuts, colours.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "libvmaf/libvmaf.h"
#include "report/html/jpeg.h"
#include "report/html/packed.h"
#include "report/html/page.h"
#include "report/html/rate_quality.h"
#include "report/html/text.h"
#include "report/html/worst_frames.h"
#include "report/scene_cuts.h"

namespace vmaf::tool::html {
namespace {

TEST(HtmlText, HoldsNoMarkup) {
    EXPECT_EQ(escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    EXPECT_EQ(escape("\xff\x01é"), "\xEF\xBF\xBD\xEF\xBF\xBDé");
    EXPECT_EQ(json_string("</script>\"\\\n"), "\"\\u003c/script>\\\"\\\\\\u000a\"");
    EXPECT_EQ(file_name("/a/b.mp4"), "b.mp4");
    EXPECT_EQ(file_name("a/"), "a/");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(bytes_text(1500000), "1.50 MB");
    EXPECT_EQ(rate_text(1250400), "1,250 kb/s");
    EXPECT_EQ(clock_text(0), "0:00:00.000");
    EXPECT_EQ(clock_text(59.9996), "0:01:00.000");
    EXPECT_EQ(clock_text(100 * 3600 + 62.05), "100:01:02.050");
}

TEST(HtmlText, ScoresAreThoseOfReports) {
    EXPECT_EQ(score_text(89.2150604, 0), "89.215060");
    EXPECT_EQ(score_text(NAN, 0), "–");
    EXPECT_EQ(score_text(INFINITY, 0), "∞");
    EXPECT_EQ(score_text(0.1, 17), "0.10000000000000001");
}

double unpacked(const Packed& packed, size_t i) {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t code = 0;
    for (unsigned d = 0; d < packed.width; d++)
        code = code * 64 + static_cast<uint32_t>(alphabet.find(packed.digits[i * packed.width + d]));
    return code == (1u << 6 * packed.width) - 1 ? NAN : packed.low + packed.step * code;
}

TEST(HtmlPacked, ValuesComeBackWithinHalfAStep) {
    const std::vector<double> values = {3, -1.5, NAN, 97.25, 12.3456789, INFINITY, 97.2499};
    for (const unsigned width : {2u, 3u}) {
        const Packed packed = pack(values, width);
        ASSERT_EQ(packed.digits.size(), values.size() * width);
        for (size_t i = 0; i < values.size(); i++)
            if (std::isfinite(values[i]))
                EXPECT_NEAR(unpacked(packed, i), values[i], packed.step * 0.5000001);
            else
                EXPECT_TRUE(std::isnan(unpacked(packed, i)));
    }
    EXPECT_EQ(unpacked(pack(std::vector<double>{7, 7}, 2), 1), 7);
    EXPECT_TRUE(std::isnan(unpacked(pack(std::vector<double>{NAN}, 2), 0)));
    const std::vector<uint8_t> bytes = {'l', 'i', 'g', 'h', 't'};
    EXPECT_EQ(base64(bytes), "bGlnaHQ=");
}

TEST(HtmlRates, LaddersAreNamedByWhatPrecedesTheNumber) {
    EXPECT_EQ(ladder_name("out/x264_1500k.mp4"), "x264");
    EXPECT_EQ(ladder_name("x264-crf23.mkv"), "x264");
    EXPECT_EQ(ladder_name("svt.av1.q40.webm"), "svt.av1");
    EXPECT_EQ(ladder_name("hevc/1.5M.mp4"), "hevc");
    EXPECT_EQ(ladder_name("hevc/crf30.mp4"), "hevc");
    EXPECT_EQ(ladder_name("bunny_1080p_4.5Mbps.mp4"), "bunny_1080p");
    EXPECT_EQ(ladder_name("x265.mp4"), "x265");
    EXPECT_EQ(ladder_name("final.mp4"), "final");
    EXPECT_EQ(ladder_name("12.mp4"), "");
}

TEST(HtmlRates, BdRateOfKnownLadders) {
    const std::vector<RateQuality> anchor = {{8e6, 95}, {1e6, 70}, {2e6, 82}, {4e6, 90}};
    std::vector<RateQuality> cheaper = anchor;
    for (RateQuality& point : cheaper) point.bits_per_second *= 0.8;
    const BdRate bd = bd_rate(anchor, cheaper);
    EXPECT_EQ(bd.problem, "");
    EXPECT_NEAR(bd.percent, -20, 1e-9);
    EXPECT_EQ(bd.low, 70);
    EXPECT_EQ(bd.high, 95);
    EXPECT_NEAR(bd_rate(cheaper, anchor).percent, 25, 1e-9);
    // On straight lines the mean difference of the logarithms is that at the middle of the common range: here exp(0.5).
    std::vector<RateQuality> line, steeper;
    for (const double q : {0., 1., 2., 3., 4.})
        line.push_back({std::exp(q), q}), steeper.push_back({std::exp(1.25 * q), q});
    EXPECT_NEAR(bd_rate(line, steeper).percent, 100 * std::expm1(0.5), 1e-9);
    // Over a part of the range alone: from 2 to 4.
    steeper.erase(steeper.begin(), steeper.begin() + 2);
    steeper.push_back({std::exp(1.25 * 5), 5});
    EXPECT_NEAR(bd_rate(line, steeper).percent, 100 * std::expm1(0.75), 1e-9);
}

TEST(HtmlRates, BdRateSaysWhyThereIsNone) {
    const std::vector<RateQuality> good = {{1, 1}, {2, 2}, {3, 3}, {4, 4}};
    const std::vector<RateQuality> three(good.begin(), good.end() - 1), falling = {{1, 1}, {2, 3}, {3, 2}, {4, 4}};
    const std::vector<RateQuality> apart = {{1, 5}, {2, 6}, {3, 7}, {4, 8}};
    EXPECT_EQ(bd_rate(three, good).problem, "the first ladder has 3 of the 4 points that it takes");
    EXPECT_EQ(bd_rate(good, three).problem, "it has 3 of the 4 points that it takes");
    EXPECT_EQ(bd_rate(good, falling).problem, "the quality of it does not rise with the rate at every step");
    EXPECT_EQ(bd_rate(good, apart).problem, "the two ladders have no range of quality in common");
}

TEST(HtmlWorstFrames, AreApartAndAtTheBadEnd) {
    Column column{.name = "vmaf",
                  .is_model = true,
                  .frames = {0, 2, 4, 6, 8, 10},
                  .values = {90, 50, 51, 80, 49, NAN},
                  .statistics = {}};
    EXPECT_EQ(worst_places(column, 2, 4), (std::vector<size_t>{4, 1}));
    EXPECT_EQ(worst_places(column, 9, 1).size(), 5u);
    column.is_model = false;
    column.name = "butteraugli";
    EXPECT_EQ(worst_places(column, 1, 1), (std::vector<size_t>{0}));
    column.name = "ciede2000";  // a level, which rises as differences fall
    EXPECT_EQ(worst_places(column, 1, 1), (std::vector<size_t>{4}));
    column.name = "integer_motion2";
    EXPECT_TRUE(worst_places(column, 1, 1).empty());
}

/// A context with `frames` frames of one feature, entered by hand.
struct Imported {
    VmafContext* context = nullptr;
    explicit Imported(unsigned frames, unsigned step = 1) {
        EXPECT_EQ(vmaf_init(&context, {}), 0);
        for (unsigned i = 0; i < frames; i++)
            EXPECT_EQ(vmaf_import_feature_score(context, "psnr_y", i % 50, i * step), 0);
    }
    ~Imported() { vmaf_close(context); }
};

TEST(HtmlLines, FitIntoWhatTheyMayTake) {
    const Imported first(3000), second(3000, 7);
    HtmlInput input;
    for (const Imported* one : {&first, &second}) input.encodes.emplace_back().context = one->context;
    const Page page(input);
    const auto data = [&](size_t bytes) { return line_data(page, bytes); };
    const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    EXPECT_TRUE(holds(data(18000), "\"bin\":1,")) << "three digits a value";
    EXPECT_TRUE(holds(data(18000), "\"width\":3"));
    EXPECT_TRUE(holds(data(18000), "{\"first\":0,\"step\":7,\"count\":3000,\"last\":20993}"));
    EXPECT_TRUE(holds(data(17999), "\"width\":2"));
    EXPECT_TRUE(holds(data(17999), "\"bin\":1,"));
    EXPECT_TRUE(holds(data(8010), "\"bin\":3,"));
    EXPECT_TRUE(holds(data(8010), "{\"first\":0,\"step\":3,\"count\":1000,\"last\":2999}"));
    constexpr size_t kRest = 1000;  // what is not values
    for (const size_t bytes : {18000u, 12000u, 5000u, 2000u, 500u}) EXPECT_LT(data(bytes).size(), bytes + kRest);
}

/// A picture of one colour.
struct Flat {
    VmafPicture picture = {};
    Flat(VmafPixelFormat format, unsigned bpc, unsigned y, unsigned u, unsigned v, unsigned w = 64, unsigned h = 48) {
        EXPECT_EQ(vmaf_picture_alloc(&picture, format, bpc, w, h), 0);
        for (unsigned p = 0; p < 3 && picture.data[p]; p++)
            for (unsigned row = 0; row < picture.h[p]; row++)
                for (unsigned x = 0; x < picture.w[p]; x++) {
                    auto* line =
                        static_cast<uint8_t*>(picture.data[p]) + static_cast<ptrdiff_t>(row) * picture.stride[p];
                    const unsigned value = p == 0 ? y : p == 1 ? u : v;
                    if (bpc > 8)
                        reinterpret_cast<uint16_t*>(line)[x] = static_cast<uint16_t>(value);
                    else
                        line[x] = static_cast<uint8_t>(value);
                }
    }
    ~Flat() { vmaf_picture_unref(&picture); }
};

TEST(HtmlPictures, ColoursFollowMatrixAndRange) {
    const auto colour = [](const Flat& flat, const ColourTags& tags) {
        const RgbImage image = shrink(flat.picture, tags, 16);
        EXPECT_EQ(image.w, 16u);
        EXPECT_EQ(image.h, 12u);
        return std::vector<int>(image.samples.begin() + 30, image.samples.begin() + 33);
    };
    using Rgb = std::vector<int>;
    // Red at full amplitude, as the standards' tables of colour bars have it.
    EXPECT_EQ(colour({VMAF_PIX_FMT_YUV420P, 8, 63, 102, 240}, {"tv", "bt709"}), (Rgb{255, 1, 0}));
    EXPECT_EQ(colour({VMAF_PIX_FMT_YUV422P, 10, 63 * 4, 102 * 4, 240 * 4}, {"tv", "bt709"}), (Rgb{255, 1, 0}));
    EXPECT_EQ(colour({VMAF_PIX_FMT_YUV444P, 8, 81, 90, 240}, {"", ""}), (Rgb{254, 0, 0}));  // small: BT.601
    EXPECT_EQ(colour({VMAF_PIX_FMT_YUV444P, 8, 76, 85, 255}, {"pc", "smpte170m"}), (Rgb{254, 0, 0}));
    EXPECT_EQ(colour({VMAF_PIX_FMT_YUV400P, 8, 235, 0, 0}, {"", ""}), (Rgb{255, 255, 255}));
    EXPECT_EQ(colour({VMAF_PIX_FMT_YUV420P, 8, 16, 128, 128}, {"tv", "bt2020nc"}), (Rgb{0, 0, 0}));
}

TEST(HtmlPictures, JpegIsOne) {
    if (!kJpegInThisBuild) GTEST_SKIP() << "built without a JPEG library";
    const Flat flat(VMAF_PIX_FMT_YUV420P, 8, 120, 100, 140, 33, 17);
    const auto jpeg = encode_jpeg(shrink(flat.picture, {}, 640));
    ASSERT_GT(jpeg.size(), 100u);
    EXPECT_EQ(jpeg[0], 0xFF);
    EXPECT_EQ(jpeg[1], 0xD8);
    EXPECT_EQ(jpeg[jpeg.size() - 1], 0xD9);
    try {
        encode_jpeg({});
        FAIL() << "a picture without a pixel";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("can't encode a picture as JPEG: "), std::string::npos);
    }
}

TEST(SceneCuts, AreJumpsOfTheReference) {
    for (const unsigned bpc : {8u, 10u}) {
        SceneCuts cuts;
        const unsigned unit = 1u << (bpc - 8);
        for (unsigned frame = 0; frame < 40; frame++) {  // a slow fade, with cuts at 10 and 30
            const unsigned level = 40 + frame / 4 + (frame >= 10 ? 80 : 0) - (frame >= 30 ? 50 : 0);
            cuts.add(Flat(VMAF_PIX_FMT_YUV400P, bpc, level * unit, 0, 0).picture, frame + 100);
        }
        EXPECT_EQ(cuts.frames(), (std::vector<unsigned>{110, 130}));
    }
    SceneCuts noise;  // every frame is another
    for (unsigned frame = 0; frame < 20; frame++)
        noise.add(Flat(VMAF_PIX_FMT_YUV400P, 8, frame % 2 ? 50 : 90, 0, 0).picture, frame);
    EXPECT_TRUE(noise.frames().empty());
}

}  // namespace
}  // namespace vmaf::tool::html
