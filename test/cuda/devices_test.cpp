// One context on several GPUs: pictures wherever they lie, in every order in which clients fill them, and devices that fail.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <mutex>

#include "cuda/driver/buffer.h"
#include "cuda/driver/context.h"
#include "cuda/driver/stream.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "support/client_frames.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

constexpr unsigned kDevices = 3, kW = 40, kH = 26;
constexpr unsigned kFrames = kSanitized ? 150 : 300;  // more than a chunk for each device
const ClientLayout kPlain{.pix_fmt = VMAF_PIX_FMT_YUV420P, .bpc = 8};

constexpr const char* kMotion = "VMAF_integer_feature_motion2_score";

/// Features whose passes look back at no picture, at the reference, and at both pictures of two frames.
constexpr struct {
    const char *extractor, *feature;
} kAsked[] = {{"psnr", "psnr_cb"}, {"motion", kMotion}, {"xpsnr", "xpsnr_y"}};

struct Logged {
    std::mutex mutex;
    std::vector<std::string> warnings;
    static void one(void* data, VmafLogLevel level, const char* text) {
        auto& log = *static_cast<Logged*>(data);
        const std::lock_guard lock(log.mutex);
        if (level <= VMAF_LOG_LEVEL_WARNING) log.warnings.emplace_back(text);
    }
};

/// A client's frame in a device's memory, nonsense until the stream has filled it; or in host memory.
class ClientFrame {
 public:
    enum class Order { kDefaultStream, kStream, kEvent };

    /// In host memory, which stays mapped.
    ClientFrame(unsigned t, unsigned s) : bytes_(kPlain, kW, kH, t, s, 8, 0), host_(bytes_.bytes()) {
        frame_ = bytes_.at(host_.data());
        frame_.flags |= VMAF_FRAME_STAYS_MAPPED;
    }
    ClientFrame(unsigned t, unsigned s, std::shared_ptr<const cuda::Context> context, Order order, CUstream stream)
        : bytes_(kPlain, kW, kH, t, s, 8, 0) {
        const size_t size = bytes_.bytes().size();
        const cuda::Current current(*context);
        pinned_ = cuda::PinnedBuffer(context, size);
        std::memcpy(pinned_.data(), bytes_.bytes().data(), size);
        device_ = cuda::Buffer(context, size);
        frame_ = bytes_.at(device_.as<void>());
        frame_.flags |= VMAF_FRAME_DEVICE;
        frame_.cu_context = context->handle();
        const CUstream fills = order == Order::kDefaultStream ? cuda::default_stream() : stream;
        VMAF_CUDA_TRY(context->driver(), cuMemsetD8Async, device_.address(), 0x77, size, fills);
        VMAF_CUDA_TRY(context->driver(), cuMemcpyHtoDAsync, device_.address(), pinned_.data(), size, fills);
        if (order == Order::kStream) frame_.cu_stream = fills;
        if (order != Order::kEvent) return;
        event_ = cuda::Event(context);
        event_.record(fills);
        frame_.cu_event = event_.get();
    }

    VmafPicture wrap(Returned& returned) {
        frame_.release = Returned::one;
        frame_.release_data = &returned;
        VmafPicture picture = {};
        EXPECT_EQ(vmaf_picture_wrap(&picture, &frame_), 0) << vmaf_last_error();
        return picture;
    }

 private:
    ClientBytes bytes_;
    std::vector<unsigned char> host_;
    cuda::PinnedBuffer pinned_;
    cuda::Buffer device_;
    cuda::Event event_;
    VmafFrame frame_ = {};
};

std::vector<VmafCudaState*> states_of(unsigned devices) {
    std::vector<VmafCudaState*> states(devices);
    for (unsigned d = 0; d < devices; d++)
        EXPECT_EQ(vmaf_cuda_state_init_device(&states[d], d), 0) << vmaf_last_error();
    return states;
}

/// A context on so many devices; on the CPU if there are none.
class DevicesContext {
 public:
    explicit DevicesContext(unsigned devices) {
        VmafConfiguration cfg = {};
        cfg.log_level = VMAF_LOG_LEVEL_WARNING;
        EXPECT_EQ(vmaf_init(&context_, cfg), 0);
        EXPECT_EQ(vmaf_set_log_callback(context_, Logged::one, &log), 0);
        if (!devices) return;
        std::vector<VmafCudaState*> states = states_of(devices);
        EXPECT_EQ(vmaf_cuda_import_states(context_, states.data(), devices), 0) << vmaf_last_error();
    }
    ~DevicesContext() { EXPECT_EQ(vmaf_close(context_), 0); }
    operator VmafContext*() const { return context_; }

    void use_all() {
        for (const auto& asked : kAsked) EXPECT_EQ(vmaf_use_feature(context_, asked.extractor, nullptr), 0);
    }
    int read(VmafPicture ref, VmafPicture dis, unsigned t) {
        const int code = vmaf_read_pictures(context_, &ref, &dis, t);
        if (code) vmaf_picture_unref(&ref), vmaf_picture_unref(&dis);
        return code;
    }
    int flush() { return vmaf_read_pictures(context_, nullptr, nullptr, 0); }
    std::vector<double> values() {
        std::vector<double> values;
        for (const auto& asked : kAsked)
            for (unsigned t = 0; t < kFrames; t++) {
                double value = NAN;
                EXPECT_EQ(vmaf_feature_score_at_index(context_, asked.feature, &value, t), 0) << vmaf_last_error();
                values.push_back(value);
            }
        return values;
    }

    Logged log;

 private:
    VmafContext* context_ = nullptr;
};

const std::vector<double>& expected() {
    static const std::vector<double> values = [] {
        DevicesContext cpu(0);
        cpu.use_all();
        for (unsigned t = 0; t < kFrames; t++) {
            const auto picture = [&](unsigned s) {
                return api_picture(kPlain.format(kW, kH), [&](unsigned p, unsigned x, unsigned y) {
                    return client_sample(kPlain.bpc, t, s, p, x, y);
                });
            };
            EXPECT_EQ(cpu.read(picture(0), picture(1), t), 0);
        }
        EXPECT_EQ(cpu.flush(), 0);
        return cpu.values();
    }();
    return values;
}

class Devices : public testing::Test {
 protected:
    void SetUp() override {
        VMAF_NEED_EMULATOR();
        emulator()->devices(kDevices);
    }
    void TearDown() override {
        if (!emulator()) return;
        emulator()->reset();
        emulator()->devices(1);
    }
};

/// Has all devices score frames in host memory, and checks the scores. `begin` is called before the first frame, `warnings` are those
/// that were logged.
void score_host_frames(const std::function<void()>& begin, std::vector<std::string>& warnings) {
    std::vector<std::unique_ptr<ClientFrame>> frames;
    for (unsigned t = 0; t < kFrames; t++)
        for (unsigned s = 0; s < 2; s++) frames.push_back(std::make_unique<ClientFrame>(t, s));
    Returned returned;
    DevicesContext context(kDevices);
    context.use_all();
    begin();
    for (unsigned t = 0; t < kFrames; t++)
        ASSERT_EQ(context.read(frames[2 * t]->wrap(returned), frames[2 * t + 1]->wrap(returned), t), 0)
            << vmaf_last_error();
    ASSERT_EQ(context.flush(), 0) << vmaf_last_error();
    EXPECT_EQ(returned.count, 2 * kFrames);
    EXPECT_EQ(context.values(), expected());
    warnings = context.log.warnings;
}

TEST_F(Devices, ShareFramesInHostMemoryWithTheScoresOfOne) {
    for (const std::string& schedule : schedules(1)) {
        const Scheduled scheduled(schedule);
        std::vector<std::string> warnings;
        ASSERT_NO_FATAL_FAILURE(score_host_frames([] {}, warnings));
        EXPECT_TRUE(warnings.empty());
    }
}

/// Every frame lies on another device than those before in its turn; streams end as soon as the frame was read.
void expect_scores_of_device_frames(ClientFrame::Order order, unsigned run, bool sides_apart) {
    const auto driver = cuda::Driver::load();
    std::vector<std::shared_ptr<const cuda::Context>> contexts;
    for (unsigned d = 0; d < kDevices; d++) contexts.push_back(cuda::Context::primary(driver, static_cast<int>(d)));
    std::vector<std::unique_ptr<ClientFrame>> frames;
    Returned returned;
    DevicesContext context(kDevices);
    context.use_all();
    for (unsigned t = 0; t < kFrames; t++) {
        VmafPicture pictures[2];
        std::unique_ptr<cuda::Stream> streams[2];
        for (unsigned s = 0; s < 2; s++) {
            const auto& on = contexts[(t / run + (sides_apart ? s : 0)) % kDevices];
            streams[s] = std::make_unique<cuda::Stream>(on);
            frames.push_back(std::make_unique<ClientFrame>(t, s, on, order, streams[s]->get()));
            pictures[s] = frames.back()->wrap(returned);
        }
        ASSERT_EQ(context.read(pictures[0], pictures[1], t), 0) << vmaf_last_error();
    }
    ASSERT_EQ(context.flush(), 0) << vmaf_last_error();
    EXPECT_EQ(returned.count, 2 * kFrames);
    EXPECT_EQ(context.values(), expected());
}

TEST_F(Devices, ScoreFramesWhereTheyLie) {
    for (const auto order :
         {ClientFrame::Order::kDefaultStream, ClientFrame::Order::kStream, ClientFrame::Order::kEvent}) {
        expect_scores_of_device_frames(order, 9, false);
        if (kSanitized) continue;
        expect_scores_of_device_frames(order, 1, false);
        expect_scores_of_device_frames(order, 2, true);
    }
}

TEST_F(Devices, DoTheWorkOfOneThatFails) {
    for (const size_t nth : {3u, 8u, 14u}) {  // there are at least three launches for each full batch
        emulator()->reset();
        std::vector<std::string> warnings;
        ASSERT_NO_FATAL_FAILURE(
            score_host_frames([nth] { emulator()->fail("cuLaunchKernel", nth, 719, 0); }, warnings));
        ASSERT_EQ(warnings.size(), 1u);
        const std::string& line = warnings.front();
        EXPECT_NE(line.find("device "), std::string::npos) << line;
        EXPECT_NE(line.find("cuLaunchKernel"), std::string::npos) << line;
        EXPECT_NE(line.find("go to the others"), std::string::npos) << line;
    }
}

TEST_F(Devices, AllFailing) {
    std::vector<std::unique_ptr<ClientFrame>> frames;
    Returned returned;
    {
        DevicesContext context(kDevices);
        context.use_all();
        emulator()->fail("cuLaunchKernel", 20, 719, 1);
        int code = 0;
        for (unsigned t = 0; t < kFrames && !code; t++) {
            for (unsigned s = 0; s < 2; s++) frames.push_back(std::make_unique<ClientFrame>(t, s));
            code = context.read(frames[2 * t]->wrap(returned), frames[2 * t + 1]->wrap(returned), t);
        }
        if (!code) code = context.flush();
        EXPECT_LT(code, 0);
        EXPECT_NE(std::string(vmaf_last_error()).find("cuLaunchKernel"), std::string::npos) << vmaf_last_error();
        const auto told =
            std::count_if(context.log.warnings.begin(), context.log.warnings.end(),
                          [](const std::string& line) { return line.find("go to the others") != std::string::npos; });
        EXPECT_EQ(told, kDevices - 1);
    }
    EXPECT_EQ(returned.count, frames.size());
    emulator()->fail(nullptr, 0, 0, 0);
}

TEST_F(Devices, FramesOfADeviceThatFailedFailWithIt) {
    const auto driver = cuda::Driver::load();
    const auto first = cuda::Context::primary(driver, 0);
    std::vector<std::unique_ptr<ClientFrame>> frames;
    Returned returned;
    {
        DevicesContext context(2);
        context.use_all();
        emulator()->fail("cuLaunchKernel", 12, 719, 0);
        int code = 0;
        for (unsigned t = 0; t < kFrames && !code; t++) {
            for (unsigned s = 0; s < 2; s++)
                frames.push_back(
                    std::make_unique<ClientFrame>(t, s, first, ClientFrame::Order::kDefaultStream, nullptr));
            code = context.read(frames[2 * t]->wrap(returned), frames[2 * t + 1]->wrap(returned), t);
        }
        if (!code) code = context.flush();
        EXPECT_LT(code, 0);
        EXPECT_NE(std::string(vmaf_last_error()).find("cuLaunchKernel"), std::string::npos) << vmaf_last_error();
    }
    EXPECT_EQ(returned.count, frames.size());
}

/// What `code` and the error's words say.
void expect_refused(int code, const char* words) {
    EXPECT_EQ(code, -EINVAL) << words;
    EXPECT_NE(std::string(vmaf_last_error()).find(words), std::string::npos) << vmaf_last_error();
}

TEST_F(Devices, RefuseWhatNeedsOneOfThem) {
    DevicesContext context(2);
    expect_refused(vmaf_cuda_pictures_follow_stream(context, nullptr), "several devices");
    expect_refused(vmaf_cuda_pictures_follow_event(context, nullptr), "several devices");
    expect_refused(vmaf_cuda_preallocate_pictures(
                       context, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE}),
                   "several devices");
    EXPECT_EQ(vmaf_cuda_preallocate_pictures(
                  context, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED}),
              0);
    context.use_all();
    const auto driver = cuda::Driver::load();
    const auto first = cuda::Context::primary(driver, 0);
    Returned returned;
    ClientFrame frame(0, 0, first, ClientFrame::Order::kDefaultStream, nullptr);
    VmafPicture unnamed[2];
    for (VmafPicture& picture : unnamed) {
        VmafFrame of = {};
        picture = frame.wrap(returned);
        of = {sizeof of, picture.pix_fmt, picture.bpc,   kW,       kH, VMAF_FRAME_DEVICE, {}, {}, nullptr,
              nullptr,   nullptr,         Returned::one, &returned};
        for (unsigned p = 0; p < 3; p++) of.data[p] = picture.data[p], of.stride[p] = picture.stride[p];
        vmaf_picture_unref(&picture);
        ASSERT_EQ(vmaf_picture_wrap(&picture, &of), 0);
    }
    expect_refused(context.read(unnamed[0], unnamed[1], 0), "cu_context");
}

TEST_F(Devices, AreGivenOnceAndTogether) {
    VmafContext* vmaf = nullptr;
    ASSERT_EQ(vmaf_init(&vmaf, {}), 0);
    std::vector<VmafCudaState*> states = states_of(2), same = states_of(1);
    VmafCudaState* twice[] = {states[0], states[1], same[0]};
    VmafCudaState* missing[] = {states[0], nullptr};
    expect_refused(vmaf_cuda_import_states(vmaf, twice, 3), "same context");
    expect_refused(vmaf_cuda_import_states(vmaf, missing, 2), "cu_states");
    expect_refused(vmaf_cuda_import_states(vmaf, nullptr, 2), "cu_states");
    expect_refused(vmaf_cuda_import_states(vmaf, states.data(), 0), "count");
    EXPECT_EQ(vmaf_cuda_import_states(vmaf, states.data(), 2), 0) << vmaf_last_error();
    expect_refused(vmaf_cuda_import_states(vmaf, same.data(), 1), "a device already");
    EXPECT_EQ(vmaf_cuda_state_free(same[0]), 0);
    EXPECT_EQ(vmaf_close(vmaf), 0);
}

}  // namespace
}  // namespace vmaf::test
