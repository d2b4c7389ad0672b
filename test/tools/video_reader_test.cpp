// Raw YUV and Y4M readers: layouts of every format and depth, odd sizes, header dialects, damaged files.
#include "input/video_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "base/error.h"
#include "input/depth_reader.h"
#include "input/y4m_reader.h"
#include "support/temp_file.h"

namespace vmaf::tool {
namespace {

constexpr VmafPixelFormat kFormats[] = {VMAF_PIX_FMT_YUV400P, VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P,
                                        VMAF_PIX_FMT_YUV444P};

/// What a reader fills, with memory of its own; rows are `padding` bytes apart, and padding must stay as it is.
struct ReaderTarget : VmafPicture {
    explicit ReaderTarget(const PictureFormat& format, size_t padding = 3) : VmafPicture{} {
        for (unsigned p = 0; p < format.planes(); p++) {
            row_bytes[p] = format.plane_w(p) * format.sample_bytes();
            memory[p].assign((row_bytes[p] + padding) * format.plane_h(p) + 1, 0xEE);
            data[p] = memory[p].data();
            stride[p] = static_cast<ptrdiff_t>(row_bytes[p] + padding);
            h[p] = format.plane_h(p);
        }
    }
    std::string row(unsigned p, unsigned y) const {
        return {reinterpret_cast<const char*>(memory[p].data()) + y * static_cast<size_t>(stride[p]), row_bytes[p]};
    }
    bool padding_intact() const {
        for (unsigned p = 0; p < 3; p++)
            for (size_t i = 0; i < memory[p].size(); i++)
                if ((stride[p] == 0 || i % static_cast<size_t>(stride[p]) >= row_bytes[p]) && memory[p][i] != 0xEE)
                    return false;
        return true;
    }
    std::vector<uint8_t> memory[3];
    size_t row_bytes[3] = {};
};

/// File bytes of one frame: byte i of plane p of frame f is unlike its neighbours.
std::string plane_bytes(const FrameLayout& layout, unsigned frame, unsigned p) {
    std::string bytes(layout.plane_bytes(p), '\0');
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<char>(i * 13 + frame * 101 + p * 57 + i / 251);
    return bytes;
}

std::string frame_bytes(const FrameLayout& layout, unsigned frame) {
    return plane_bytes(layout, frame, 0) + plane_bytes(layout, frame, 1) + plane_bytes(layout, frame, 2) +
           std::string(layout.trailing_bytes, 'A');
}

/// The rows that `picture` should have got from the file's frame: chroma without the extra column and row.
void expect_frame(const ReaderTarget& picture, const PictureFormat& format, const FrameLayout& layout, unsigned frame) {
    for (unsigned p = 0; p < format.planes(); p++) {
        const std::string bytes = plane_bytes(layout, frame, p);
        const size_t file_row = size_t{layout.plane[p].w} * layout.sample_bytes;
        for (unsigned y = 0; y < format.plane_h(p); y++)
            ASSERT_EQ(picture.row(p, y), bytes.substr(y * file_row, picture.row_bytes[p]))
                << "plane " << p << " row " << y;
    }
    EXPECT_TRUE(picture.padding_intact());
}

std::string error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

#define EXPECT_CONTAINS(text, part) EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)

class Layouts : public testing::TestWithParam<std::tuple<VmafPixelFormat, unsigned, unsigned, unsigned>> {};

TEST_P(Layouts, ReadAsTheyLie) {
    const auto [pix_fmt, bpc, w, h] = GetParam();
    const PictureFormat format{pix_fmt, bpc, w, h};
    const FrameLayout layout = FrameLayout::of(format);
    const std::string bytes = frame_bytes(layout, 0) + frame_bytes(layout, 1) + frame_bytes(layout, 2);
    for (const size_t padding : {0u, 3u}) {
        PipedStream pipe(bytes, 777);
        for (auto& stream : {file_stream(bytes).release(), pipe.stream.release()}) {
            const auto reader = open_video(std::unique_ptr<ByteStream>(stream), format);
            for (unsigned frame = 0; frame < 3; frame++) {
                ReaderTarget picture(format, padding);
                ASSERT_TRUE(reader->read(picture, 7));
                expect_frame(picture, format, layout, frame);
            }
            ReaderTarget picture(format);
            EXPECT_FALSE(reader->read(picture, 7));
            EXPECT_FALSE(reader->read(picture, 7));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, Layouts,
                         testing::Combine(testing::ValuesIn(kFormats), testing::Values(8u, 9u, 10u, 16u),
                                          testing::Values(1u, 2u, 17u, 64u), testing::Values(1u, 5u, 6u)));

TEST(YuvReader, ChromaSizesRoundUpInTheFile) {
    const FrameLayout layout = FrameLayout::of({VMAF_PIX_FMT_YUV420P, 8, 5, 3});
    EXPECT_EQ(layout.plane[1].w, 3u);
    EXPECT_EQ(layout.plane[1].h, 2u);
    EXPECT_EQ(layout.bytes(), 5u * 3 + 2 * 3 * 2);
    EXPECT_EQ(FrameLayout::of({VMAF_PIX_FMT_YUV422P, 10, 5, 3}).bytes(), 2 * (5u * 3 + 2 * 3 * 3));
    EXPECT_EQ(FrameLayout::of({VMAF_PIX_FMT_YUV400P, 10, 5, 3}).bytes(), 2 * 5u * 3);
}

TEST(YuvReader, TouchesOnlyThePlanesOfTheMask) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 33, 7};
    const FrameLayout layout = FrameLayout::of(format);
    const std::string bytes = frame_bytes(layout, 0) + frame_bytes(layout, 1);
    for (unsigned mask = 0; mask < 8; mask++) {
        const auto reader = open_video(file_stream(bytes), format);
        for (unsigned frame = 0; frame < 2; frame++) {
            ReaderTarget picture(format);
            ASSERT_TRUE(reader->read(picture, mask));
            for (unsigned p = 0; p < 3; p++) {
                const std::string expected = mask >> p & 1
                                                 ? plane_bytes(layout, frame, p).substr(0, picture.row_bytes[p])
                                                 : std::string(picture.row_bytes[p], '\xEE');
                EXPECT_EQ(picture.row(p, 0), expected) << "mask " << mask << " plane " << p;
            }
        }
        ReaderTarget picture(format);
        EXPECT_FALSE(reader->read(picture, mask));
    }
}

TEST(YuvReader, SkipsAndCountsFrames) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 10, 16, 16};
    const FrameLayout layout = FrameLayout::of(format);
    const auto reader =
        open_video(file_stream(frame_bytes(layout, 0) + frame_bytes(layout, 1) + frame_bytes(layout, 2)), format);
    EXPECT_EQ(reader->frames_left(), 3u);
    EXPECT_TRUE(reader->skip());
    EXPECT_EQ(reader->frames_left(), 2u);
    ReaderTarget picture(format);
    EXPECT_TRUE(reader->read(picture, 7));
    expect_frame(picture, format, layout, 1);
    EXPECT_TRUE(reader->skip());
    EXPECT_FALSE(reader->skip());
}

/// First sample of the frame after seek(frame), which is its number; '-' at the end.
char sought(VideoReader& reader, uint64_t frame) {
    ReaderTarget picture(reader.format());
    reader.seek(frame);
    if (!reader.read(picture, 1)) return '-';
    EXPECT_EQ(reader.position(), frame + 1);
    return picture.row(0, 0)[0];
}

/// All orders of two places, before and after reading, in files of the frames 0 to 4.
void expect_seeks(const std::function<std::unique_ptr<VideoReader>()>& open) {
    for (uint64_t first = 0; first < 7; first++)
        for (uint64_t second = 0; second < 7; second++) {
            const auto reader = open();
            for (const uint64_t frame : {first, second}) {
                reader->frame_begins();
                EXPECT_EQ(sought(*reader, frame), frame < 5 ? static_cast<char>('0' + frame) : '-') << first;
                if (frame >= 5) {
                    EXPECT_EQ(reader->position(), 5u);
                }
            }
        }
}

TEST(VideoReader, SeeksToAnyFrame) {
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 8, 4, 4};
    const std::string y4m_header = "YUV4MPEG2 W4 H4 F25:1 Ip Cmono\n";
    std::string yuv, y4m = y4m_header, uneven = y4m_header;
    for (char digit = '0'; digit < '5'; digit++) {
        const std::string samples(16, digit);
        yuv += samples;
        y4m += "FRAME\n" + samples;
        uneven += (digit == '2' ? "FRAME Xlonger\n" : "FRAME\n") + samples;
    }
    for (const std::string loose_end : {"", "abc"})
        expect_seeks([&] { return open_video(file_stream(yuv + loose_end), format); });
    for (const std::string& bytes : {y4m, uneven}) expect_seeks([&] { return open_video(file_stream(bytes), {}); });
    expect_seeks([&] { return open_video(file_stream(y4m), {})->twin(); });
    expect_seeks([&] { return deepen(open_video(file_stream(yuv), format), 8); });
    const auto cut = open_video(file_stream(yuv + "abc"), format);
    EXPECT_EQ(sought(*cut, 9), '-');
    EXPECT_CONTAINS(cut->loose_end(), "frame 5 is incomplete: the input ends after 3 of");
    EXPECT_EQ(sought(*cut, 4), '4');
    EXPECT_EQ(sought(*open_video(file_stream(""), format), 3), '-');
}

TEST(VideoReader, PipesAreReadForwards) {
    PipedStream pipe(frame_bytes(FrameLayout::of({VMAF_PIX_FMT_YUV400P, 8, 16, 16}), 0) + std::string(512, '2'), 100);
    const auto reader = open_video(std::move(pipe.stream), PictureFormat{VMAF_PIX_FMT_YUV400P, 8, 16, 16});
    EXPECT_EQ(sought(*reader, 1), '2');
    EXPECT_CONTAINS(error_of([&] { reader->seek(1); }),
                    "pipe: frame 1 has been passed, at frame 2, and this input can be read only once");
    EXPECT_EQ(sought(*reader, 5), '-');
}

TEST(YuvReader, AnIncompleteFrameIsALooseEnd) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 16, 16};
    const FrameLayout layout = FrameLayout::of(format);
    for (const size_t cut : {size_t{1}, size_t{255}, size_t{256}, layout.bytes() - 1}) {
        const std::string bytes = frame_bytes(layout, 0) + frame_bytes(layout, 1).substr(0, cut);
        for (const unsigned mask : {0u, 1u, 7u}) {
            const auto reader = open_video(file_stream(bytes), format);
            ReaderTarget picture(format);
            ASSERT_TRUE(reader->read(picture, mask));
            const std::string words =
                cat("clip: frame 1 is incomplete: the input ends after ", cut, " of its 384 bytes");
            EXPECT_CONTAINS(reader->loose_end(), words);  // the size tells it beforehand
            EXPECT_FALSE(reader->read(picture, mask));
            EXPECT_CONTAINS(reader->loose_end(), words);
        }
        PipedStream pipe(bytes, 100);
        const auto reader = open_video(std::move(pipe.stream), format);
        EXPECT_TRUE(reader->skip());
        EXPECT_EQ(reader->loose_end(), "");
        EXPECT_FALSE(reader->skip());
        EXPECT_CONTAINS(reader->loose_end(), "pipe: frame 1 is incomplete");
    }
    EXPECT_EQ(open_video(file_stream(frame_bytes(layout, 0)), format)->loose_end(), "");
}

TEST(VideoReader, AFileWithoutAWholeFrameIsKnownBeforeMemoryIsTaken) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, kMaxSide, kMaxSide};
    EXPECT_CONTAINS(error_of([&] { open_video(file_stream("abc"), format)->check_first_frame(); }),
                    "clip: frame 0 is incomplete: the input ends after 3 of its");
    const std::string header = "YUV4MPEG2 W65535 H65535 F25:1 Ip C444p16\n";
    EXPECT_CONTAINS(error_of([&] { open_video(file_stream(header + "FRAME\nab"), {})->check_first_frame(); }),
                    "clip: frame 0 is incomplete: the input ends after 2 of its");
    EXPECT_CONTAINS(error_of([&] { open_video(file_stream(header), {})->check_first_frame(); }), "no frames to score");
    open_video(file_stream("YUV4MPEG2 W2 H1 F25:1 Ip Cmono\nFRAME\nab"), {})->check_first_frame();
}

TEST(Y4mReader, EveryDialect) {
    struct Case {
        const char* tag;
        VmafPixelFormat pix_fmt;
        unsigned bpc;
    };
    for (const auto& [tag, pix_fmt, bpc] :
         {Case{"", VMAF_PIX_FMT_YUV420P, 8}, Case{" C420", VMAF_PIX_FMT_YUV420P, 8},
          Case{" C420jpeg", VMAF_PIX_FMT_YUV420P, 8}, Case{" C420mpeg2", VMAF_PIX_FMT_YUV420P, 8},
          Case{" C420paldv", VMAF_PIX_FMT_YUV420P, 8}, Case{" C422", VMAF_PIX_FMT_YUV422P, 8},
          Case{" C444", VMAF_PIX_FMT_YUV444P, 8}, Case{" C444alpha", VMAF_PIX_FMT_YUV444P, 8},
          Case{" Cmono", VMAF_PIX_FMT_YUV400P, 8}, Case{" C420p9", VMAF_PIX_FMT_YUV420P, 9},
          Case{" C420p10 XYSCSS=420P10", VMAF_PIX_FMT_YUV420P, 10}, Case{" C422p12", VMAF_PIX_FMT_YUV422P, 12},
          Case{" C444p14", VMAF_PIX_FMT_YUV444P, 14}, Case{" C420p16", VMAF_PIX_FMT_YUV420P, 16},
          Case{" Cmono9", VMAF_PIX_FMT_YUV400P, 9}, Case{" Cmono16", VMAF_PIX_FMT_YUV400P, 16},
          Case{" XYSCSS=444", VMAF_PIX_FMT_YUV444P, 8}, Case{" XYSCSS=422P10 Xother", VMAF_PIX_FMT_YUV422P, 10},
          Case{" XCOLORRANGE=FULL", VMAF_PIX_FMT_YUV420P, 8}}) {
        for (const auto& [w, h] : {std::pair{16u, 8u}, {17u, 9u}, {1u, 1u}}) {
            const std::string line = cat("YUV4MPEG2 W", w, " H", h, " F30000:1001 Ip A1:1", tag);
            const Y4mHeader header = parse_y4m_header(line);
            EXPECT_EQ(header.format, (PictureFormat{pix_fmt, bpc, w, h})) << line;
            EXPECT_EQ(header.warning, "");
            const auto reader = open_video(file_stream(line + "\nFRAME\n" + frame_bytes(header.layout, 0) +
                                                       "FRAME Ixyz Xlong=1\n" + frame_bytes(header.layout, 1)),
                                           std::nullopt);
            for (unsigned frame = 0; frame < 2; frame++) {
                ReaderTarget picture(header.format);
                ASSERT_TRUE(reader->read(picture, 7)) << line;
                expect_frame(picture, header.format, header.layout, frame);
            }
            ReaderTarget picture(header.format);
            EXPECT_FALSE(reader->read(picture, 7));
        }
    }
}

TEST(Y4mReader, FrameRatesAreRatiosOfTwoNumbers) {
    const auto rate = [](const char* tag) {
        return parse_y4m_header(cat("YUV4MPEG2 W4 H4 Ip F", tag)).traits.frame_rate;
    };
    EXPECT_EQ(rate("30000:1001"), 30000. / 1001);
    EXPECT_EQ(rate("60:1"), 60);
    for (const char* tag : {"0:0", "0:1", "25:0", "25", "25:", "25:1x", ":1", "-25:1", "x"})
        EXPECT_EQ(rate(tag), 0) << tag;
    const auto reader = open_video(file_stream("YUV4MPEG2 W4 H4 F50:1 Ip\n"), std::nullopt);
    EXPECT_EQ(reader->traits().frame_rate, 50);
    EXPECT_EQ(reader->twin()->traits().frame_rate, 50);
}

TEST(Y4mReader, QuarterChromaBecomesHalf) {
    const Y4mHeader header = parse_y4m_header("YUV4MPEG2 W10 H2 F1:1 C411");
    EXPECT_EQ(header.format, (PictureFormat{VMAF_PIX_FMT_YUV422P, 8, 10, 2}));
    EXPECT_EQ(header.layout.bytes(), 20u + 2 * 6);
    const std::string luma(20, 'y'), cb = {0, 10, 21, 100, 101, 104}, cr(6, 'r');
    const auto reader = open_video(file_stream("YUV4MPEG2 W10 H2 F1:1 C411\nFRAME\n" + luma + cb + cr), std::nullopt);
    ReaderTarget picture(header.format);
    ASSERT_TRUE(reader->read(picture, 7));
    EXPECT_EQ(picture.row(0, 1), "yyyyyyyyyy");
    EXPECT_EQ(picture.row(1, 0), std::string({0, 5, 10, 16, 21}));
    EXPECT_EQ(picture.row(1, 1), std::string({100, 101, 101, 103, 104}));
    EXPECT_EQ(picture.row(2, 0), "rrrrr");
    EXPECT_TRUE(picture.padding_intact());
    EXPECT_FALSE(reader->read(picture, 7));
}

TEST(Y4mReader, LongHeadersAndFrameLines) {
    const std::string line = "YUV4MPEG2 W4 H4 F1:1 X" + std::string(100000, 'x') + " Cmono";
    const std::string luma(16, 'y');
    const auto reader = open_video(
        file_stream(line + "\nFRAME X" + std::string(300000, 'z') + "\n" + luma + "FRAME\n" + luma), std::nullopt);
    ReaderTarget picture(reader->format());
    EXPECT_TRUE(reader->read(picture, 1));
    EXPECT_EQ(picture.row(0, 3), "yyyy");
    EXPECT_EQ(reader->frames_left(), 1u);
    EXPECT_TRUE(reader->skip());
    EXPECT_FALSE(reader->skip());
}

TEST(Y4mReader, InterlacingMustBeProgressiveOrUnknown) {
    EXPECT_EQ(parse_y4m_header("YUV4MPEG2 W4 H4 F1:1 Ip").warning, "");
    EXPECT_CONTAINS(parse_y4m_header("YUV4MPEG2 W4 H4 F1:1").warning, "interlacing format unknown");
    EXPECT_CONTAINS(parse_y4m_header("YUV4MPEG2 W4 H4 F1:1 I?").warning, "interlacing format unknown");
    for (const char* tag : {"It", "Ib", "Im", "Ipx"})
        EXPECT_CONTAINS(error_of([&] { parse_y4m_header(cat("YUV4MPEG2 W4 H4 F1:1 ", tag)); }), cat("'", tag, "'"));
    EXPECT_CONTAINS(parse_y4m_header("YUV4MPEG3 W4 H4 F1:1 Ip").warning, "YUV4MPEG3");
}

TEST(Y4mReader, BadHeadersAreNamed) {
    const std::pair<const char*, const char*> kCases[] = {{"", "is empty"},
                                                          {"YUV", "not a Y4M file"},
                                                          {"RIFFabcdefghijkl\n", "not a Y4M file but AVI"},
                                                          {"YUV4MPEG2 W4 H4 F1:1", "ends in the header"},
                                                          {"YUV4MPEG2\n", "W is missing"},
                                                          {"YUV4MPEG2 W4 F1:1\n", "H is missing"},
                                                          {"YUV4MPEG2 W4 H4\n", "F is missing"},
                                                          {"YUV4MPEG2 W0 H4 F1:1\n", "width '0'"},
                                                          {"YUV4MPEG2 W4 H-4 F1:1\n", "height '-4'"},
                                                          {"YUV4MPEG2 W4x H4 F1:1\n", "width '4x'"},
                                                          {"YUV4MPEG2 W99999999999 H4 F1:1\n", "width '99999999999'"},
                                                          {"YUV4MPEG2 W4 H4 F1:1 C420p8\n", "'C420p8'"},
                                                          {"YUV4MPEG2 W4 H4 F1:1 C420p17\n", "'C420p17'"},
                                                          {"YUV4MPEG2 W4 H4 F1:1 Cmono10x\n", "'Cmono10x'"},
                                                          {"YUV4MPEG2 W4 H4 F1:1 C440\n", "'C440'"}};
    for (const auto& [bytes, part] : kCases) {
        const std::string error = error_of([&, text = bytes] { open_video(file_stream(text), std::nullopt); });
        EXPECT_CONTAINS(error, part);
        EXPECT_CONTAINS(error, "clip: ");
    }
    EXPECT_CONTAINS(error_of([&] { open_video(file_stream("YUV4MPEG2 X" + std::string(2 << 20, 'x')), std::nullopt); }),
                    "no end of line");
}

TEST(Y4mReader, DamagedFramesAreNamed) {
    const std::string header = "YUV4MPEG2 W4 H4 F1:1 Ip Cmono\n", frame = "FRAME\n" + std::string(16, 'y');
    const std::pair<std::string, const char*> kCases[] = {
        {"FRAME\nyyy", "frame 1 is incomplete: the input ends after 3 of its 16"},
        {"FRAME\n", "frame 1 is incomplete: the input ends after 0 of its 16"},
        {"FRA", "frame 1: loss of framing"},
        {"FRAMES\n", "frame 1: loss of framing"},
        {"FRAME abc", "frame 1: loss of framing"},
        {"yyyyyyyy", "frame 1: loss of framing"},
        {"\n", "frame 1: loss of framing"}};
    for (const auto& [rest, part] : kCases) {
        const auto reader = open_video(file_stream(header + frame + rest), std::nullopt);
        ReaderTarget picture(reader->format());
        ASSERT_TRUE(reader->read(picture, 1));
        EXPECT_FALSE(reader->read(picture, 1));
        EXPECT_FALSE(reader->read(picture, 1));
        EXPECT_CONTAINS(reader->loose_end(), part);
        EXPECT_CONTAINS(reader->loose_end(), "clip: ");
        // What is long enough for a frame is no loose end.
        const auto longer = open_video(file_stream(header + frame + "FRAMES\n" + std::string(99, 'y')), std::nullopt);
        EXPECT_TRUE(longer->skip());
        EXPECT_CONTAINS(error_of([&] { longer->skip(); }), "clip: frame 1: loss of framing");
    }
}

TEST(Y4mReader, ForeignFilesAreNamed) {
    using namespace std::string_literals;
    for (const auto& [bytes, part] : {std::pair{""s, "is empty"},
                                      {"version https://git-lfs.github.com/spec/v1\noid"s, "git lfs pull"},
                                      {"\n<!DOCTYPE html>\n<html>"s, "HTML page"},
                                      {"<HTML>"s, "HTML page"},
                                      {"\xff\xfeY\0U\0V\0"s, "PowerShell"},
                                      {"\0\0\0\x20"
                                       "ftypisom"s,
                                       "MP4 or MOV; decode it first"},
                                      {"\x1a\x45\xdf\xa3"s, "Matroska"},
                                      {"\x1f\x8b\x08"s, "gzip; unpack it first"},
                                      {"YUV4MPEG2 W4 H4 F1:1 Ip C420jpeg\r\nFRAME\r\n"s, "CR LF"},
                                      {"YUV4MPEG2 W4 H4 F1:1 Ip C\xff\x01\n"s, "'C\\xff\\x01'"},
                                      {"plain text"s, "raw YUV needs --width"}})
        EXPECT_CONTAINS(error_of([&bytes = bytes] { open_video(file_stream(bytes), std::nullopt); }), part);
}

TEST(DepthReader, ShiftsToTheGreaterDepth) {
    for (const unsigned bpc : {8u, 10u}) {
        const PictureFormat format{VMAF_PIX_FMT_YUV420P, bpc, 5, 3};
        const FrameLayout layout = FrameLayout::of(format);
        const auto reader = deepen(open_video(file_stream(frame_bytes(layout, 0)), format), 12);
        EXPECT_EQ(reader->format(), (PictureFormat{VMAF_PIX_FMT_YUV420P, 12, 5, 3}));
        EXPECT_EQ(reader->frames_left(), 1u);
        ReaderTarget picture(reader->format(), 2);
        ASSERT_TRUE(reader->read(picture, 5));
        for (const unsigned p : {0u, 2u}) {
            const std::string bytes = plane_bytes(layout, 0, p);
            for (unsigned x = 0; x < reader->format().plane_w(p); x++) {
                uint16_t sample = 0, shifted;
                std::memcpy(&sample, bytes.data() + x * layout.sample_bytes, layout.sample_bytes);
                std::memcpy(&shifted, picture.row(p, 0).data() + 2 * x, 2);
                EXPECT_EQ(shifted, static_cast<uint16_t>(sample << (12 - bpc)));
            }
        }
        EXPECT_EQ(picture.row(1, 0), std::string(4, '\xEE'));
        EXPECT_TRUE(picture.padding_intact());
        EXPECT_FALSE(reader->read(picture, 7));
    }
}

}  // namespace
}  // namespace vmaf::tool
