// Clients that fill device pictures on streams of their own: in every order that those streams allow, the values are the CPU's.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cuda/driver/context.h"
#include "cuda/driver/stream.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/samples.h"

namespace vmaf::test {
namespace {

constexpr unsigned kW = 24, kH = 18, kFrames = 40;
constexpr uint64_t kNoGpu = 1;  // VmafConfiguration::gpumask
constexpr const char* kFeatures[] = {"psnr_y", "psnr_cb", "psnr_cr", "VMAF_integer_feature_motion2_score"};

/// How a client writes its pictures, and how the library learns when they are complete.
enum class Way {
    kDefaultStream,         ///< cuMemcpy2D, which returns at once: as FFmpeg's filter libvmaf_cuda
    kBlockingStream,        ///< a stream that the default stream follows
    kPerThreadStream,       ///< likewise
    kNamedStream,           ///< a non-blocking stream that the client names
    kNamedPerThreadStream,  ///< the same without the default stream's order
    kNamedEvent,            ///< an event behind the work of a non-blocking stream
    kFinished,              ///< a non-blocking stream that the client waits for
};
constexpr const char* kWayNames[] = {"DefaultStream",        "BlockingStream", "PerThreadStream", "NamedStream",
                                     "NamedPerThreadStream", "NamedEvent",     "Finished"};
constexpr Way kLastWay = Way::kFinished;

using Method = VmafCudaPicturePreallocationMethod;

/// The client's own frames in device memory: plane p of picture s (0: reference) of frame t.
class Decoder {
 public:
    explicit Decoder(const std::shared_ptr<const cuda::Context>& context) {
        std::vector<unsigned char> samples(size_t{kW} * kH);
        for (unsigned t = 0; t < kFrames; t++)
            for (unsigned s = 0; s < 2; s++)
                for (unsigned p = 0; p < 3; p++) {
                    for (size_t i = 0; i < samples.size(); i++) samples[i] = sample(t, s, p, i);
                    planes_.emplace_back(context, samples.size());
                    const cuda::Current current(*context);
                    VMAF_CUDA_TRY(context->driver(), cuMemcpyHtoD, planes_.back().address(), samples.data(),
                                  samples.size());
                    VMAF_CUDA_TRY(context->driver(), cuStreamSynchronize, cuda::default_stream());
                }
    }
    CUdeviceptr plane(unsigned t, unsigned s, unsigned p) const { return planes_[(t * 2 + s) * 3 + p].address(); }

    static unsigned char sample(unsigned t, unsigned s, unsigned p, size_t i) {
        const auto value = static_cast<unsigned>(i * (7 + p) + t * 29 + (i >> 4) * (i >> 3));
        return static_cast<unsigned char>(s ? value / 9 * 9 + t : value);
    }

 private:
    std::vector<cuda::Buffer> planes_;
};

std::vector<double> values_of(VmafContext* vmaf) {
    std::vector<double> values;
    for (const char* feature : kFeatures)
        for (unsigned t = 0; t < kFrames; t++) {
            double value = NAN;
            EXPECT_EQ(vmaf_feature_score_at_index(vmaf, feature, &value, t), 0) << feature << ": " << vmaf_last_error();
            values.push_back(value);
        }
    return values;
}

/// What a client asks for beside its features.
struct Wishes {
    uint64_t gpumask = 0;
    unsigned least_depth = 8;
};

VmafContext* open(const Wishes& wishes) {
    VmafContext* vmaf = nullptr;
    VmafConfiguration cfg = {};
    cfg.gpumask = wishes.gpumask;
    EXPECT_EQ(vmaf_init(&vmaf, cfg), 0);
    EXPECT_EQ(vmaf_set_least_depth(vmaf, wishes.least_depth), 0);
    return vmaf;
}

void use_features(VmafContext* vmaf) {
    EXPECT_EQ(vmaf_use_feature(vmaf, "psnr", nullptr), 0);
    EXPECT_EQ(vmaf_use_feature(vmaf, "motion", nullptr), 0);
}

std::vector<double> expected(unsigned least_depth = 8) {
    VmafContext* vmaf = open({kNoGpu, least_depth});
    use_features(vmaf);
    for (unsigned t = 0; t < kFrames; t++) {
        const auto picture = [t](unsigned s) {
            return api_picture({VMAF_PIX_FMT_YUV420P, 8, kW, kH}, [=](unsigned p, unsigned x, unsigned y) {
                return Decoder::sample(t, s, p, y * kW + x);
            });
        };
        VmafPicture ref = picture(0), dis = picture(1);
        EXPECT_EQ(vmaf_read_pictures(vmaf, &ref, &dis, t), 0);
    }
    EXPECT_EQ(vmaf_read_pictures(vmaf, nullptr, nullptr, 0), 0);
    std::vector<double> values = values_of(vmaf);
    EXPECT_EQ(vmaf_close(vmaf), 0);
    return values;
}

/// A client that never waits for the GPU.
class Client {
 public:
    Client(std::shared_ptr<const cuda::Context> context, Way way, const Wishes& wishes = {})
        : context_(std::move(context)), way_(way), decoder_(context_), vmaf_(open(wishes)) {
        VmafCudaState* state = nullptr;
        EXPECT_EQ(vmaf_cuda_state_init(&state, {context_->handle()}), 0) << vmaf_last_error();
        EXPECT_EQ(vmaf_cuda_import_state(vmaf_, state), 0) << vmaf_last_error();
        EXPECT_EQ(vmaf_cuda_preallocate_pictures(
                      vmaf_, {{kW, kH, 8, VMAF_PIX_FMT_YUV420P}, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE}),
                  0)
            << vmaf_last_error();
        use_features(vmaf_);
        make_stream();
    }
    ~Client() {
        EXPECT_EQ(vmaf_close(vmaf_), 0);
        const cuda::Current current(*context_);
        if (made_) VMAF_CUDA_TRY(context_->driver(), cuStreamDestroy, made_);
        if (event_) VMAF_CUDA_TRY(context_->driver(), cuEventDestroy, event_);
    }

    std::vector<double> run() {
        for (unsigned t = 0; t < kFrames; t++) {
            VmafPicture ref = picture(t, 0), dis = picture(t, 1);
            VmafPicture unused = picture(t, 1);  // comes back at once, with writes on their way
            EXPECT_EQ(vmaf_picture_unref(&unused), 0);
            hand_over();
            EXPECT_EQ(vmaf_read_pictures(vmaf_, &ref, &dis, t), 0) << vmaf_last_error();
        }
        EXPECT_EQ(vmaf_read_pictures(vmaf_, nullptr, nullptr, 0), 0) << vmaf_last_error();
        return values_of(vmaf_);
    }

 private:
    void make_stream() {
        const cuda::Current current(*context_);
        constexpr unsigned kNonBlocking = 1, kNoTiming = 2;
        if (!per_thread() && way_ != Way::kDefaultStream)
            VMAF_CUDA_TRY(context_->driver(), cuStreamCreate, &made_, way_ == Way::kBlockingStream ? 0 : kNonBlocking);
        if (way_ == Way::kNamedStream || way_ == Way::kNamedPerThreadStream) {
            EXPECT_EQ(vmaf_cuda_pictures_follow_stream(vmaf_, stream()), 0) << vmaf_last_error();
        }
        if (way_ != Way::kNamedEvent) return;
        VMAF_CUDA_TRY(context_->driver(), cuEventCreate, &event_, kNoTiming);
        EXPECT_EQ(vmaf_cuda_pictures_follow_event(vmaf_, event_), 0) << vmaf_last_error();
    }
    bool per_thread() const { return way_ == Way::kPerThreadStream || way_ == Way::kNamedPerThreadStream; }
    /// What the way wants between the last write and vmaf_read_pictures().
    void hand_over() {
        const cuda::Current current(*context_);
        if (event_) VMAF_CUDA_TRY(context_->driver(), cuEventRecord, event_, made_);
        if (way_ == Way::kFinished) VMAF_CUDA_TRY(context_->driver(), cuStreamSynchronize, made_);
    }
    VmafPicture picture(unsigned t, unsigned s) {
        VmafPicture picture = {};
        EXPECT_EQ(vmaf_cuda_fetch_preallocated_picture(vmaf_, &picture), 0) << vmaf_last_error();
        const cuda::Current current(*context_);
        for (unsigned p = 0; p < 3; p++) write(picture, p, decoder_.plane(t, s, p));
        return picture;
    }
    /// Writes it twice, first with nonsense: whoever reads too early or too late notices.
    void write(const VmafPicture& picture, unsigned p, CUdeviceptr from) {
        const cuda::Functions& cu = context_->driver().functions();
        CUDA_MEMCPY2D copy = {};
        copy.srcMemoryType = copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        copy.srcDevice = from;
        copy.srcPitch = kW;
        copy.dstDevice = reinterpret_cast<CUdeviceptr>(picture.data[p]);
        copy.dstPitch = static_cast<size_t>(picture.stride[p]);
        copy.WidthInBytes = picture.w[p];
        copy.Height = picture.h[p];
        EXPECT_EQ(cu.cuMemsetD8Async(copy.dstDevice, 0x77, copy.dstPitch * copy.Height, stream()), CUDA_SUCCESS);
        EXPECT_EQ(way_ == Way::kDefaultStream ? cu.cuMemcpy2D(&copy) : cu.cuMemcpy2DAsync(&copy, stream()),
                  CUDA_SUCCESS);
    }
    CUstream stream() const {
        constexpr uintptr_t kPerThread = 2;  // CU_STREAM_PER_THREAD
        return per_thread() ? reinterpret_cast<CUstream>(kPerThread) : made_;
    }

    std::shared_ptr<const cuda::Context> context_;
    Way way_;
    Decoder decoder_;
    VmafContext* vmaf_;
    CUstream made_ = nullptr;
    CUevent event_ = nullptr;
};

std::vector<Way> all_ways() {
    std::vector<Way> ways;
    for (int way = 0; way <= static_cast<int>(kLastWay); way++) ways.push_back(Way(way));
    return ways;
}

class ClientOrder : public testing::TestWithParam<Way> {
 protected:
    void SetUp() override {
        std::string why;
        if (!open_device(&why)) GTEST_SKIP() << "no GPU to test on: " << why;
    }
};

TEST_P(ClientOrder, OfWritesIsKept) {
    const std::vector<double> values = expected();
    const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
    for (const std::string& schedule : schedules()) {
        const Scheduled scheduled(schedule);
        EXPECT_EQ(Client(context, GetParam()).run(), values) << schedule;
        EXPECT_EQ(Client(context, GetParam(), {.gpumask = kNoGpu}).run(), values)
            << schedule << ", computed on the CPU";
    }
}

TEST_P(ClientOrder, IsKeptInAContextOfTheClients) {
    const auto driver = cuda::Driver::load();
    CUcontext handle = nullptr;
    VMAF_CUDA_TRY(*driver, cuCtxCreate, &handle, 0, 0);
    VMAF_CUDA_TRY(*driver, cuCtxPopCurrent, &handle);
    for (const std::string& schedule : schedules(1)) {
        const Scheduled scheduled(schedule);
        EXPECT_EQ(Client(cuda::Context::foreign(driver, handle), GetParam()).run(), expected()) << schedule;
    }
    VMAF_CUDA_TRY(*driver, cuCtxDestroy, handle);
}

/// The kernel that lifts a picture reads it where the client wrote it.
TEST_P(ClientOrder, OfLiftedPicturesIsKept) {
    const std::vector<double> values = expected(10);
    const auto context = cuda::Context::primary(cuda::Driver::load(), 0);
    for (const std::string& schedule : schedules(1)) {
        const Scheduled scheduled(schedule);
        EXPECT_EQ(Client(context, GetParam(), {.least_depth = 10}).run(), values) << schedule;
    }
}

std::string name_of(const testing::TestParamInfo<Way>& info) { return kWayNames[static_cast<int>(info.param)]; }

INSTANTIATE_TEST_SUITE_P(Ways, ClientOrder, testing::ValuesIn(all_ways()), name_of);

}  // namespace
}  // namespace vmaf::test
