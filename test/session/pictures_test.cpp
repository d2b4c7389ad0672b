// Pictures that clients hand in: whatever a struct says, only memory that the library gave out is read.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"

namespace {

constexpr unsigned kW = 64, kH = 48;

VmafPicture allocate(unsigned bpc = 8, VmafPixelFormat format = VMAF_PIX_FMT_YUV420P) {
    VmafPicture picture;
    EXPECT_EQ(vmaf_picture_alloc(&picture, format, bpc, kW, kH), 0);
    return picture;
}

/// A context that scores all planes, with and without threads.
class ClientPictures : public testing::TestWithParam<unsigned> {
 protected:
    void SetUp() override {
        VmafConfiguration cfg = {};
        cfg.n_threads = GetParam();
        ASSERT_EQ(vmaf_init(&context_, cfg), 0);
        for (const char* feature : {"psnr", "vif", "motion"})
            ASSERT_EQ(vmaf_use_feature(context_, feature, nullptr), 0);
    }
    void TearDown() override { EXPECT_EQ(vmaf_close(context_), 0); }

    int read(VmafPicture& ref, VmafPicture& dis, unsigned index) {
        return vmaf_read_pictures(context_, &ref, &dis, index);
    }

    /// Reads a pair of which `damage` changed the reference; then the distorted one. Each must be refused with a sentence that holds
    /// `word`, and be the caller's as before, and readable once it is as it was.
    void refuses(const char* word, const std::function<void(VmafPicture&)>& damage, unsigned bpc = 8,
                 VmafPixelFormat format = VMAF_PIX_FMT_YUV420P) {
        VmafPicture pair[2] = {allocate(bpc, format), allocate(bpc, format)};
        for (VmafPicture& damaged : pair) {
            const VmafPicture before = damaged;
            damage(damaged);
            const VmafPicture given = damaged;
            EXPECT_EQ(read(pair[0], pair[1], 0), -EINVAL) << word;
            EXPECT_NE(std::string(vmaf_last_error()).find(word), std::string::npos) << vmaf_last_error();
            EXPECT_NE(std::string(vmaf_last_error()).find(&damaged == pair ? "reference" : "distorted"),
                      std::string::npos)
                << vmaf_last_error();
            EXPECT_EQ(std::memcmp(&damaged, &given, sizeof given), 0) << word;
            damaged = before;
        }
        for (VmafPicture& picture : pair) EXPECT_EQ(vmaf_picture_unref(&picture), 0) << word;
    }

    VmafContext* context_ = nullptr;
};

TEST_P(ClientPictures, OnePictureIsNotAPair) {
    VmafPicture picture = allocate();
    EXPECT_EQ(read(picture, picture, 0), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("one picture"), std::string::npos) << vmaf_last_error();
    VmafPicture copy = picture;  // another struct, the same reference
    EXPECT_EQ(read(picture, copy, 0), -EINVAL);
    VmafPicture other = allocate();
    EXPECT_EQ(read(picture, other, 0), 0);
    EXPECT_EQ(vmaf_read_pictures(context_, nullptr, nullptr, 0), 0);
    EXPECT_EQ(vmaf_picture_unref(&copy), -EINVAL);
}

TEST_P(ClientPictures, FieldsAreThoseOfTheAllocation) {
    refuses("w[0]", [](VmafPicture& p) { p.w[0] = 4096; });
    refuses("w[0]", [](VmafPicture& p) { p.w[0] = 0xffffffff; });
    refuses("h[0]", [](VmafPicture& p) { p.h[0] *= 2; });
    refuses("w[1]", [](VmafPicture& p) { p.w[1]++; });
    refuses("h[2]", [](VmafPicture& p) { p.h[2] = 4000; });
    refuses("stride[0]", [](VmafPicture& p) { p.stride[0] = 1 << 20; });
    refuses("stride[0]", [](VmafPicture& p) { p.stride[0] = -p.stride[0]; });
    refuses("stride[2]", [](VmafPicture& p) { p.stride[2] = 0; });
    refuses("bpc", [](VmafPicture& p) { p.bpc = 10; });
    refuses(
        "bpc", [](VmafPicture& p) { p.bpc = 12; }, 10);
    refuses("bpc", [](VmafPicture& p) { p.bpc = 0; });
    refuses("pix_fmt", [](VmafPicture& p) { p.pix_fmt = VMAF_PIX_FMT_YUV444P; });
    refuses(
        "pix_fmt", [](VmafPicture& p) { p.pix_fmt = VMAF_PIX_FMT_YUV420P; }, 8, VMAF_PIX_FMT_YUV400P);
    refuses("pix_fmt 77", [](VmafPicture& p) {
        const int number = 77;
        std::memcpy(&p.pix_fmt, &number, sizeof number);
    });
}

TEST_P(ClientPictures, SamplesLieWhereTheyWereAllocated) {
    for (unsigned p = 0; p < 3; p++) {
        const std::string name = "data[" + std::to_string(p) + "]";
        refuses((name + " is NULL").c_str(), [p](VmafPicture& picture) { picture.data[p] = nullptr; });
        refuses(name.c_str(), [p](VmafPicture& picture) { picture.data[p] = static_cast<char*>(picture.data[p]) + 1; });
    }
    refuses("data[1]", [](VmafPicture& p) { std::swap(p.data[1], p.data[2]); });
    VmafPicture ref = allocate(), dis = allocate();
    std::swap(ref.data[0], dis.data[0]);
    EXPECT_EQ(read(ref, dis, 0), -EINVAL);
    std::swap(ref.data[0], dis.data[0]);
    EXPECT_EQ(read(ref, dis, 0), 0);
}

TEST_P(ClientPictures, ReferencesAreNotMadeUp) {
    alignas(16) static char nothing[256] = {};
    refuses("empty", [](VmafPicture& p) { p.ref = nullptr; });
    refuses("none that the caller holds", [](VmafPicture& p) { p.ref = reinterpret_cast<VmafRef*>(8); });
    refuses("none that the caller holds", [](VmafPicture& p) { p.ref = reinterpret_cast<VmafRef*>(nothing); });
    refuses("none that the caller holds", [](VmafPicture& p) { p.priv = nothing; });
    refuses("empty", [](VmafPicture& p) { p = {}; });
    VmafPicture ref = allocate(), dis = allocate();
    std::swap(ref.ref, dis.ref);
    EXPECT_EQ(read(ref, dis, 0), -EINVAL);
    std::swap(ref.ref, dis.ref);
    EXPECT_EQ(vmaf_picture_unref(&ref), 0);
    EXPECT_EQ(vmaf_picture_unref(&dis), 0);
}

TEST_P(ClientPictures, CopiesOfGivenPicturesAreWorthNothing) {
    VmafPicture ref = allocate(), dis = allocate();
    VmafPicture old_ref = ref, old_dis = dis;
    EXPECT_EQ(vmaf_picture_unref(&ref), 0);
    EXPECT_EQ(vmaf_picture_unref(&old_ref), -EINVAL);
    EXPECT_NE(std::string(vmaf_last_error()).find("no reference"), std::string::npos) << vmaf_last_error();
    VmafPicture again = allocate();  // likely at the same address
    EXPECT_EQ(vmaf_picture_unref(&old_ref), -EINVAL);
    EXPECT_EQ(read(old_ref, dis, 0), -EINVAL);
    EXPECT_EQ(read(again, dis, 0), 0);
    EXPECT_EQ(vmaf_picture_unref(&old_dis), -EINVAL);
    again = allocate();
    EXPECT_EQ(read(again, old_dis, 1), -EINVAL);
    EXPECT_EQ(vmaf_picture_unref(&again), 0);
}

TEST_P(ClientPictures, PoolPicturesToo) {
    ASSERT_EQ(vmaf_preallocate_pictures(context_, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, 2}), 0);
    VmafPicture ref, dis;
    for (unsigned i = 0; i < 9; i++) {
        ASSERT_EQ(vmaf_fetch_preallocated_picture(context_, &ref), 0);
        ASSERT_EQ(vmaf_fetch_preallocated_picture(context_, &dis), 0);
        VmafPicture copy = ref;
        ref.h[0]++;
        EXPECT_EQ(read(ref, dis, i), -EINVAL);
        ref.h[0]--;
        ASSERT_EQ(read(ref, dis, i), 0);
        EXPECT_EQ(vmaf_picture_unref(&copy), -EINVAL);
    }
}

TEST_P(ClientPictures, OfOtherContextsAreAsGoodAsAnyAndOutliveThem) {
    VmafContext* other = nullptr;
    ASSERT_EQ(vmaf_init(&other, {}), 0);
    ASSERT_EQ(vmaf_preallocate_pictures(other, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, 2}), 0);
    VmafPicture ref, dis = allocate();
    ASSERT_EQ(vmaf_fetch_preallocated_picture(other, &ref), 0);
    EXPECT_EQ(vmaf_close(other), 0);
    EXPECT_EQ(read(ref, dis, 0), 0);
}

TEST_P(ClientPictures, StructsMayBeCopiedAndMoved) {
    VmafPicture ref = allocate(), dis = allocate();
    VmafPicture moved = ref;
    ref = {};
    EXPECT_EQ(read(moved, dis, 0), 0);
}

TEST_P(ClientPictures, WhatTheFormatLacksIsNobodysConcern) {
    VmafPicture ref = allocate(8, VMAF_PIX_FMT_YUV400P), dis = allocate(8, VMAF_PIX_FMT_YUV400P);
    ref.data[1] = ref.data[0];
    ref.stride[2] = 5;
    EXPECT_EQ(read(ref, dis, 0), 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, ClientPictures, testing::Values(0u, 3u));

TEST(ClientPictures, ArgumentsOfAllocation) {
    VmafPicture picture = {};
    for (const int format : {-1, 0, 5, 77, 0x7fffffff}) {
        VmafPixelFormat pix_fmt;
        std::memcpy(&pix_fmt, &format, sizeof format);
        EXPECT_EQ(vmaf_picture_alloc(&picture, pix_fmt, 8, 16, 16), -EINVAL) << format;
    }
    for (const unsigned bpc : {0u, 7u, 17u, 0xffffffffu})
        EXPECT_EQ(vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV420P, bpc, 16, 16), -EINVAL);
    EXPECT_EQ(vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV444P, 16, 0xffffffff, 0xffffffff), -ENOMEM);
    EXPECT_EQ(picture.ref, nullptr);
}

TEST(ClientPictures, PoolsOfAnyCount) {
    VmafContext* context = nullptr;
    ASSERT_EQ(vmaf_init(&context, {}), 0);
    for (const unsigned count : {0xffffffffu, 0xfffffffeu, 0x80000000u}) {
        ASSERT_EQ(vmaf_preallocate_pictures(context, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, count}), 0) << count;
        VmafPicture pictures[20];
        for (VmafPicture& picture : pictures) ASSERT_EQ(vmaf_fetch_preallocated_picture(context, &picture), 0);
        for (VmafPicture& picture : pictures) EXPECT_EQ(vmaf_picture_unref(&picture), 0);
    }
    vmaf_close(context);
}

}  // namespace
