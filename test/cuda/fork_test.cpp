// The driver does not follow a process through fork(): children make no call of it, and learn what they can do instead.
#include "support/fork.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>

#include "cuda/engine/page_locks.h"
#include "emulated.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "support/context.h"

namespace vmaf::test {
namespace {

using vmaf::test::child_does;

/// Of all entry points.
size_t driver_calls() {
    std::istringstream names(emulator()->entries());
    size_t calls = 0;
    for (std::string name; names >> name;) calls += emulator()->calls(name.c_str());
    return calls;
}

class CudaFork : public ::testing::Test {
 protected:
    void SetUp() override {
        VMAF_NEED_EMULATOR();
        emulator()->reset();
        cuda::Driver::load();
    }

    /// body() returns true in a child, and the driver is not called there.
    static void expect_no_driver_call(const std::function<bool()>& body) {
        EXPECT_TRUE(child_does([&] {
            const size_t before = driver_calls();
            return body() && driver_calls() == before;
        }));
    }
};

TEST_F(CudaFork, ChildrenHaveNoCudaAndSayWhy) {
    expect_no_driver_call([] {
        VmafCudaState* state = nullptr;
        const int code = vmaf_cuda_state_init(&state, {});
        return code == -ENODEV && !state && std::string(vmaf_last_error()).find("fork()") != std::string::npos;
    });
}

TEST_F(CudaFork, ASessionIsLeftAndTheCpuGoesOn) {
    VmafContext* context = nullptr;
    VmafCudaState* state = nullptr;
    VmafCudaState* spare = nullptr;
    ASSERT_EQ(vmaf_init(&context, {}), 0);
    ASSERT_EQ(vmaf_cuda_state_init(&state, {}), 0);
    ASSERT_EQ(vmaf_cuda_state_init(&spare, {}), 0);
    ASSERT_EQ(vmaf_cuda_import_state(context, state), 0);
    ASSERT_EQ(vmaf_use_feature(context, "psnr", nullptr), 0);
    using enum VmafCudaPicturePreallocationMethod;
    for (const auto method :
         {VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE, VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED}) {
        VmafPicture picture = {};
        ASSERT_EQ(vmaf_cuda_preallocate_pictures(context, {{64, 48, 8, VMAF_PIX_FMT_YUV420P}, method}), 0);
        ASSERT_EQ(vmaf_cuda_fetch_preallocated_picture(context, &picture), 0);
        expect_no_driver_call([&] {
            vmaf::test::Context own;
            return vmaf_cuda_fetch_preallocated_picture(context, &picture) == -EINVAL &&
                   vmaf_picture_unref(&picture) == 0 && vmaf_close(context) == 0 && vmaf_cuda_state_free(spare) == 0 &&
                   own.use("psnr") == 0 && own.read(0) == 0 && own.flush() == 0 && own.value("psnr_y", 0) > 0;
        });
        EXPECT_EQ(vmaf_picture_unref(&picture), 0);
    }
    EXPECT_EQ(vmaf_cuda_state_free(spare), 0);
    EXPECT_EQ(vmaf_close(context), 0);
}

TEST_F(CudaFork, PageLocksAreTheParents) {
    auto context = cuda::Context::primary(cuda::Driver::load(), 0);
    HostMemory block(1 << 17);
    block.expect_recurrence();
    cuda::PageLocks locks(context, 1);
    {
        const cuda::Current current(*context);
        ASSERT_TRUE(locks.lock(block));
    }
    expect_no_driver_call([&] {
        block = HostMemory();
        return true;
    });
    block = HostMemory();
    EXPECT_EQ(emulator()->calls("cuMemHostUnregister"), 1u);
}

}  // namespace
}  // namespace vmaf::test
