// Read-ahead: order, bounds, skipping, errors at their place, closing while a reader waits. Progress and core counts.
#include "frame_source.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "cores.h"
#include "libvmaf/picture.h"
#include "progress.h"
#include "temp_file.h"

namespace vmaf {
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
    for (VmafPicture picture; source.next(picture); vmaf_picture_unref(&picture)) text += *static_cast<char*>(picture.data[0]);
    return text;
}

TEST(FrameSource, GivesFramesInOrder) {
    FrameSource all(open_video(file_stream(numbered_frames(10)), kFormat), allocate, 1, 0, UINT64_MAX);
    EXPECT_EQ(drain(all), "abcdefghij");
    VmafPicture picture;
    EXPECT_FALSE(all.next(picture));
    FrameSource some(open_video(file_stream(numbered_frames(10)), kFormat), allocate, 1, 3, 4);
    EXPECT_EQ(drain(some), "defg");
    FrameSource empty(open_video(file_stream(""), kFormat), allocate, 1, 0, 4);
    EXPECT_EQ(drain(empty), "");
}

TEST(FrameSource, ReadsAheadOnlyAFewFrames) {
    std::atomic<size_t> fetched = 0;
    FrameSource source(open_video(file_stream(numbered_frames(20)), kFormat),
                       [&] { return fetched++, allocate(); }, 1, 0, UINT64_MAX);
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_LE(fetched, FrameSource::kAhead + 1);
    EXPECT_EQ(drain(source).size(), 20u);
}

TEST(FrameSource, ErrorsComeAfterTheFramesBeforeThem) {
    FrameSource source(open_video(file_stream(numbered_frames(2) + "x"), kFormat), allocate, 1, 0, UINT64_MAX);
    VmafPicture picture;
    for (int i = 0; i < 2; i++) {
        ASSERT_TRUE(source.next(picture));
        vmaf_picture_unref(&picture);
    }
    EXPECT_THROW(source.next(picture), Error);
}

TEST(FrameSource, MissingFramesToSkipAreAnError) {
    FrameSource source(open_video(file_stream(numbered_frames(2)), kFormat), allocate, 1, 3, UINT64_MAX);
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
        FrameSource source(open_video(std::make_unique<ByteStream>(ends[0], "pipe"), kFormat), allocate, 1, 0, UINT64_MAX);
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
    EXPECT_EQ(progress_text({10, 36010, 1.0}), "10 frames of 36010 (0%), 10.00 FPS, 1:00:00 left");
    EXPECT_EQ(progress_json(known),
              "{\"frames\": 24, \"total\": 48, \"percent\": 50.0, \"fps\": 12.00, \"elapsed\": 2.00, \"eta\": 2.00}");
    EXPECT_EQ(progress_json(unknown),
              "{\"frames\": 1, \"total\": null, \"percent\": null, \"fps\": 2.00, \"elapsed\": 0.50, \"eta\": null}");
    EXPECT_EQ(progress_json(none),
              "{\"frames\": 0, \"total\": 0, \"percent\": null, \"fps\": 0.00, \"elapsed\": 0.00, \"eta\": null}");
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
}  // namespace vmaf
