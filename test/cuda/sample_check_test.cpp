// Samples above their depth: the kernel finds the planes that hold them, and a frame fails with the CPU's words.
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "cuda/driver/stream.h"
#include "cuda/engine/sample_check.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "picture/picture.h"

namespace vmaf::test {
namespace {

constexpr uint16_t kPadding = 0xffff;  // what lies behind the rows: above every depth, and of no account

/// A frame in device memory whose samples are the largest of their depth, or one of them a bit more.
class DeviceFrame {
 public:
    explicit DeviceFrame(const PictureFormat& format) : format_(format) {
        for (Plane& plane : planes_) {
            const unsigned p = static_cast<unsigned>(&plane - planes_) % 3;
            if (p >= format.planes()) continue;
            plane.pitch = (format.plane_w(p) + 8 + 7) / 8 * 8;
            plane.samples.assign(plane.pitch * (format.plane_h(p) + 1), kPadding);
            for (unsigned y = 0; y < format.plane_h(p); y++)
                std::fill_n(plane.samples.begin() + static_cast<ptrdiff_t>(y * plane.pitch), format.plane_w(p),
                            static_cast<uint16_t>(peak_sample(format.bpc)));
        }
    }
    void spoil(Side side, unsigned p, unsigned x, unsigned y) {
        Plane& plane = planes_[3 * (side == Side::kDistorted) + p];
        plane.samples[y * plane.pitch + x] = static_cast<uint16_t>(peak_sample(format_.bpc) + 1);
    }
    cuda::BatchFrame upload(cuda::Device& device, PlaneSet planes) {
        cuda::BatchFrame frame;
        frame.planes = planes;
        for (unsigned i = 0; i < 6; i++) {
            Plane& plane = planes_[i];
            PictureView& view = i < 3 ? frame.pictures.ref : frame.pictures.dis;
            view.format = format_;
            if (plane.samples.empty()) continue;
            plane.memory = device.upload(plane.samples.data(), plane.samples.size() * sizeof(uint16_t));
            view.data[i % 3] = plane.memory.as<void>();
            view.stride[i % 3] = static_cast<ptrdiff_t>(plane.pitch * sizeof(uint16_t));
        }
        return frame;
    }

 private:
    struct Plane {
        std::vector<uint16_t> samples;
        size_t pitch = 0;
        cuda::Buffer memory;
    };
    PictureFormat format_;
    Plane planes_[6];
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
            std::vector<DeviceFrame> frames;
            for (unsigned i = 0; i < 7; i++) frames.emplace_back(format);
            std::vector<PlaneSet> expected(7);  // the last frame is as it should be
            for (unsigned i = 0; i < 6; i++) {
                const Side side = i < 3 ? Side::kReference : Side::kDistorted;
                const unsigned last_x = format.plane_w(i % 3) - 1, last_y = format.plane_h(i % 3) - 1;
                frames[i].spoil(side, i % 3, bpc % 2 ? last_x : last_x / 2, w % 2 ? last_y : last_y * 2 / 3);
                expected[i] = plane_bit(side, i % 3);
            }
            std::vector<cuda::BatchFrame> batch;
            for (DeviceFrame& frame : frames) batch.push_back(frame.upload(*device, kAll));
            EXPECT_EQ(find(*device, format, batch), expected) << w << "x" << h << ", " << bpc << " bit";
        }
}

TEST(SampleCheck, LooksAtThePlanesThatAreReadAlone) {
    VMAF_OPEN_DEVICE(device);
    const PictureFormat format{VMAF_PIX_FMT_YUV444P, 10, 33, 9};
    DeviceFrame frame(format);
    for (const Side side : {Side::kReference, Side::kDistorted})
        for (unsigned p = 0; p < 3; p++) frame.spoil(side, p, p, p);
    for (const PlaneSet planes : {PlaneSet{0}, kLuma, PlaneSet{plane_bit(Side::kDistorted, 1)}, kAll})
        EXPECT_EQ(find(*device, format, std::vector{frame.upload(*device, planes)}), std::vector{planes});
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
        fill(samples, kBadFrame, fault.side, fault);
        picture = Picture::adopt(samples);
        try {
            check_samples(kBadFrame, fault.side, picture.view(), fault.plane);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

 private:
    static void fill(const VmafPicture& picture, unsigned t, Side side, Fault fault) {
        for (unsigned p = 0; p < 3; p++)
            for (unsigned y = 0; y < picture.h[p]; y++)
                for (unsigned x = 0; x < picture.w[p]; x++) {
                    auto* row =
                        reinterpret_cast<uint16_t*>(static_cast<char*>(picture.data[p]) + y * picture.stride[p]);
                    row[x] = static_cast<uint16_t>((x * 37 + y * 11 + t * 5 + p) & 1023);
                    if (t == kBadFrame && side == fault.side && p == fault.plane && x == fault.x && y == fault.y)
                        row[x] = fault.value;
                }
    }
    VmafPicture picture(unsigned t, Side side) {
        VmafPicture picture = {};
        EXPECT_EQ(vmaf_cuda_fetch_preallocated_picture(vmaf_, &picture), 0) << vmaf_last_error();
        if (!device_) {
            fill(picture, t, side, fault_);
            return picture;
        }
        VmafPicture host = {};
        EXPECT_EQ(vmaf_picture_alloc(&host, VMAF_PIX_FMT_YUV420P, 10, kW, kH), 0);
        fill(host, t, side, fault_);
        const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
        const cuda::Current current(*context);
        for (unsigned p = 0; p < 3; p++) {
            CUDA_MEMCPY2D copy = {};
            copy.srcMemoryType = CU_MEMORYTYPE_HOST;
            copy.srcHost = host.data[p];
            copy.srcPitch = static_cast<size_t>(host.stride[p]);
            copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
            copy.dstDevice = reinterpret_cast<CUdeviceptr>(picture.data[p]);
            copy.dstPitch = static_cast<size_t>(picture.stride[p]);
            copy.WidthInBytes = picture.w[p] * sizeof(uint16_t);
            copy.Height = picture.h[p];
            VMAF_CUDA_TRY(context->driver(), cuMemcpy2D, &copy);
        }
        EXPECT_EQ(vmaf_picture_unref(&host), 0);
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
