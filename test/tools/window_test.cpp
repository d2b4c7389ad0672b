// Frames in the making: enough for every reader, and bounded.
#include "window.h"

#include <gtest/gtest.h>

#include "session/chunk.h"

namespace vmaf::tool {
namespace {

TEST(Window, EveryReaderHasAFrameToRead) {
    for (const unsigned side : {64u, 576u, 1080u, 2160u, 4320u, 8640u})
        for (const unsigned cores : {1u, 4u, 16u, 64u})
            for (const size_t encodes : {1u, 2u, 4u}) {
                const PictureFormat format{VMAF_PIX_FMT_YUV420P, 10, 2 * side, side};
                const Window window = gpu_window(format, 1, cores, encodes, 1),
                             shared = shared_window(window, cores, encodes);
                EXPECT_GE(window.ahead * window.sharers, window.readers) << side << ' ' << cores << ' ' << encodes;
                EXPECT_EQ(window.readers % window.sharers, 0u) << side << ' ' << cores << ' ' << encodes;
                EXPECT_GE(shared.ahead, shared.readers) << side << ' ' << cores << ' ' << encodes;
                EXPECT_GE(window.pictures, window.ahead + window.readers);
            }
}

TEST(Window, EveryDeviceHasAChunkAndGetsTheNext) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 3840, 2160};
    for (const unsigned devices : {2u, 8u})
        EXPECT_GE(gpu_window(format, 1, 32, 1, devices).pictures, devices * 2 * chunk_of(format));
}

TEST(Window, LargePicturesAreFew) {
    const Window window = gpu_window({VMAF_PIX_FMT_YUV420P, 8, 3840, 2160}, 1, 16, 1, 1);
    EXPECT_EQ(window.readers, 8u);
    EXPECT_LE(window.pictures, 15u);
}

TEST(Window, ReadersShareLargePictures) {
    const auto sharers = [](unsigned w, unsigned h, unsigned cores) {
        return gpu_window({VMAF_PIX_FMT_YUV420P, 8, w, h}, 1, cores, 1, 1).sharers;
    };
    EXPECT_EQ(sharers(3840, 2160, 16), 4u);
    EXPECT_EQ(sharers(1280, 720, 16), 3u);
    EXPECT_EQ(sharers(576, 324, 16), 1u);
    EXPECT_EQ(sharers(3840, 2160, 8), 2u);
    EXPECT_EQ(sharers(3840, 2160, 1), 1u);
}

}  // namespace
}  // namespace vmaf::tool
