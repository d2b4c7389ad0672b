// Read-ahead: order, bounds, skipping, errors at their place, closing while a reader waits. Progress and core counts.
#include "input/frame_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "cores.h"
#include "libvmaf/libvmaf_ext.h"
#include "libvmaf/picture.h"
#include "progress.h"
#include "support/temp_file.h"

namespace vmaf::tool {
namespace {

constexpr PictureFormat kFormat{VMAF_PIX_FMT_YUV400P, 8, 4, 1};

VmafPicture allocate() {
    VmafPicture picture;
    if (vmaf_picture_alloc(&picture, kFormat.pix_fmt, kFormat.bpc, kFormat.w, kFormat.h) < 0) throw std::bad_alloc();
    return picture;
}

std::string numbered_frames(int count) {
    std::string bytes;
    for (int i = 0; i < count; i++) bytes += std::string(4, static_cast<char>('a' + i));
    return bytes;
}

/// First sample of each frame that `source` gives.
std::string drain(FrameSource& source) {
    std::string text;
    for (VmafPicture picture; source.next(picture); vmaf_picture_unref(&picture))
        text += *static_cast<char*>(picture.data[0]);
    if (const std::string loose_end = source.loose_end(); !loose_end.empty()) text += cat('?', loose_end);
    return text;
}

TEST(FrameSource, GivesFramesInOrder) {
    FrameSource all(open_video(file_stream(numbered_frames(10)), kFormat), allocate, {.planes = 1});
    EXPECT_EQ(drain(all), "abcdefghij");
    VmafPicture picture;
    EXPECT_FALSE(all.next(picture));
    FrameSource some(open_video(file_stream(numbered_frames(10)), kFormat), allocate,
                     {.planes = 1, .skip = 3, .limit = 4});
    EXPECT_EQ(drain(some), "defg");
    FrameSource empty(open_video(file_stream(""), kFormat), allocate, {.planes = 1, .limit = 4});
    EXPECT_EQ(drain(empty), "");
}

TEST(FrameSource, ReadsAheadOnlyAFewFrames) {
    std::atomic<size_t> fetched = 0;
    FrameSource source(open_video(file_stream(numbered_frames(20)), kFormat), [&] { return fetched++, allocate(); },
                       {.planes = 1});
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_LE(fetched, ReadPlan{}.ahead + 1);
    EXPECT_EQ(drain(source).size(), 20u);
}

TEST(FrameSource, ErrorsAndLooseEndsComeAfterTheFramesBeforeThem) {
    const std::string frame = "FRAME\nabcd", y4m = "YUV4MPEG2 W4 H1 F25:1 Ip Cmono\n" + frame + frame;
    for (const bool fails : {true, false}) {
        FrameSource source(open_video(file_stream(y4m + (fails ? "?" + frame : "?")), {}), allocate, {.planes = 1});
        VmafPicture picture;
        for (int i = 0; i < 2; i++) {
            ASSERT_TRUE(source.next(picture));
            vmaf_picture_unref(&picture);
        }
        if (fails) {
            EXPECT_THROW(source.next(picture), Error);
        } else {
            EXPECT_FALSE(source.next(picture));
            EXPECT_EQ(source.loose_end(), "clip: frame 2: loss of framing: 'FRAME' expected");
        }
    }
}

/// What draining gives, then "!" and the error, or "?" and the loose end, if there is one.
std::string drain_all(std::unique_ptr<VideoReader> reader, const ReadPlan& plan) {
    FrameSource source(std::move(reader), allocate, plan);
    std::string text;
    VmafPicture picture;
    try {
        for (; source.next(picture); vmaf_picture_unref(&picture)) text += *static_cast<char*>(picture.data[0]);
    } catch (const Error& error) {
        text += cat('!', error.what());
    }
    return text;
}

TEST(FrameSource, SeveralReadersGiveWhatOneGives) {
    std::string y4m = "YUV4MPEG2 W4 H1 F25:1 Ip Cmono\n";
    for (int i = 0; i < 23; i++)
        y4m += cat(i % 5 ? "FRAME\n" : "FRAME Xsomething\n", std::string(4, static_cast<char>('a' + i)));
    const std::string yuv = numbered_frames(23);
    const std::pair<std::string, std::optional<PictureFormat>> videos[] = {
        {yuv, kFormat},
        {yuv + "x", kFormat},
        {"", kFormat},
        {y4m, std::nullopt},
        {y4m + "FRAME\nxy", std::nullopt},
        {y4m.substr(0, 60) + "?" + y4m.substr(61), std::nullopt}};
    for (const auto& [bytes, format] : videos)
        for (const uint64_t skip : {0u, 2u, 22u, 23u, 40u})
            for (const uint64_t limit : {uint64_t{1}, uint64_t{7}, UINT64_MAX}) {
                const std::string one =
                    drain_all(open_video(file_stream(bytes), format), {.skip = skip, .limit = limit});
                for (const unsigned readers : {2u, 3u, 5u})
                    for (const size_t ahead : {1u, 3u, 8u})
                        EXPECT_EQ(drain_all(open_video(file_stream(bytes), format),
                                            {.skip = skip, .limit = limit, .ahead = ahead, .readers = readers}),
                                  one)
                            << bytes.size() << " bytes, skip " << skip << ", limit " << limit << ", " << readers
                            << " readers";
            }
}

/// All samples of luma of all frames, then "?" and the loose end, or "!" and the error.
std::string rows_of_all(const std::string& bytes, const std::optional<PictureFormat>& raw,
                        const std::optional<Rectangle>& part, const ReadPlan& plan) {
    const PictureFormat format = open_video(file_stream(bytes), raw, part)->format();
    const auto fetch = [&] {
        VmafPicture picture;
        if (vmaf_picture_alloc(&picture, format.pix_fmt, format.bpc, format.w, format.h) < 0) throw std::bad_alloc();
        return picture;
    };
    FrameSource source(open_video(file_stream(bytes), raw, part), fetch, plan);
    std::string text;
    try {
        for (VmafPicture picture; source.next(picture); vmaf_picture_unref(&picture))
            for (unsigned y = 0; y < picture.h[0]; y++)
                text.append(static_cast<char*>(picture.data[0]) + y * picture.stride[0], picture.w[0]);
        text += "?" + source.loose_end();
    } catch (const Error& error) {
        text += cat('!', error.what());
    }
    return text;
}

TEST(FrameSource, ReadersThatShareFramesGiveWhatOneGives) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 6, 7};
    constexpr unsigned kFrameBytes = 6 * 7 + 2 * 3 * 4;
    std::string yuv, y4m = "YUV4MPEG2 W6 H7 F25:1 Ip C420\n";
    for (unsigned i = 0; i < 11; i++) {
        std::string frame;
        for (unsigned k = 0; k < kFrameBytes; k++) frame += static_cast<char>('!' + (i * 31 + k * 7) % 90);
        yuv += frame;
        y4m += (i % 3 ? "FRAME\n" : "FRAME Xsomething\n") + frame;
    }
    const std::pair<std::string, std::optional<PictureFormat>> videos[] = {
        {yuv, format},
        {yuv.substr(0, yuv.size() - 30), format},
        {"", format},
        {y4m, std::nullopt},
        {y4m.substr(0, y4m.size() - 5), std::nullopt},
        {y4m.substr(0, 200) + "?" + y4m.substr(201), std::nullopt}};
    for (const auto& [bytes, raw] : videos)
        for (const auto& part : {std::optional<Rectangle>(), std::optional(Rectangle{3, 4, 2, 2})})
            for (const uint64_t skip : {0u, 2u, 10u, 11u})
                for (const uint64_t limit : {uint64_t{3}, UINT64_MAX}) {
                    const std::string one = rows_of_all(bytes, raw, part, {.skip = skip, .limit = limit});
                    for (const auto& [readers, sharers] : {std::pair{2u, 2u}, {4u, 2u}, {6u, 3u}, {9u, 9u}, {5u, 2u}})
                        EXPECT_EQ(
                            rows_of_all(
                                bytes, raw, part,
                                {.skip = skip, .limit = limit, .ahead = 3, .readers = readers, .sharers = sharers}),
                            one)
                            << bytes.size() << " bytes, skip " << skip << ", limit " << limit << ", " << readers
                            << " readers, " << sharers << " of a frame";
                }
}

TEST(FrameSource, PicturesComeBackWhereAFrameIsNotWhole) {
    std::atomic<int> out = 0;
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, 8, 4, 8};
    struct Lent {
        std::atomic<int>& out;
        uint8_t memory[32];
    };
    const auto fetch = [&] {
        auto* const lent = new Lent{out, {}};
        out++;
        VmafFrame frame = {.size = sizeof frame};
        frame.pix_fmt = format.pix_fmt, frame.bpc = format.bpc, frame.w = format.w, frame.h = format.h;
        frame.data[0] = lent->memory, frame.stride[0] = 4;
        frame.release = [](void* gone) {
            static_cast<Lent*>(gone)->out--;
            delete static_cast<Lent*>(gone);
        };
        frame.release_data = lent;
        VmafPicture picture;
        if (vmaf_picture_wrap(&picture, &frame) < 0) fail(EINVAL, vmaf_last_error());
        return picture;
    };
    for (const unsigned sharers : {1u, 4u}) {
        FrameSource source(open_video(file_stream(std::string(32 * 2 + 20, 'a')), format), fetch,
                           {.planes = 1, .ahead = 8, .readers = 4, .sharers = sharers});
        VmafPicture picture;
        for (int i = 0; i < 2; i++) {
            ASSERT_TRUE(source.next(picture));
            vmaf_picture_unref(&picture);
        }
        EXPECT_FALSE(source.next(picture));
        EXPECT_EQ(out, 0) << sharers;
    }
    EXPECT_EQ(out, 0);
}

TEST(FrameSource, ReadsFurtherAheadWhenTold) {
    std::atomic<size_t> fetched = 0;
    FrameSource source(open_video(file_stream(numbered_frames(20)), kFormat), [&] { return fetched++, allocate(); },
                       {.planes = 1, .ahead = 2, .readers = 3});
    source.set_ahead(12);
    for (int i = 0; i < 2000 && fetched < 12; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(fetched, 12u);
}

TEST(FrameSource, MissingFramesToSkipAreAnError) {
    FrameSource source(open_video(file_stream(numbered_frames(2)), kFormat), allocate, {.planes = 1, .skip = 3});
    VmafPicture picture;
    try {
        source.next(picture);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "clip: can't pass over 3 frames, there are only 2");
    }
}

TEST(FrameSource, ClosesWhileItWaitsForItsInput) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    ASSERT_EQ(write(ends[1], "aaaab", 5), 5);
    {
        FrameSource source(open_video(std::make_unique<ByteStream>(ends[0], "pipe"), kFormat), allocate, {.planes = 1});
        VmafPicture picture;
        ASSERT_TRUE(source.next(picture));
        vmaf_picture_unref(&picture);
    }
    close(ends[1]);
}

TEST(Progress, TextAndJson) {
    const ProgressState known{24, 48, 2.0}, unknown{1, std::nullopt, 0.5}, none{0, 0, 0};
    EXPECT_EQ(progress_text(known), "24 frames of 48 (50%), 12.00 FPS, 0:02 left");
    EXPECT_EQ(progress_text(unknown), "1 frame, 2.00 FPS");
    for (const auto& [width, text] : {std::pair{43, "24 frames of 48 (50%), 12.00 FPS, 0:02 left"},
                                      {42, "24 frames of 48 (50%), 0:02 left"},
                                      {32, "24 frames of 48 (50%), 0:02 left"},
                                      {31, "24 frames of 48 (50%)"},
                                      {20, "24 frames"},
                                      {8, "50%"},
                                      {2, "50"},
                                      {0, ""}})
        EXPECT_EQ(progress_text(known, width), text) << width;
    EXPECT_EQ(progress_text(unknown, 3), "1");
    EXPECT_EQ(progress_text({10, 36010, 1.0}), "10 frames of 36010 (0%), 10.00 FPS, 1:00:00 left");
    EXPECT_EQ(progress_json(known),
              "{\"frames\": 24, \"total\": 48, \"percent\": 50.0, \"fps\": 12.00, \"elapsed\": 2.00, \"eta\": 2.00}");
    EXPECT_EQ(progress_json(unknown),
              "{\"frames\": 1, \"total\": null, \"percent\": null, \"fps\": 2.00, \"elapsed\": 0.50, \"eta\": null}");
    EXPECT_EQ(progress_json(none),
              "{\"frames\": 0, \"total\": 0, \"percent\": null, \"fps\": 0.00, \"elapsed\": 0.00, \"eta\": null}");
    const ProgressState with_mean{1, 4, 1.0, true, {91.5}}, without{1, 4, 1.0, true, {std::nullopt}};
    EXPECT_TRUE(progress_json(with_mean).ends_with("\"eta\": 3.00, \"mean\": 91.500000}"));
    EXPECT_TRUE(progress_json(without).ends_with("\"mean\": null}"));
    EXPECT_EQ(*ProgressState({50, 48, 1.0}).percent(), 100);
}

TEST(Cores, AtLeastOne) { EXPECT_GE(usable_cores(), 1u); }

TEST(Cores, QuotasOfControlGroups) {
    const std::filesystem::path root = std::filesystem::path(testing::TempDir()) / cat("cores", getpid());
    const auto write = [&](const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
    };
    EXPECT_EQ(quota_cores(root), HUGE_VAL);
    write("proc/self/cgroup", "0::/a/b\n");
    EXPECT_EQ(quota_cores(root), HUGE_VAL);
    write("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    EXPECT_EQ(quota_cores(root), HUGE_VAL);
    write("sys/fs/cgroup/a/cpu.max", "250000 100000\n");
    EXPECT_EQ(quota_cores(root), 2.5);
    write("proc/self/cgroup", "5:cpuset:/x\n4:cpu,cpuacct:/c\n");
    write("sys/fs/cgroup/cpu/c/cpu.cfs_quota_us", "-1\n");
    write("sys/fs/cgroup/cpu/c/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(quota_cores(root), HUGE_VAL);
    write("sys/fs/cgroup/cpu/c/cpu.cfs_quota_us", "50000\n");
    EXPECT_EQ(quota_cores(root), .5);
    std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace vmaf::tool
