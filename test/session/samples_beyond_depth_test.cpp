// Samples above their depth: every one that an extractor reads is found, on every instruction set, and what nobody reads is nobody's concern.
#include <gtest/gtest.h>

#include <string>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

constexpr unsigned kWidth = 53, kHeight = 37;
/// Best set, AVX2, SSE4, scalar.
constexpr uint64_t kMasks[] = {0, 16, 16 | 8, ~uint64_t{0}};

uint16_t& sample(VmafPicture& picture, unsigned p, unsigned x, unsigned y) {
    char* row = static_cast<char*>(picture.data[p]) + static_cast<ptrdiff_t>(y) * picture.stride[p];
    return reinterpret_cast<uint16_t*>(row)[x];
}

VmafContext* open(const char* feature, uint64_t cpumask, unsigned threads = 0, unsigned subsample = 1) {
    VmafConfiguration cfg = {};
    cfg.cpumask = cpumask;
    cfg.n_threads = threads;
    cfg.n_subsample = subsample;
    VmafContext* context = nullptr;
    EXPECT_EQ(vmaf_init(&context, cfg), 0);
    EXPECT_EQ(vmaf_use_feature(context, feature, nullptr), 0);
    return context;
}

/// A pair that came back from a failed call, and can be given again.
struct Pair {
    explicit Pair(unsigned bpc, unsigned t = 0)
        : ref(make_picture(t, 0, kWidth, kHeight, bpc)), dis(make_picture(t, 9, kWidth, kHeight, bpc)) {}
    ~Pair() {
        if (ref.ref) vmaf_picture_unref(&ref);
        if (dis.ref) vmaf_picture_unref(&dis);
    }
    int read(VmafContext* context, unsigned index) { return vmaf_read_pictures(context, &ref, &dis, index); }

    VmafPicture ref, dis;
};

class Depth : public ::testing::TestWithParam<std::tuple<const char*, uint64_t>> {};

TEST_P(Depth, EverySampleIsSeen) {
    const auto [feature, mask] = GetParam();
    const bool reads_dis = std::string(feature) != "motion", reads_chroma = std::string(feature) == "psnr";
    for (const unsigned bpc : {10u, 15u}) {
        VmafContext* context = open(feature, mask);
        for (unsigned i = 0; i < 2; i++) ASSERT_EQ(Pair(bpc, i).read(context, i), 0);
        Pair pair(bpc, 2);
        const auto expect = [&](VmafPicture& picture, unsigned p, unsigned x, unsigned y) {
            uint16_t& s = sample(picture, p, x, y);
            const uint16_t before = s;
            s = static_cast<uint16_t>(1u << bpc);
            ASSERT_EQ(pair.read(context, 2), -EINVAL) << bpc << " bits, plane " << p << ", " << x << ", " << y;
            const std::string place = "plane " + std::to_string(p) + " (" + (p ? p == 1 ? "Cb" : "Cr" : "luma") +
                                      ") at x " + std::to_string(x) + ", y " + std::to_string(y) + ",";
            ASSERT_NE(std::string(vmaf_last_error()).find(place), std::string::npos) << vmaf_last_error();
            sample(picture, p, x, y) = before;
        };
        const unsigned step = test::kSanitized ? 11 : 3;  // between samples of a row
        for (unsigned y = 0; y < kHeight; y++)
            for (unsigned x = y % step; x < kWidth; x += step) expect(pair.ref, 0, x, y);
        for (unsigned y = 0; reads_dis && y < kHeight; y += 5)
            for (unsigned x = 0; x < kWidth; x++) expect(pair.dis, 0, x, y);
        for (unsigned y = 0; reads_chroma && y < kHeight / 2; y += 3)
            for (unsigned x = 0; x < kWidth / 2; x++) expect(pair.dis, 1 + x % 2, x, y);
        EXPECT_EQ(pair.read(context, 2), 0);
        EXPECT_EQ(vmaf_close(context), 0);
    }
}

TEST_P(Depth, TheFirstFrameIsNoException) {
    const auto [feature, mask] = GetParam();
    VmafContext* context = open(feature, mask);
    Pair pair(12);
    sample(pair.ref, 0, kWidth - 1, kHeight - 1) = 4096;
    EXPECT_EQ(pair.read(context, 0), -EINVAL);
    EXPECT_EQ(vmaf_close(context), 0);
}

TEST_P(Depth, ThePeakIsInside) {
    const auto [feature, mask] = GetParam();
    for (unsigned bpc = 9; bpc <= 16; bpc++) {
        VmafContext* context = open(feature, mask);
        for (unsigned i = 0; i < 2; i++) {
            Pair pair(bpc, i);
            for (unsigned x = 0; x < kWidth; x++)
                for (unsigned y = 0; y < kHeight; y += 4)
                    sample(pair.ref, 0, x, y) = sample(pair.dis, 0, x, y) = static_cast<uint16_t>((1u << bpc) - 1);
            EXPECT_EQ(pair.read(context, i), 0) << vmaf_last_error();
        }
        EXPECT_EQ(vmaf_close(context), 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Features, Depth,
                         ::testing::Combine(::testing::Values("psnr", "motion", "float_ssim", "vif", "adm"),
                                            ::testing::ValuesIn(kMasks)));

TEST(Depths, WhatNobodyReadsIsNobodysConcern) {
    const auto reads = [](const char* feature, bool dis, unsigned p) {
        VmafContext* context = open(feature, 0);
        Pair pair(10);
        sample(dis ? pair.dis : pair.ref, p, 3, 3) = 0xffff;
        const int result = pair.read(context, 0);
        EXPECT_EQ(vmaf_close(context), 0);
        return result != 0;
    };
    EXPECT_FALSE(reads("vif", false, 1));
    EXPECT_FALSE(reads("adm", true, 2));
    EXPECT_FALSE(reads("motion", true, 0));
    EXPECT_TRUE(reads("motion", false, 0));
    EXPECT_TRUE(reads("psnr", true, 2));
}

TEST(Depths, PassesRelyOnEachOtherOnlyWhereBothRun) {
    VmafContext* context = open("vif", 0, 0, 3);  // every third frame
    ASSERT_EQ(vmaf_use_feature(context, "motion", nullptr), 0);
    ASSERT_EQ(Pair(10).read(context, 0), 0);
    Pair unseen(10, 1), seen(10, 2);
    sample(unseen.dis, 0, 5, 5) = 1024;
    EXPECT_EQ(unseen.read(context, 1), 0);
    sample(seen.ref, 0, 5, 5) = 1024;
    EXPECT_EQ(seen.read(context, 2), -EINVAL);
    sample(seen.ref, 0, 5, 5) = 0;
    ASSERT_EQ(seen.read(context, 2), 0);
    Pair scored(10, 3);
    sample(scored.dis, 0, 5, 5) = 1024;
    EXPECT_EQ(scored.read(context, 3), -EINVAL);
    EXPECT_EQ(vmaf_close(context), 0);
}

TEST(Depths, WithThreadsALaterCallSaysSo) {
    VmafContext* context = open("vif", 0, 3);
    ASSERT_EQ(vmaf_use_feature(context, "psnr", nullptr), 0);
    int failure = 0;
    for (unsigned i = 0; i < 40 && !failure; i++) {
        Pair pair(10, i);
        if (i == 2) sample(pair.dis, 0, 7, 8) = 4000;
        failure = pair.read(context, i);
    }
    if (!failure) failure = vmaf_read_pictures(context, nullptr, nullptr, 0);
    EXPECT_EQ(failure, -EINVAL);
    EXPECT_NE(
        std::string(vmaf_last_error()).find("frame 2: the distorted picture holds 4000 in plane 0 (luma) at x 7, y 8"),
        std::string::npos)
        << vmaf_last_error();
    EXPECT_EQ(vmaf_close(context), 0);
}

TEST(Depths, ThreadsThatShareAFrameSeeAllOfItsRows) {
    constexpr unsigned kHigh = 523;  // two bands of adm
    for (unsigned y = 0; y < kHigh; y += 9) {
        VmafContext* context = open("adm", 0, 3);
        VmafPicture ref = make_picture(0, 0, 19, kHigh, 10), dis = make_picture(0, 9, 19, kHigh, 10);
        sample(y % 2 ? ref : dis, 0, 4, y) = 1024;
        const int failure = vmaf_read_pictures(context, &ref, &dis, 0);
        EXPECT_EQ(failure ? failure : vmaf_read_pictures(context, nullptr, nullptr, 0), -EINVAL) << y;
        EXPECT_EQ(vmaf_close(context), 0);
    }
}

}  // namespace
}  // namespace vmaf::test
