// Frames in clients' own memory on the GPU: of every layout and kind of memory, filled in every order that the client may choose, they give
// the values of the CPU, and come back once.
#include <gtest/gtest.h>

#include <memory>

#include "cuda/driver/context.h"
#include "cuda/driver/stream.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "support/client_frames.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

constexpr unsigned kW = 70, kH = 50, kFrames = 12;
constexpr uint64_t kNoGpu = 1;  // VmafConfiguration::gpumask

enum class Memory {
    kPageable,
    kStaysMapped,
    kPageLocked,    ///< by the client
    kDevice,        ///< rows as kernels need them
    kUnaligned,     ///< device memory with rows of any length
    kOtherContext,  ///< device memory of another context than the session's
};
constexpr const char* kMemoryNames[] = {"Pageable", "StaysMapped", "PageLocked", "Device", "Unaligned", "OtherContext"};

/// How the library learns when device memory is complete.
enum class Order { kDefaultStream, kFramesStream, kFramesEvent };

std::shared_ptr<const cuda::Context> made_context(const std::shared_ptr<const cuda::Driver>& driver) {
    CUcontext handle = nullptr;
    VMAF_CUDA_TRY(*driver, cuCtxCreate, &handle, 0, 0);
    VMAF_CUDA_TRY(*driver, cuCtxPopCurrent, &handle);
    return cuda::Context::foreign(driver, handle);
}

/// One frame's memory, which is nonsense until the client's stream has filled it.
class ClientFrame {
 public:
    ClientFrame(const ClientLayout& layout, Memory kind, Order order, std::shared_ptr<const cuda::Context> context,
                CUstream stream, unsigned t, unsigned s)
        : context_(std::move(context)),
          bytes_(layout, kW, kH, t, s, padding(layout, kind), kind == Memory::kUnaligned ? 2 : 0) {
        const size_t size = bytes_.bytes().size();
        if (kind <= Memory::kStaysMapped) {
            pageable_ = bytes_.bytes();
            frame_ = bytes_.at(pageable_.data());
            if (kind == Memory::kStaysMapped) frame_.flags |= VMAF_FRAME_STAYS_MAPPED;
            return;
        }
        const cuda::Current current(*context_);
        pinned_ = cuda::PinnedBuffer(context_, size);
        std::memcpy(pinned_.data(), bytes_.bytes().data(), size);
        frame_ = bytes_.at(pinned_.data());
        if (kind == Memory::kPageLocked) return;
        device_ = cuda::Buffer(context_, size);
        frame_ = bytes_.at(device_.as<void>());
        frame_.flags |= VMAF_FRAME_DEVICE;
        if (kind == Memory::kOtherContext) frame_.cu_context = context_->handle();
        VMAF_CUDA_TRY(context_->driver(), cuMemsetD8Async, device_.address(), 0x77, size, stream);
        VMAF_CUDA_TRY(context_->driver(), cuMemcpyHtoDAsync, device_.address(), pinned_.data(), size, stream);
        if (order == Order::kFramesStream) frame_.cu_stream = stream;
        if (order != Order::kFramesEvent) return;
        event_ = cuda::Event(context_);
        event_.record(stream);
        frame_.cu_event = event_.get();
    }

    /// The frame, which `returned` counts when it comes back.
    VmafPicture wrap(Returned& returned) {
        frame_.release = Returned::one;
        frame_.release_data = &returned;
        VmafPicture picture = {};
        EXPECT_EQ(vmaf_picture_wrap(&picture, &frame_), 0) << vmaf_last_error();
        return picture;
    }

 private:
    static size_t padding(const ClientLayout& layout, Memory kind) {
        const size_t row = layout.samples.row_bytes(layout.format(kW, kH), 0);
        return kind == Memory::kDevice ? (16 - row % 16) % 16 + 16 : 6;
    }

    std::shared_ptr<const cuda::Context> context_;
    ClientBytes bytes_;
    std::vector<unsigned char> pageable_;
    cuda::PinnedBuffer pinned_;
    cuda::Buffer device_;
    cuda::Event event_;
    VmafFrame frame_ = {};
};

/// Values of a clip whose frames a client has in such memory, `least_depth` being scored.
std::vector<double> wrapped_values(const ClientLayout& layout, Memory kind, Order order, unsigned least_depth,
                                   uint64_t gpumask = 0) {
    const auto driver = cuda::Driver::load();
    const auto primary = cuda::Context::primary(driver, 0);
    const auto context = kind == Memory::kOtherContext ? made_context(driver) : primary;
    VmafContext* vmaf = nullptr;
    VmafConfiguration cfg = {};
    cfg.gpumask = gpumask;
    EXPECT_EQ(vmaf_init(&vmaf, cfg), 0);
    VmafCudaState* state = nullptr;
    EXPECT_EQ(vmaf_cuda_state_init(&state, {}), 0) << vmaf_last_error();
    EXPECT_EQ(vmaf_cuda_import_state(vmaf, state), 0) << vmaf_last_error();
    use_client_features(vmaf, least_depth);
    Returned returned;
    std::vector<double> values;
    {
        const cuda::Stream stream(context);
        std::vector<std::unique_ptr<ClientFrame>> frames;
        const CUstream fills = order == Order::kDefaultStream ? cuda::default_stream() : stream.get();
        for (unsigned t = 0; t < kFrames; t++)
            for (unsigned s = 0; s < 2; s++)
                frames.push_back(std::make_unique<ClientFrame>(layout, kind, order, context, fills, t, s));
        for (unsigned t = 0; t < kFrames; t++) {
            VmafPicture ref = frames[2 * t]->wrap(returned), dis = frames[2 * t + 1]->wrap(returned);
            EXPECT_EQ(vmaf_read_pictures(vmaf, &ref, &dis, t), 0) << vmaf_last_error();
        }
        values = client_values(vmaf, layout.format(kW, kH), kFrames);
        EXPECT_EQ(returned.count, 2 * kFrames);
        EXPECT_EQ(vmaf_close(vmaf), 0);
    }
    if (kind == Memory::kOtherContext) {
        EXPECT_EQ(driver->functions().cuCtxDestroy(context->handle()), CUDA_SUCCESS);
    }
    return values;
}

class WrappedOnGpu : public testing::TestWithParam<std::tuple<ClientLayout, Memory>> {
 protected:
    void SetUp() override {
        std::string why;
        if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
    }
};

TEST_P(WrappedOnGpu, GivesTheValuesOfTheCpu) {
    const auto& [layout, kind] = GetParam();
    const bool device = kind >= Memory::kDevice;
    for (const unsigned least_depth : {8u, 12u}) {
        if (kSanitized && least_depth == 8) continue;
        const std::vector<double> values = plain_values(layout.format(kW, kH), kFrames, least_depth);
        for (const std::string& schedule : schedules(kSanitized ? 0 : 1)) {
            const Scheduled scheduled(schedule);
            for (const Order order : {Order::kDefaultStream, Order::kFramesStream, Order::kFramesEvent})
                if (device || order == Order::kDefaultStream) {
                    EXPECT_EQ(wrapped_values(layout, kind, order, least_depth), values)
                        << schedule << ", order " << static_cast<int>(order) << ", depth " << least_depth;
                }
        }
    }
}

TEST_P(WrappedOnGpu, CanBeComputedOnTheCpu) {
    const auto& [layout, kind] = GetParam();
    const std::vector<double> values = plain_values(layout.format(kW, kH), kFrames);
    for (const Order order : {Order::kDefaultStream, Order::kFramesStream, Order::kFramesEvent})
        if (kind >= Memory::kDevice || order == Order::kDefaultStream) {
            EXPECT_EQ(wrapped_values(layout, kind, order, 8, kNoGpu), values) << static_cast<int>(order);
        }
}

INSTANTIATE_TEST_SUITE_P(Memory, WrappedOnGpu,
                         testing::Combine(testing::ValuesIn(kClientLayouts),
                                          testing::Values(Memory::kPageable, Memory::kStaysMapped, Memory::kPageLocked,
                                                          Memory::kDevice, Memory::kUnaligned, Memory::kOtherContext)),
                         [](const auto& info) {
                             return std::string(std::get<0>(info.param).name) +
                                    kMemoryNames[static_cast<int>(std::get<1>(info.param))];
                         });

/// Scores the motion of a clip on the GPU that is one frame, handed in again and again.
void score_again_and_again(const VmafFrame& frame, unsigned times) {
    VmafContext* vmaf = nullptr;
    ASSERT_EQ(vmaf_init(&vmaf, {}), 0);
    VmafCudaState* state = nullptr;
    ASSERT_EQ(vmaf_cuda_state_init(&state, {}), 0);
    ASSERT_EQ(vmaf_cuda_import_state(vmaf, state), 0);
    ASSERT_EQ(vmaf_use_feature(vmaf, "motion", nullptr), 0);
    for (unsigned t = 0; t < times; t++) {
        VmafPicture ref = {}, dis = {};
        ASSERT_EQ(vmaf_picture_wrap(&ref, &frame), 0);
        ASSERT_EQ(vmaf_picture_wrap(&dis, &frame), 0);
        ASSERT_EQ(vmaf_read_pictures(vmaf, &ref, &dis, t), 0) << vmaf_last_error();
    }
    ASSERT_EQ(vmaf_read_pictures(vmaf, nullptr, nullptr, 0), 0) << vmaf_last_error();
    ASSERT_EQ(vmaf_close(vmaf), 0);
}

/// A frame in host memory, page-locked by the client or not.
class HostFrame {
 public:
    HostFrame(unsigned flags, bool pinned) : bytes_(kClientLayouts[3], 640, 480, 0, 0, 0, 0), flags_(flags) {
        const size_t size = bytes_.bytes().size();
        const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
        if (pinned) pinned_ = cuda::PinnedBuffer(context, size);
        pageable_ = bytes_.bytes();
        if (pinned) std::memcpy(pinned_.data(), pageable_.data(), size);
    }
    VmafFrame frame() {
        VmafFrame frame = bytes_.at(pinned_.data() ? pinned_.data() : reinterpret_cast<std::byte*>(pageable_.data()));
        frame.flags |= flags_;
        return frame;
    }

 private:
    ClientBytes bytes_;
    unsigned flags_;
    std::vector<unsigned char> pageable_;
    cuda::PinnedBuffer pinned_;
};

TEST(WrappedHostMemory, IsPageLockedOnceWhereItStays) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    HostFrame host(VMAF_FRAME_STAYS_MAPPED, false);
    score_again_and_again(host.frame(), 5);
    EXPECT_EQ(emulator()->calls("cuMemHostRegister_v2"), 1u);
    EXPECT_EQ(emulator()->calls("cuMemHostUnregister"), 1u);
    EXPECT_EQ(emulator()->counts().pinned_allocations, 0u);
}

TEST(WrappedHostMemory, IsLeftAloneWhereItMayGo) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    HostFrame host(0, false);
    score_again_and_again(host.frame(), 5);
    EXPECT_EQ(emulator()->calls("cuMemHostRegister_v2"), 0u);
}

TEST(WrappedHostMemory, OfTheDriversIsReadWhereItLies) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    HostFrame host(VMAF_FRAME_STAYS_MAPPED, true);
    score_again_and_again(host.frame(), 5);
    EXPECT_EQ(emulator()->calls("cuMemHostRegister_v2"), 1u);  // refused, and not tried again
}

/// Luma that kernels can read is read where the decoder left it.
TEST(WrappedDeviceMemory, OfLumaAloneIsNotCopied) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
    const ClientBytes bytes(kClientLayouts[3], 64, 48, 0, 0, 0, 0);
    const cuda::Buffer memory(context, bytes.bytes().size());
    VmafFrame frame = bytes.at(memory.as<void>());
    frame.flags |= VMAF_FRAME_DEVICE;
    score_again_and_again(frame, 3);
    EXPECT_EQ(emulator()->calls("cuMemcpy2DAsync_v2"), 0u);
    for (const VmafEmulatorLaunch& launch : emulator()->launch_log())
        EXPECT_FALSE(std::string(launch.kernel).starts_with("unpack")) << launch.kernel;
}

}  // namespace
}  // namespace vmaf::test
