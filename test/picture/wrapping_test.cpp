// Frames that stay in the client's host memory: scored as if they had been copied, and given back exactly once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "support/client_frames.h"

namespace vmaf::test {
namespace {

using testing::HasSubstr;

constexpr unsigned kW = 37, kH = 23, kFrames = 6;

struct WrapCase {
    ClientLayout layout;
    unsigned threads, least_depth;
};

class Wrapping : public testing::TestWithParam<WrapCase> {};

TEST_P(Wrapping, ScoresWhatLiesInTheClientsMemory) {
    const auto& [layout, threads, least_depth] = GetParam();
    VmafContext* vmaf = nullptr;
    VmafConfiguration cfg = {};
    cfg.n_threads = threads;
    ASSERT_EQ(vmaf_init(&vmaf, cfg), 0);
    use_client_features(vmaf, least_depth);
    Returned returned;
    std::vector<std::unique_ptr<ClientBytes>> clip;
    for (unsigned t = 0; t < kFrames; t++) {
        VmafPicture pictures[2] = {};
        for (unsigned s = 0; s < 2; s++) {
            clip.push_back(std::make_unique<ClientBytes>(layout, kW, kH, t, s, 6 + 2 * s, 2 * s));
            VmafFrame frame = clip.back()->at(clip.back()->bytes().data());
            frame.release = Returned::one;
            frame.release_data = &returned;
            ASSERT_EQ(vmaf_picture_wrap(&pictures[s], &frame), 0) << vmaf_last_error();
        }
        ASSERT_EQ(vmaf_read_pictures(vmaf, &pictures[0], &pictures[1], t), 0) << vmaf_last_error();
    }
    const PictureFormat format = layout.format(kW, kH);
    EXPECT_EQ(client_values(vmaf, format, kFrames), plain_values(format, kFrames, least_depth));
    EXPECT_EQ(returned.count, 2 * kFrames);
    EXPECT_EQ(vmaf_close(vmaf), 0);
    EXPECT_EQ(returned.count, 2 * kFrames);
}

std::vector<WrapCase> wrap_cases() {
    std::vector<WrapCase> cases;
    for (const ClientLayout& layout : kClientLayouts)
        for (const unsigned threads : {0u, 3u})
            for (const unsigned least_depth : {8u, 12u}) cases.push_back({layout, threads, least_depth});
    return cases;
}

INSTANTIATE_TEST_SUITE_P(Layouts, Wrapping, testing::ValuesIn(wrap_cases()),
                         [](const testing::TestParamInfo<WrapCase>& info) {
                             return std::string(info.param.layout.name) + "Threads" +
                                    std::to_string(info.param.threads) + "Depth" +
                                    std::to_string(info.param.least_depth);
                         });

TEST(WrappedPicture, ComesBackWhenItIsNotRead) {
    const ClientBytes bytes(kClientLayouts[0], kW, kH, 0, 0, 0, 0);
    Returned returned;
    VmafFrame frame = bytes.at(bytes.bytes().data());
    frame.release = Returned::one;
    frame.release_data = &returned;
    VmafPicture picture = {};
    ASSERT_EQ(vmaf_picture_wrap(&picture, &frame), 0);
    EXPECT_EQ(returned.count, 0u);
    EXPECT_EQ(vmaf_picture_unref(&picture), 0);
    EXPECT_EQ(returned.count, 1u);
    EXPECT_LT(vmaf_picture_unref(&picture), 0);
    EXPECT_EQ(returned.count, 1u);
    frame.release = nullptr;
    ASSERT_EQ(vmaf_picture_wrap(&picture, &frame), 0);
    EXPECT_EQ(vmaf_picture_unref(&picture), 0);
}

TEST(WrappedPicture, InDeviceMemoryNeedsADevice) {
    const ClientBytes bytes(kClientLayouts[0], kW, kH, 0, 0, 0, 0);
    VmafFrame frame = bytes.at(bytes.bytes().data());
    frame.flags |= VMAF_FRAME_DEVICE;
    VmafContext* vmaf = nullptr;
    ASSERT_EQ(vmaf_init(&vmaf, {}), 0);
    VmafPicture ref = {}, dis = {};
    ASSERT_EQ(vmaf_picture_wrap(&ref, &frame), 0);
    ASSERT_EQ(vmaf_picture_wrap(&dis, &frame), 0);
    EXPECT_EQ(vmaf_read_pictures(vmaf, &ref, &dis, 0), -EINVAL);
    EXPECT_THAT(vmaf_last_error(), HasSubstr("vmaf_cuda_import_state"));
    EXPECT_EQ(vmaf_picture_unref(&ref), 0);
    EXPECT_EQ(vmaf_picture_unref(&dis), 0);
    EXPECT_EQ(vmaf_close(vmaf), 0);
}

TEST(WrappedPicture, IsRefusedWithTheReason) {
    const ClientBytes bytes(kClientLayouts[1], kW, kH, 0, 0, 0, 0);  // 4:4:4, 10 bit
    struct Fault {
        std::function<void(VmafFrame&)> make;
        const char* message;
    };
    int something = 0;
    const Fault faults[] = {
        {[](VmafFrame& f) { f.size -= 8; }, "size"},
        {[](VmafFrame& f) { f.pix_fmt = VMAF_PIX_FMT_UNKNOWN; }, "pixel format 0"},
        {[](VmafFrame& f) { f.bpc = 17; }, "bit depth 17"},
        {[](VmafFrame& f) { f.flags = 64; }, "unknown bits"},
        {[](VmafFrame& f) { f.data[2] = nullptr; }, "data[2] is NULL"},
        {[](VmafFrame& f) { f.stride[1] = 2 * kW - 2; }, "stride[1] is 72 bytes, its rows have 74"},
        {[](VmafFrame& f) { f.stride[0] = -f.stride[0]; }, "from the top down"},
        {[](VmafFrame& f) { f.stride[0]++; }, "must be even"},
        {[](VmafFrame& f) { f.data[0] = static_cast<const char*>(f.data[0]) + 1; }, "must be even"},
        {[&](VmafFrame& f) { f.cu_stream = &something; }, "VMAF_FRAME_DEVICE"},
        {[](VmafFrame& f) { f.flags = VMAF_FRAME_DEVICE | VMAF_FRAME_STAYS_MAPPED; }, "host memory"},
        {[&](VmafFrame& f) {
             f.flags = VMAF_FRAME_DEVICE;
             f.cu_stream = f.cu_event = &something;
         },
         "a stream and an event"},
    };
    Returned returned;
    for (const Fault& fault : faults) {
        VmafFrame frame = bytes.at(bytes.bytes().data());
        frame.release = Returned::one;
        frame.release_data = &returned;
        fault.make(frame);
        VmafPicture picture = {};
        EXPECT_EQ(vmaf_picture_wrap(&picture, &frame), -EINVAL) << fault.message;
        EXPECT_THAT(vmaf_last_error(), HasSubstr(fault.message));
        EXPECT_EQ(picture.ref, nullptr);
    }
    EXPECT_EQ(vmaf_picture_wrap(nullptr, nullptr), -EINVAL);
    EXPECT_EQ(returned.count, 0u);
}

/// Layouts may differ between the pictures of a pair.
TEST(WrappedPicture, GoesWithAnyOther) {
    const ClientBytes nv12(kClientLayouts[3], kW, kH, 0, 1, 2, 0);
    const PictureFormat format = kClientLayouts[0].format(kW, kH);
    VmafContext* vmaf = nullptr;
    ASSERT_EQ(vmaf_init(&vmaf, {}), 0);
    use_client_features(vmaf, 8);
    VmafPicture ref =
        api_picture(format, [](unsigned p, unsigned x, unsigned y) { return client_sample(8, 0, 0, p, x, y); });
    VmafPicture dis = {};
    const VmafFrame frame = nv12.at(nv12.bytes().data());
    ASSERT_EQ(vmaf_picture_wrap(&dis, &frame), 0);
    ASSERT_EQ(vmaf_read_pictures(vmaf, &ref, &dis, 0), 0) << vmaf_last_error();
    EXPECT_EQ(client_values(vmaf, format, 1), plain_values(format, 1));
    EXPECT_EQ(vmaf_close(vmaf), 0);
}

}  // namespace
}  // namespace vmaf::test
