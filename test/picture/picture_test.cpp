// Picture memory: layout, references, pools that recycle and never hang.
#include "picture/picture.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "picture/picture_pool.h"

namespace vmaf {
namespace {

using namespace std::chrono_literals;

const auto kLibraryIdle = [] { return false; };

TEST(Picture, LayoutIsThatOfLibvmaf) {
    VmafPicture p = Picture::allocate({VMAF_PIX_FMT_YUV420P, 10, 33, 5}).release();
    EXPECT_EQ(p.w[1], 16u);  // chroma rounds down
    EXPECT_EQ(p.h[1], 2u);
    EXPECT_EQ(p.stride[0], 96);  // 66 bytes, rounded up to 32
    EXPECT_EQ(p.stride[1], 32);
    EXPECT_EQ(static_cast<char*>(p.data[1]), static_cast<char*>(p.data[0]) + 96 * 5);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(p.data[0]) % 32, 0u);
    for (int i = 0; i < 96 * 5; i++) ASSERT_EQ(static_cast<char*>(p.data[0])[i], 0);
    Picture::adopt(p);
    EXPECT_EQ(p.ref, nullptr);
}

TEST(Picture, LumaOnlyHasOnePlane) {
    const VmafPicture p = Picture::allocate({VMAF_PIX_FMT_YUV400P, 8, 7, 7}).release();
    EXPECT_EQ(p.data[1], nullptr);
    EXPECT_EQ(p.w[1], 0u);
    p.ref->drop();
}

TEST(Picture, RefusesImpossibleFormats) {
    EXPECT_THROW(Picture::allocate({VMAF_PIX_FMT_UNKNOWN, 8, 8, 8}), Error);
    EXPECT_THROW(Picture::allocate({VMAF_PIX_FMT_YUV420P, 7, 8, 8}), Error);
    EXPECT_THROW(Picture::allocate({VMAF_PIX_FMT_YUV420P, 17, 8, 8}), Error);
    EXPECT_THROW(Picture::allocate({VMAF_PIX_FMT_YUV444P, 16, 4294967295u, 4294967295u}), std::bad_alloc);
}

TEST(Picture, RecycledMemoryIsZeroAgain) {
    const PictureFormat format = {VMAF_PIX_FMT_YUV420P, 8, 640, 480};
    for (int round = 0; round < 3; round++) {
        VmafPicture p = Picture::allocate(format).release();
        for (int i = 0; i < 640 * 480; i++) ASSERT_EQ(static_cast<char*>(p.data[0])[i], 0) << "round " << round;
        std::memset(p.data[0], 0x5a, 640 * 480);
        p.ref->drop();
    }
}

TEST(Picture, SharesOneMemory) {
    Picture first = Picture::allocate({VMAF_PIX_FMT_YUV444P, 8, 16, 16});
    Picture second = first.share();
    EXPECT_EQ(first.view().data[0], second.view().data[0]);
    first.reset();
    EXPECT_FALSE(first);
    EXPECT_NE(second.view().data[0], nullptr);
}

TEST(PicturePool, RecyclesTheSameMemory) {
    PicturePool pool({VMAF_PIX_FMT_YUV420P, 8, 64, 64}, 1);
    Picture first = pool.fetch(kLibraryIdle);
    const void* memory = first.view().data[0];
    first.reset();
    EXPECT_EQ(pool.fetch(kLibraryIdle).view().data[0], memory);
}

TEST(PicturePool, SaysSoWhenTheCallerHoldsAll) {
    PicturePool pool({VMAF_PIX_FMT_YUV420P, 8, 16, 16}, 3);
    std::vector<Picture> held;
    EXPECT_THROW(
        {
            for (int i = 0; i < 100; i++) held.push_back(pool.fetch(kLibraryIdle, 1ms));
        },
        Error);
    EXPECT_GE(held.size(), 3u);
    EXPECT_LE(held.size(), 8u);
}

TEST(PicturePool, WaitsForAPictureFromAnotherThread) {
    PicturePool pool({VMAF_PIX_FMT_YUV420P, 8, 16, 16}, 2);
    std::vector<Picture> held;
    for (int i = 0; i < 4; i++) held.push_back(pool.fetch(kLibraryIdle));
    std::thread other([&held] {
        std::this_thread::sleep_for(20ms);
        held.pop_back();
    });
    EXPECT_TRUE(pool.fetch(kLibraryIdle));
    other.join();
}

TEST(PicturePool, SeveralThreadsMakePicturesAtATime) {
    constexpr int kThreads = 2;
    std::mutex mutex;
    std::condition_variable changed;
    int inside = 0;
    bool met = false;
    PicturePool pool({VMAF_PIX_FMT_YUV420P, 8, 16, 16}, kThreads, [&](const PictureFormat& format) {
        std::unique_lock lock(mutex);
        met = ++inside == kThreads || met;
        changed.notify_all();
        changed.wait_for(lock, 10s, [&] { return met; });
        inside--;
        return Picture::allocate(format);
    });
    std::thread other([&pool] { EXPECT_TRUE(pool.fetch(kLibraryIdle)); });
    EXPECT_TRUE(pool.fetch(kLibraryIdle));
    other.join();
    EXPECT_TRUE(met);
}

TEST(PicturePool, MakesItsPicturesAfterOneThatFailed) {
    int left = 0;
    PicturePool pool({VMAF_PIX_FMT_YUV420P, 8, 16, 16}, 3, [&left](const PictureFormat& format) {
        if (left == 0) throw std::bad_alloc();
        left--;
        return Picture::allocate(format);
    });
    for (int i = 0; i < 20; i++) EXPECT_THROW(pool.fetch(kLibraryIdle, 1ms), std::bad_alloc);
    left = 100;
    std::vector<Picture> held;
    for (int i = 0; i < 3; i++) held.push_back(pool.fetch(kLibraryIdle, 1ms));
    held.clear();
    for (int i = 0; i < 3; i++) held.push_back(pool.fetch(kLibraryIdle, 1ms));
    EXPECT_GE(left, 90);
}

TEST(PicturePool, PicturesOutliveIt) {
    auto pool = std::make_unique<PicturePool>(PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 16, 16}, 2);
    Picture held = pool->fetch(kLibraryIdle);
    Picture returned = pool->fetch(kLibraryIdle);
    returned.reset();
    pool.reset();
    EXPECT_EQ(*static_cast<const char*>(held.view().data[0]), 0);
}

}  // namespace
}  // namespace vmaf
