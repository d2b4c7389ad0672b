// libvmaf_cuda.h from a client's side: every kind of picture gives the values of the CPU, and errors are errors.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>
#include <vector>

#include "cuda/driver/context.h"
#include "device_copies.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/samples.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

constexpr unsigned kW = kSanitized ? 40 : 70, kH = kSanitized ? 30 : 54, kFrames = 5;
constexpr const char* kExtractors[] = {"adm", "motion", "vif", "psnr", "float_ssim"};
constexpr const char* kFeatures[] = {"VMAF_integer_feature_adm2_score",
                                     "integer_adm_scale3",
                                     "VMAF_integer_feature_motion2_score",
                                     "VMAF_integer_feature_vif_scale0_score",
                                     "psnr_y",
                                     "psnr_cb",
                                     "psnr_cr",
                                     "float_ssim"};

using Method = VmafCudaPicturePreallocationMethod;

unsigned char sample(unsigned plane, unsigned x, unsigned y, unsigned t, bool damaged) {
    const unsigned value = ((x + 2 * t) * 9 ^ y * 5) + plane * 31;
    return static_cast<unsigned char>(damaged ? value / 7 * 7 : value);
}

/// A client that decodes into the library's pictures.
class Client {
 public:
    explicit Client(bool gpu, uint64_t gpumask = 0) {
        VmafConfiguration cfg = {};
        cfg.gpumask = gpumask;
        EXPECT_EQ(vmaf_init(&context_, cfg), 0);
        if (!gpu) return;
        VmafCudaState* state = nullptr;
        EXPECT_EQ(vmaf_cuda_state_init(&state, {}), 0) << vmaf_last_error();
        EXPECT_EQ(vmaf_cuda_import_state(context_, state), 0) << vmaf_last_error();
        const auto driver = cuda::Driver::load();
        cuda_ = cuda::Context::primary(driver, 0);
    }
    ~Client() { EXPECT_EQ(vmaf_close(context_), 0); }
    operator VmafContext*() const { return context_; }

    void use_all() {
        for (const char* extractor : kExtractors) EXPECT_EQ(vmaf_use_feature(context_, extractor, nullptr), 0);
    }
    void preallocate(Method method) {
        method_ = method;
        EXPECT_EQ(vmaf_cuda_preallocate_pictures(context_, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, method}), 0)
            << vmaf_last_error();
        pool_ = true;
    }
    VmafPicture picture(unsigned t, bool damaged) {
        VmafPicture picture = {};
        if (pool_)
            EXPECT_EQ(vmaf_cuda_fetch_preallocated_picture(context_, &picture), 0) << vmaf_last_error();
        else
            EXPECT_EQ(vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV420P, 8, kW, kH), 0);
        const auto at = [=](unsigned p, unsigned x, unsigned y) { return sample(p, x, y, t, damaged); };
        if (pool_ && method_ == VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE)
            write_device_samples(*cuda_, picture, at);
        else
            write_samples(picture, at);
        return picture;
    }
    int read(unsigned t) {
        VmafPicture ref = picture(t, false), dis = picture(t, true);
        return vmaf_read_pictures(context_, &ref, &dis, t);
    }
    void use(std::initializer_list<const char*> extractors) {
        for (const char* extractor : extractors) EXPECT_EQ(vmaf_use_feature(context_, extractor, nullptr), 0);
    }
    /// Reads a frame that is to fail: its pictures stay the test's.
    int fail_to_read(unsigned t) {
        VmafPicture ref = picture(t, false), dis = picture(t, true);
        const int result = vmaf_read_pictures(context_, &ref, &dis, t);
        EXPECT_EQ(vmaf_picture_unref(&ref), 0);
        EXPECT_EQ(vmaf_picture_unref(&dis), 0);
        return result;
    }
    int flush() { return vmaf_read_pictures(context_, nullptr, nullptr, 0); }
    std::vector<double> values() {
        std::vector<double> values;
        for (const char* feature : kFeatures)
            for (unsigned t = 0; t < kFrames; t++) {
                double value = NAN;
                EXPECT_EQ(vmaf_feature_score_at_index(context_, feature, &value, t), 0)
                    << feature << ": " << vmaf_last_error();
                values.push_back(value);
            }
        return values;
    }
    std::vector<double> run() {
        use_all();
        for (unsigned t = 0; t < kFrames; t++) EXPECT_EQ(read(t), 0) << vmaf_last_error();
        EXPECT_EQ(flush(), 0) << vmaf_last_error();
        return values();
    }

 private:
    VmafContext* context_ = nullptr;
    std::shared_ptr<const cuda::Context> cuda_;
    Method method_ = VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_NONE;
    bool pool_ = false;
};

class CudaSession : public testing::Test {
 protected:
    void SetUp() override {
        std::string why;
        if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
    }
    std::vector<double> expected() { return Client(false).run(); }
};

TEST_F(CudaSession, EveryKindOfPictureGivesTheValuesOfTheCpu) {
    const std::vector<double> cpu = expected();
    EXPECT_EQ(Client(true).run(), cpu);
    for (const Method method :
         {VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_NONE, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE,
          VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED}) {
        Client client(true);
        client.preallocate(method);
        EXPECT_EQ(client.run(), cpu) << "method " << method;
    }
}

TEST_F(CudaSession, LiftedPicturesGiveTheValuesOfTheCpu) {
    Client cpu(false);
    ASSERT_EQ(vmaf_set_least_depth(cpu, 10), 0);
    const std::vector<double> lifted = cpu.run();
    EXPECT_NE(lifted, expected());
    for (const Method method :
         {VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_NONE, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE,
          VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED}) {
        Client client(true);
        ASSERT_EQ(vmaf_set_least_depth(client, 10), 0);
        client.preallocate(method);
        EXPECT_EQ(client.run(), lifted) << "method " << method;
    }
}

TEST_F(CudaSession, LiftedPicturesStayOnTheDevice) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    Client client(true);
    ASSERT_EQ(vmaf_set_least_depth(client, 10), 0);
    client.preallocate(VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE);
    client.run();
    size_t lifted = 0;
    for (const VmafEmulatorLaunch& launch : emulator()->launch_log())
        lifted += launch.kernel == std::string("unpack_u8_u16");
    EXPECT_EQ(lifted, 2 * kFrames);
    EXPECT_EQ(emulator()->calls("cuMemcpy2D_v2"), 0u);  // the way back to the host
    emulator()->reset();
}

TEST_F(CudaSession, TheCpuReadsDevicePicturesWhenTheGpuIsForbidden) {
    Client client(true, 1);
    client.preallocate(VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE);
    EXPECT_EQ(client.run(), expected());
    const char* backend = nullptr;
    EXPECT_EQ(vmaf_feature_backend(client, "psnr_y", &backend), 0);
    EXPECT_STREQ(backend, "cpu");
}

TEST_F(CudaSession, ScoresAreThereDuringTheRun) {
    Client client(true);
    client.use_all();
    double value = NAN;
    for (unsigned t = 0; t < kFrames; t++) {
        ASSERT_EQ(client.read(t), 0);
        EXPECT_EQ(vmaf_feature_score_at_index(client, "psnr_y", &value, t), 0);
        EXPECT_EQ(vmaf_feature_score_at_index(client, kFeatures[2], &value, t), t == 0 ? 0 : -EAGAIN) << t;
        if (t) {
            EXPECT_EQ(vmaf_feature_score_at_index(client, kFeatures[2], &value, t - 1), 0);
        }
    }
    EXPECT_EQ(client.flush(), 0);
}

/// Reads the frames against several encodes, together or one after the other. Gives their values.
std::vector<std::vector<double>> run_encodes(bool together, std::vector<std::unique_ptr<Client>>& clients) {
    const auto count = static_cast<unsigned>(clients.size());
    std::vector<VmafContext*> contexts;
    for (const auto& client : clients) {
        client->use_all();
        contexts.push_back(*client);
    }
    for (unsigned t = 0; t < kFrames; t++) {
        std::vector<VmafPicture> encodes;
        for (unsigned e = 0; e < count; e++) encodes.push_back(clients[e]->picture(t + e, true));
        VmafPicture ref = clients[0]->picture(t, false);
        if (together) {
            EXPECT_EQ(vmaf_read_encodes(contexts.data(), count, &ref, encodes.data(), t), 0) << vmaf_last_error();
            continue;
        }
        for (unsigned e = 0; e < count; e++) {
            if (e) ref = clients[0]->picture(t, false);
            EXPECT_EQ(vmaf_read_pictures(contexts[e], &ref, &encodes[e], t), 0) << vmaf_last_error();
        }
    }
    std::vector<std::vector<double>> values;
    for (const auto& client : clients) {
        EXPECT_EQ(client->flush(), 0) << vmaf_last_error();
        values.push_back(client->values());
    }
    return values;
}

std::vector<std::unique_ptr<Client>> gpu_clients(unsigned count) {
    std::vector<std::unique_ptr<Client>> clients;
    for (unsigned e = 0; e < count; e++) clients.push_back(std::make_unique<Client>(true));
    return clients;
}

TEST_F(CudaSession, ManyEncodesHaveTheValuesOfSeparateReads) {
    for (const Method method :
         {VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_NONE, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED,
          VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE}) {
        std::vector<std::vector<double>> values[2];
        for (const bool together : {false, true}) {
            auto clients = gpu_clients(2);
            for (const auto& client : clients) client->preallocate(method);
            clients.push_back(std::make_unique<Client>(false));
            if (method == VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE)
                clients.pop_back();  // no CUDA state to read it
            values[together] = run_encodes(together, clients);
        }
        EXPECT_EQ(values[1], values[0]) << "method " << method;
    }
}

TEST_F(CudaSession, TheReferenceOfManyEncodesIsUploadedOnce) {
    VMAF_NEED_EMULATOR();
    constexpr unsigned kEncodes = 3;
    size_t uploads[2];
    for (const bool together : {false, true})
        for (const std::string& schedule : schedules(1)) {
            emulator()->reset();
            const Scheduled scheduled(schedule);
            auto clients = gpu_clients(kEncodes);
            run_encodes(together, clients);
            clients.clear();
            uploads[together] = emulator()->calls("cuMemcpyHtoDAsync_v2") + emulator()->calls("cuMemcpy2DAsync_v2");
            EXPECT_EQ(emulator()->counts().contexts, 0u);
        }
    EXPECT_GT(uploads[1], 0u);
    EXPECT_EQ(uploads[1] * (2 * kEncodes), uploads[0] * (1 + kEncodes));
    emulator()->reset();
}

/// Frames of all launches since the last reset, by kernel; how they went in batches doesn't show.
std::map<std::string, unsigned> work_done() {
    std::map<std::string, unsigned> frames;
    for (const VmafEmulatorLaunch& launch : emulator()->launch_log()) frames[launch.kernel] += launch.frames;
    return frames;
}

/// Two frames, then further extractors and three frames more; the call that takes the new passes fails first, if it is to.
struct LateSession {
    const char* entry = nullptr;  ///< of the driver, whose n-th call by then fails
    size_t nth = 0;
    bool wait = false;  ///< nothing is in work when the extractors come

    std::vector<double> run(bool gpu) const {
        Client client(gpu);
        client.use({"adm", "psnr"});
        for (unsigned t = 0; t < 2; t++) EXPECT_EQ(client.read(t), 0) << vmaf_last_error();
        double value = NAN;
        if (wait) {
            EXPECT_EQ(vmaf_feature_score_at_index(client, "psnr_y", &value, 1), 0);
        }
        client.use({"vif", "motion", "float_ssim"});
        if (entry) {
            emulator()->fail(entry, nth, 2, false);
            EXPECT_LT(client.fail_to_read(2), 0) << entry << ", call " << nth;
            emulator()->fail(nullptr, 0, 0, false);
        }
        for (unsigned t = 2; t < kFrames; t++) EXPECT_EQ(client.read(t), 0) << vmaf_last_error();
        EXPECT_EQ(client.flush(), 0) << vmaf_last_error();
        std::vector<double> values;
        for (const char* feature : kFeatures)
            for (unsigned t = 0; t < kFrames; t++) {
                value = -1;
                vmaf_feature_score_at_index(client, feature, &value, t);
                values.push_back(value);
            }
        return values;
    }
};

TEST_F(CudaSession, ExtractorsComeLaterWhileFramesAreInWork) {
    const std::vector<double> cpu = LateSession().run(false);
    for (const char* dispatch : {"batched", "adaptive", "serial"}) {
        ASSERT_EQ(setenv("VMAF_CUDA_DISPATCH", dispatch, 1), 0);
        EXPECT_EQ(LateSession().run(true), cpu) << dispatch;
    }
    unsetenv("VMAF_CUDA_DISPATCH");
}

TEST_F(CudaSession, FewStreamsServeManyMetrics) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    Client client(true);
    client.use({"psnr"});
    EXPECT_EQ(client.read(0), 0) << vmaf_last_error();
    EXPECT_EQ(emulator()->counts().streams, 3u);  // uploads, one lane, reading back
    client.use({"adm", "motion", "vif", "psnr_hvs", "ciede", "float_ssim", "float_adm", "float_vif", "float_motion",
                "float_psnr", "float_moment", "float_ansnr", "ssim", "xpsnr", "butteraugli"});
    EXPECT_EQ(client.read(1), 0) << vmaf_last_error();
    EXPECT_EQ(emulator()->counts().streams, 6u);
    EXPECT_EQ(client.flush(), 0) << vmaf_last_error();
}

TEST_F(CudaSession, EachPassRunsOnceAfterAFailureToAddThem) {
    VMAF_NEED_EMULATOR();
    const LateSession session{.wait = true};
    emulator()->reset();
    const std::vector<double> values = session.run(true);
    const auto work = work_done();
    // Three passes are added to two: the third lane, a stream and an event, serves them all.
    const std::pair<const char*, size_t> calls[] = {
        {"cuModuleLoadData", 3}, {"cuMemAlloc_v2", 3}, {"cuStreamCreate", 1}, {"cuEventCreate", 1}};
    for (const auto& [entry, count] : calls)
        for (size_t nth = 1; nth <= (kSanitized ? 1 : count); nth++) {
            emulator()->reset();
            EXPECT_EQ((LateSession{entry, nth, true}.run(true)), values) << entry << ", call " << nth;
            EXPECT_EQ(work_done(), work) << entry << ", call " << nth;
        }
    emulator()->reset();
}

TEST_F(CudaSession, EachPassRunsOnceAfterAFailureToStart) {
    VMAF_NEED_EMULATOR();
    emulator()->reset();
    const std::vector<double> values = Client(true).run();
    const auto work = work_done();
    for (const size_t nth : {1u, 2u, 5u}) {
        emulator()->reset();
        Client client(true);
        client.use_all();
        emulator()->fail("cuModuleLoadData", nth, 2, false);
        EXPECT_LT(client.fail_to_read(0), 0);
        emulator()->fail(nullptr, 0, 0, false);
        EXPECT_EQ(client.run(), values) << nth;
        EXPECT_EQ(work_done(), work) << nth;
    }
    emulator()->reset();
}

TEST_F(CudaSession, NamesOfTheCudaBuildAndPlainOnesMeanTheGpu) {
    Client client(true);
    EXPECT_EQ(vmaf_use_feature(client, "vif_cuda", nullptr), 0);
    EXPECT_EQ(vmaf_use_feature(client, "psnr", nullptr), 0);
    for (const char* feature : {"VMAF_integer_feature_vif_scale0_score", "psnr_y"}) {
        const char* backend = nullptr;
        EXPECT_EQ(vmaf_feature_backend(client, feature, &backend), 0);
        EXPECT_STREQ(backend, "cuda");
    }
}

TEST_F(CudaSession, NamesOfTheCudaBuildAreRefusedWithoutAGpu) {
    const auto expect_refusal = [](VmafContext* vmaf, const char* reason) {
        for (const char* name : {"vif_cuda", "adm_cuda", "motion_cuda"}) {
            EXPECT_EQ(vmaf_use_feature(vmaf, name, nullptr), -EINVAL) << name;
            EXPECT_NE(std::string(vmaf_last_error()).find(reason), std::string::npos) << vmaf_last_error();
        }
    };
    expect_refusal(Client(false), "call vmaf_cuda_import_state() first");
    expect_refusal(Client(true, 1), "gpumask");
}

TEST_F(CudaSession, MisuseIsRefused) {
    Client cpu(false);
    EXPECT_EQ(vmaf_cuda_preallocate_pictures(cpu, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, Method(1)}), -EINVAL);

    Client gpu(true);
    VmafCudaState* second = nullptr;
    EXPECT_EQ(vmaf_cuda_state_init(&second, {}), 0);
    EXPECT_EQ(vmaf_cuda_import_state(gpu, second), -EINVAL);
    EXPECT_EQ(vmaf_cuda_state_free(second), 0);
    EXPECT_EQ(vmaf_cuda_import_state(gpu, nullptr), -EINVAL);
    EXPECT_EQ(vmaf_cuda_state_init(nullptr, {}), -EINVAL);
    EXPECT_EQ(vmaf_cuda_preallocate_pictures(gpu, {{0, kH, 8, VMAF_PIX_FMT_YUV420P}, Method(1)}), -EINVAL);
    VmafCudaPictureConfiguration unknown = {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, Method(0)};
    const int method = 9;
    std::memcpy(&unknown.pic_prealloc_method, &method, sizeof method);
    EXPECT_EQ(vmaf_cuda_preallocate_pictures(gpu, unknown), -EINVAL);
}

TEST_F(CudaSession, ClosesWithFramesInWorkAndPicturesOut) {
    VmafPicture kept = {};
    {
        Client client(true);
        client.preallocate(VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED);
        client.use_all();
        for (unsigned t = 0; t < kFrames; t++) ASSERT_EQ(client.read(t), 0);
        kept = client.picture(0, false);
    }
    EXPECT_EQ(static_cast<unsigned char*>(kept.data[0])[3], sample(0, 3, 0, 0, false));
    EXPECT_EQ(vmaf_picture_unref(&kept), 0);
}

TEST_F(CudaSession, SeveralAtOnceGiveTheSame) {
    const std::vector<double> cpu = expected();
    std::vector<std::vector<double>> values(4);
    std::vector<std::thread> threads;
    for (auto& v : values) threads.emplace_back([&v] { v = Client(true).run(); });
    for (std::thread& thread : threads) thread.join();
    for (const auto& v : values) EXPECT_EQ(v, cpu);
}

}  // namespace
}  // namespace vmaf::test
