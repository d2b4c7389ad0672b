// Conversions, the turns of readers that share a video, and the search for a shift.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <random>

#include "base/error.h"
#include "input/convert/aligned_picture.h"
#include "input/convert/converter.h"
#include "input/frame_source.h"
#include "input/sync.h"
#include "input/video_reader.h"

namespace vmaf::tool {
namespace {

std::string error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

PictureFormat format_of(VmafPixelFormat pix_fmt, unsigned bpc, unsigned w, unsigned h) { return {pix_fmt, bpc, w, h}; }

void fill(VmafPicture& view, const PictureFormat& format, unsigned seed) {
    std::mt19937 random(seed);
    for (unsigned p = 0; p < format.planes(); p++)
        for (unsigned y = 0; y < format.plane_h(p); y++)
            for (unsigned x = 0; x < format.plane_w(p); x++) {
                auto* row = static_cast<std::byte*>(view.data[p]) + static_cast<ptrdiff_t>(y) * view.stride[p];
                const unsigned value = random() & ((1u << format.bpc) - 1);
                if (format.bpc > 8)
                    reinterpret_cast<uint16_t*>(row)[x] = static_cast<uint16_t>(value);
                else
                    reinterpret_cast<uint8_t*>(row)[x] = static_cast<uint8_t>(value);
            }
}

std::string bytes_of(const VmafPicture& view, const PictureFormat& format) {
    std::string bytes;
    for (unsigned p = 0; p < format.planes(); p++)
        for (unsigned y = 0; y < format.plane_h(p); y++)
            bytes.append(static_cast<const char*>(view.data[p]) + static_cast<ptrdiff_t>(y) * view.stride[p],
                         format.plane_w(p) * format.sample_bytes());
    return bytes;
}

std::string converted(const PictureFormat& from, const Conversion& conversion, InstructionSets sets) {
    AlignedPicture in(from, 7), out(conversion.to, 7);
    fill(in.view(), from, from.w);
    make_converter(from, conversion, 7, sets)->run(in.view(), out.view());
    return bytes_of(out.view(), conversion.to);
}

class Conversions : public testing::Test {
 protected:
    void SetUp() override {
        if (!kZimgInThisBuild) GTEST_SKIP() << "built without zimg";
    }
};

TEST_F(Conversions, InstructionSetsDoNotMatter) {
    for (const auto resampling : {Resampling::kBicubic, Resampling::kLanczos, Resampling::kBilinear})
        for (const auto& [from_depth, to_depth] : {std::pair(8u, 8u), {8u, 10u}, {10u, 12u}, {16u, 16u}})
            for (const auto& [w, h] : {std::pair(176u, 144u), {97u, 61u}, {250u, 60u}})
                for (const auto pix_fmt : {VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV444P}) {
                    const PictureFormat from = format_of(VMAF_PIX_FMT_YUV420P, from_depth, 123, 77);
                    const Conversion conversion{.to = format_of(pix_fmt, to_depth, w, h), .resampling = resampling};
                    EXPECT_EQ(converted(from, conversion, InstructionSets::kAll),
                              converted(from, conversion, InstructionSets::kNone))
                        << name_of(resampling) << from_depth << to_depth << w;
                }
}

TEST_F(Conversions, PlanesAreAskedForOneByOne) {
    const PictureFormat from = format_of(VMAF_PIX_FMT_YUV420P, 8, 64, 48);
    const Conversion conversion{.to = format_of(VMAF_PIX_FMT_YUV420P, 8, 96, 72)};
    EXPECT_EQ(make_converter(from, conversion, 1)->planes_read(), 1u);
    EXPECT_EQ(make_converter(from, conversion, 5)->planes_read(), 5u);
    Conversion colour = conversion;
    colour.colour = true;
    colour.from_meaning = {"full", "bt709", ""};
    colour.to_meaning = {"limited", "smpte170m", ""};
    EXPECT_EQ(make_converter(from, colour, 1)->planes_read(), 7u);
    AlignedPicture in(from, 7), out(conversion.to, 7);
    fill(in.view(), from, 1);
    std::vector<uint8_t> unaligned(97 * 72 + 1);
    VmafPicture odd = {};
    odd.data[0] = unaligned.data() + 1;
    odd.stride[0] = 97;
    make_converter(from, conversion, 7)->run(in.view(), out.view());
    make_converter(from, conversion, 1)->run(in.view(), odd);
    for (unsigned y = 0; y < 72; y++)
        EXPECT_EQ(std::memcmp(unaligned.data() + 1 + y * 97,
                              static_cast<char*>(out.view().data[0]) + y * out.view().stride[0], 96),
                  0);
}

/// A video of flat frames, each of its own number.
class Numbers final : public VideoReader {
 public:
    explicit Numbers(uint64_t count) : VideoReader(format_of(VMAF_PIX_FMT_YUV400P, 8, 16, 16)), count_(count) {}

    const std::string& name() const override { return name_; }
    std::optional<uint64_t> frames_left() const override { return count_ - next_; }
    bool frame_begins() override { return next_ < count_; }
    bool read(VmafPicture& picture, unsigned) override {
        if (!frame_begins()) return false;
        for (unsigned y = 0; y < 16; y++)
            std::memset(static_cast<char*>(picture.data[0]) + y * picture.stride[0], static_cast<int>(next_), 16);
        return next_++, true;
    }
    bool skip() override { return frame_begins() && (next_++, true); }
    uint64_t position() const override { return next_; }
    std::string loose_end() const override { return {}; }
    void check_first_frame() const override {}
    void stop() override {}
    std::unique_ptr<VideoReader> twin() const override { return nullptr; }

 private:
    const std::string name_ = "numbers";
    uint64_t count_, next_ = 0;
};

std::vector<unsigned> read_converted(uint64_t count, const ReadPlan& plan) {
    const Conversion conversion{.to = format_of(VMAF_PIX_FMT_YUV400P, 8, 32, 24)};
    const auto fetch = [] {
        VmafPicture picture = {};
        vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV400P, 8, 32, 24);
        return picture;
    };
    FrameSource source(convert(std::make_unique<Numbers>(count), conversion), fetch, plan);
    std::vector<unsigned> numbers;
    for (VmafPicture picture; source.next(picture);) {
        numbers.push_back(*static_cast<uint8_t*>(picture.data[0]));
        vmaf_picture_unref(&picture);
    }
    return numbers;
}

TEST_F(Conversions, ReadersTakeTurns) {
    for (const unsigned readers : {1u, 2u, 5u, 8u})
        for (const uint64_t skip : {0u, 1u, 7u})
            for (const size_t ahead : {size_t{1}, size_t{3}, size_t{9}}) {
                const auto found = read_converted(40, {.planes = 1, .skip = skip, .ahead = ahead, .readers = readers});
                ASSERT_EQ(found.size(), 40 - skip) << readers << " readers, " << skip << " skipped";
                for (size_t i = 0; i < found.size(); i++) EXPECT_EQ(found[i], i + skip);
            }
    EXPECT_EQ(read_converted(40, {.planes = 1, .skip = 2, .limit = 3, .ahead = 3, .readers = 4}),
              (std::vector<unsigned>{2, 3, 4}));
    for (const unsigned readers : {1u, 4u})
        EXPECT_CONTAINS(error_of([&] { read_converted(3, {.planes = 1, .skip = 5, .ahead = 3, .readers = readers}); }),
                        "can't pass over 5 frames, there are only 3");
    const Conversion conversion{.to = format_of(VMAF_PIX_FMT_YUV400P, 8, 32, 24)};
    const auto reader = convert(std::make_unique<Numbers>(9), conversion);
    reader->seek(4);
    EXPECT_EQ(reader->position(), 4u);
    EXPECT_TRUE(reader->skip());
    EXPECT_EQ(reader->position(), 5u);
}

/// `count` thumbnails from number `first` on of a video whose picture changes as `step` says, with noise of `noise` steps.
std::vector<Thumbnail> film(unsigned first, unsigned count, double step, double noise, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> any(-noise, noise);
    std::vector<Thumbnail> frames;
    for (unsigned frame = first; frame < first + count; frame++) {
        Thumbnail cells;
        for (unsigned i = 0; i < 64; i++)
            cells.push_back(static_cast<float>(128 + 100 * std::sin(i * 0.7 + step * frame) + any(random)));
        frames.push_back(cells);
    }
    return frames;
}

TEST(Sync, FindsShifts) {
    for (const int shift : {-7, -1, 0, 1, 12, 30})
        for (const double step : {0.02, 0.2}) {
            const unsigned start = 50;
            const auto found = find_sync(film(start, 100, step, 0, 1),
                                         film(start + static_cast<unsigned>(shift), 100, step, 1, 2), 40);
            ASSERT_TRUE(found);
            EXPECT_TRUE(found->evident) << shift << " at " << step;
            EXPECT_EQ(found->best.shift, shift);
        }
}

TEST(Sync, WeakEvidenceIsNone) {
    for (unsigned seed = 0; seed < 40; seed++)
        EXPECT_FALSE(find_sync(film(0, 60, 0, 3, seed), film(0, 60, 0, 3, seed + 100), 40)->evident)
            << "still, with noise";
    EXPECT_FALSE(find_sync(film(0, 60, 0, 0, 1), film(0, 60, 0, 0, 1), 40)->evident) << "still";
    const double period = 2 * 3.14159265358979 / 8;
    EXPECT_FALSE(find_sync(film(0, 60, period, 0, 1), film(0, 60, period, 0.1, 1), 40)->evident) << "a loop";
    EXPECT_FALSE(find_sync(film(0, 3, 1, 0, 1), film(0, 60, 1, 0, 1), 40)) << "too few";
}

TEST(Sync, ThumbnailsAreMeansOfAnySize) {
    Numbers numbers(9);
    const auto found = thumbnails(numbers, 3, 4);
    ASSERT_EQ(found.size(), 4u);
    for (size_t i = 0; i < 4; i++)
        for (const float cell : found[i]) EXPECT_EQ(cell, static_cast<float>(3 + i));
}

TEST(Crops, AreChecked) {
    const PictureFormat format = format_of(VMAF_PIX_FMT_YUV422P, 8, 32, 24);
    EXPECT_EQ(cropped(format, Rectangle{16, 8, 2, 3}), format_of(VMAF_PIX_FMT_YUV422P, 8, 16, 8));
    EXPECT_EQ(cropped(format, std::nullopt), format);
    EXPECT_CONTAINS(error_of([&] { cropped(format, Rectangle{16, 8, 3, 3}); }), "take an even X");
    EXPECT_CONTAINS(error_of([&] { cropped(format, Rectangle{16, 8, 17, 0}); }), "reaches outside");
    EXPECT_CONTAINS(error_of([&] { cropped(format, Rectangle{~0u, 8, 2, 0}); }), "reaches outside");
    EXPECT_CONTAINS(error_of([&] { cropped(format, Rectangle{16, 0, 2, 0}); }), "leaves nothing");
}

}  // namespace
}  // namespace vmaf::tool
