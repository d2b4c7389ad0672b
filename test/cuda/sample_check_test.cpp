// Samples above their depth: the kernel finds the planes that hold them, and a frame fails with the CPU's words.
#include <gtest/gtest.h>

#include <map>

#include "cuda/driver/stream.h"
#include "cuda/engine/sample_check.h"
#include "device_copies.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "picture/picture.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

/// A frame whose samples are the largest of their depth, or one of them a bit more. The bits behind the rows are above some depths, and
/// of no account.
class TestFrame {
 public:
    explicit TestFrame(const PictureFormat& format)
        : ref_(format, test::Pattern::kPeak), dis_(format, test::Pattern::kPeak) {}

    void spoil(Side side, unsigned p, unsigned x, unsigned y) {
        (side == Side::kReference ? ref_ : dis_).set(p, x, y, peak_sample(ref_.format().bpc) + 1);
    }
    cuda::BatchFrame upload(DeviceCopies& copies, PlaneSet planes) const {
        return {.pictures = {.ref = copies.of(ref_.view()), .dis = copies.of(dis_.view())}, .planes = planes};
    }

 private:
    test::TestPicture ref_, dis_;
};

std::vector<PlaneSet> find(cuda::Device& device, const PictureFormat& format,
                           std::span<const cuda::BatchFrame> frames) {
    const cuda::Current current(*device.context());
    std::vector<PlaneSet> found(frames.size());
    const cuda::Buffer words = device.upload(found.data(), found.size() * sizeof(PlaneSet));
    const cuda::Stream stream(device.context());
    cuda::SampleCheck(format, device).enqueue(frames, words.address(), stream.get());
    stream.synchronize();
    VMAF_CUDA_TRY(stream.driver(), cuMemcpyDtoH, found.data(), words.address(), found.size() * sizeof(PlaneSet));
    return found;
}

constexpr PlaneSet kAll = 0x3f, kLuma = plane_bit(Side::kReference, 0) | plane_bit(Side::kDistorted, 0);

TEST(SampleCheck, FindsThePlanesThatHoldASampleAboveTheDepth) {
    VMAF_OPEN_DEVICE(device);
    for (unsigned bpc = 9; bpc < 16; bpc++)
        for (const auto& [w, h] : {std::pair(2u, 2u), {3u, 5u}, {65u, 33u}, {530u, 40u}}) {
            const PictureFormat format{VMAF_PIX_FMT_YUV420P, bpc, w, h};
            std::vector<TestFrame> frames;
            for (unsigned i = 0; i < 7; i++) frames.emplace_back(format);
            std::vector<PlaneSet> expected(7);  // the last frame is as it should be
            for (unsigned i = 0; i < 6; i++) {
                const Side side = i < 3 ? Side::kReference : Side::kDistorted;
                const unsigned last_x = format.plane_w(i % 3) - 1, last_y = format.plane_h(i % 3) - 1;
                frames[i].spoil(side, i % 3, bpc % 2 ? last_x : last_x / 2, w % 2 ? last_y : last_y * 2 / 3);
                expected[i] = plane_bit(side, i % 3);
            }
            std::vector<cuda::BatchFrame> batch;
            DeviceCopies copies(*device);
            for (const TestFrame& frame : frames) batch.push_back(frame.upload(copies, kAll));
            EXPECT_EQ(find(*device, format, batch), expected) << w << "x" << h << ", " << bpc << " bit";
        }
}

TEST(SampleCheck, LooksAtThePlanesThatAreReadAlone) {
    VMAF_OPEN_DEVICE(device);
    const PictureFormat format{VMAF_PIX_FMT_YUV444P, 10, 33, 9};
    TestFrame frame(format);
    DeviceCopies copies(*device);
    for (const Side side : {Side::kReference, Side::kDistorted})
        for (unsigned p = 0; p < 3; p++) frame.spoil(side, p, p, p);
    for (const PlaneSet planes : {PlaneSet{0}, kLuma, PlaneSet{plane_bit(Side::kDistorted, 1)}, kAll})
        EXPECT_EQ(find(*device, format, std::vector{frame.upload(copies, planes)}), std::vector{planes});
}

// ------------------------------------------------------------------------------------------------ sessions

constexpr unsigned kW = 40, kH = 30, kFrames = 6, kBadFrame = 3;
using Method = VmafCudaPicturePreallocationMethod;

/// What is wrong with the clip.
struct Fault {
    Side side;
    unsigned plane, x, y;
    uint16_t value;
};

/// The samples of a picture of the clip.
auto samples_of(unsigned t, Side side, const Fault& fault) {
    return [=](unsigned p, unsigned x, unsigned y) -> unsigned {
        if (t == kBadFrame && side == fault.side && p == fault.plane && x == fault.x && y == fault.y)
            return fault.value;
        return (x * 37 + y * 11 + t * 5 + p) & 1023;
    };
}

/// A client with a clip of 10 bits, one of whose samples is wrong.
class Client {
 public:
    Client(const char* extractor, Method method, Fault fault) : fault_(fault) {
        EXPECT_EQ(vmaf_init(&vmaf_, {VMAF_LOG_LEVEL_NONE, 0, 0, 0, 0}), 0);
        VmafCudaState* state = nullptr;
        EXPECT_EQ(vmaf_cuda_state_init(&state, {}), 0) << vmaf_last_error();
        EXPECT_EQ(vmaf_cuda_import_state(vmaf_, state), 0);
        EXPECT_EQ(vmaf_use_feature(vmaf_, extractor, nullptr), 0);
        device_ = method == VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE;
        EXPECT_EQ(vmaf_cuda_preallocate_pictures(vmaf_, {{kW, kH, 10, VMAF_PIX_FMT_YUV420P}, method}), 0);
    }
    ~Client() { EXPECT_EQ(vmaf_close(vmaf_), 0); }

    /// The first error's text; empty if all went well.
    std::string run() {
        for (unsigned t = 0; t < kFrames; t++) {
            VmafPicture ref = picture(t, Side::kReference), dis = picture(t, Side::kDistorted);
            if (vmaf_read_pictures(vmaf_, &ref, &dis, t) == 0) continue;
            const std::string error = vmaf_last_error();
            EXPECT_EQ(vmaf_picture_unref(&ref), 0);
            EXPECT_EQ(vmaf_picture_unref(&dis), 0);
            return error;
        }
        const int result = vmaf_read_pictures(vmaf_, nullptr, nullptr, 0);
        if (result == 0) return {};
        EXPECT_EQ(result, -EINVAL);
        return vmaf_last_error();
    }

    /// What the CPU says of the picture with the fault.
    static std::string words_of_the_cpu(Fault fault) {
        Picture picture = Picture::allocate({VMAF_PIX_FMT_YUV420P, 10, kW, kH});
        VmafPicture samples = picture.release();
        write_samples(samples, samples_of(kBadFrame, fault.side, fault));
        picture = Picture::adopt(samples);
        try {
            check_samples(kBadFrame, fault.side, picture.view(), fault.plane);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

 private:
    VmafPicture picture(unsigned t, Side side) {
        VmafPicture picture = {};
        EXPECT_EQ(vmaf_cuda_fetch_preallocated_picture(vmaf_, &picture), 0) << vmaf_last_error();
        if (device_)
            write_device_samples(*cuda::Context::primary(cuda::Driver::load(), 0), picture,
                                 samples_of(t, side, fault_));
        else
            write_samples(picture, samples_of(t, side, fault_));
        return picture;
    }

    VmafContext* vmaf_ = nullptr;
    Fault fault_;
    bool device_ = false;
};

class SampleRange : public testing::TestWithParam<Method> {
 protected:
    void SetUp() override {
        std::string why;
        if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
    }
};

TEST_P(SampleRange, FailsTheFrameInTheCpusWords) {
    for (const Fault& fault : {Fault{Side::kReference, 0, 39, 29, 1024}, Fault{Side::kDistorted, 0, 0, 0, 0xffc0},
                               Fault{Side::kReference, 1, 7, 3, 4095}, Fault{Side::kDistorted, 2, 19, 14, 0x8000}}) {
        const std::string expected = Client::words_of_the_cpu(fault);
        EXPECT_NE(expected.find("plane " + std::to_string(fault.plane)), std::string::npos) << expected;
        for (const std::string& schedule : schedules(1)) {
            const Scheduled scheduled(schedule);
            EXPECT_EQ(Client("psnr", GetParam(), fault).run(), expected) << schedule;
        }
    }
}

TEST_P(SampleRange, IsOfNoAccountInPlanesThatNobodyReads) {
    EXPECT_EQ(Client("motion", GetParam(), {Side::kReference, 1, 7, 3, 0xffff}).run(), "");
    EXPECT_NE(Client("motion", GetParam(), {Side::kReference, 0, 7, 3, 0xffff}).run(), "");
}

INSTANTIATE_TEST_SUITE_P(Pictures, SampleRange,
                         testing::Values(VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE,
                                         VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST,
                                         VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED));

}  // namespace
}  // namespace vmaf::test
