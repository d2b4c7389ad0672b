// libvmaf_cuda.h, and the device list of libvmaf_ext.h, in builds with CUDA.
#include "libvmaf/libvmaf_cuda.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "api/guard.h"
#include "api/handles.h"
#include "cuda/engine/cuda_accelerator.h"
#include "libvmaf/libvmaf_ext.h"
#include "session/accelerator_group.h"

using namespace vmaf;

/// A context on a device; the VmafContext that imports it owns it from then on.
struct VmafCudaState {
    std::shared_ptr<const cuda::Context> context;
};

namespace {

void make_state(VmafCudaState** state, void* foreign, int device) {
    check_arguments({{"cu_state", state}});
    *state = nullptr;
    auto driver = cuda::Driver::load();
    auto context = foreign ? cuda::Context::foreign(std::move(driver), static_cast<CUcontext>(foreign))
                           : cuda::Context::primary(std::move(driver), device);
    *state = new VmafCudaState{std::move(context)};
}

PictureFormat format_of(const VmafCudaPictureConfiguration& cfg) {
    const auto& p = cfg.pic_params;
    return {p.pix_fmt, p.bpc, p.w, p.h};
}

int follow(VmafContext* vmaf, const cuda::ClientOrder& written) {
    return guard_context(vmaf, [&] {
        if (!vmaf->session.accelerator())
            fail(EINVAL, "the context has no CUDA state; call vmaf_cuda_import_state() first");
        auto* accelerator = dynamic_cast<cuda::CudaAccelerator*>(vmaf->session.accelerator());
        if (!accelerator)
            fail(EINVAL,
                 "the context has several devices, and no stream or event belongs to all; name it with each picture: "
                 "VmafFrame of vmaf_picture_wrap()");
        accelerator->follow(written);
    });
}

}  // namespace

int vmaf_cuda_state_init(VmafCudaState** cu_state, VmafCudaConfiguration cfg) {
    return guard([&] { make_state(cu_state, cfg.cu_ctx, 0); });
}

int vmaf_cuda_state_init_device(VmafCudaState** cu_state, unsigned device) {
    return guard([&] { make_state(cu_state, nullptr, static_cast<int>(device)); });
}

int vmaf_cuda_state_free(VmafCudaState* cu_state) {
    delete cu_state;
    return 0;
}

int vmaf_cuda_import_state(VmafContext* vmaf, VmafCudaState* cu_state) {
    return guard_context(vmaf, [&] {
        check_arguments({{"cu_state", cu_state}});
        vmaf->session.use_accelerator(std::make_unique<cuda::CudaAccelerator>(cu_state->context));
        delete cu_state;
    });
}

int vmaf_cuda_import_states(VmafContext* vmaf, VmafCudaState** cu_states, unsigned count) {
    if (cu_states && count == 1) return vmaf_cuda_import_state(vmaf, cu_states[0]);
    return guard_context(vmaf, [&] {
        check_arguments({{"cu_states", cu_states}});
        if (!count) fail(EINVAL, "there is no CUDA state to import: the count is 0");
        const std::span states(cu_states, count);
        for (const VmafCudaState* state : states) check_arguments({{"cu_states[]", state}});
        const auto same = [](const VmafCudaState* state) { return state->context->handle(); };
        for (size_t i = 0; i < count; i++)
            if (std::ranges::find(states.subspan(i + 1), same(states[i]), same) != states.end())
                fail(EINVAL, "two of the CUDA states are of the same context; each device is given once");
        // Page-locked memory of the client's and the library's serves all devices.
        const auto locks = std::make_shared<cuda::PageLocks>(states[0]->context, 0);
        std::vector<std::unique_ptr<Accelerator>> devices;
        for (const VmafCudaState* state : states)
            devices.push_back(std::make_unique<cuda::CudaAccelerator>(state->context, locks));
        vmaf->session.use_accelerator(std::make_unique<AcceleratorGroup>(std::move(devices), vmaf->session.log()));
        for (VmafCudaState* state : states) delete state;
    });
}

int vmaf_cuda_preallocate_pictures(VmafContext* vmaf, VmafCudaPictureConfiguration cfg) {
    return guard_context(vmaf, [&] {
        Session& session = vmaf->session;
        int method;  // a C client can put any number there
        std::memcpy(&method, &cfg.pic_prealloc_method, sizeof method);
        switch (method) {
            case VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_NONE:
            case VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST:
                return session.preallocate_pictures(format_of(cfg), VmafRef::Memory::kHost);
            case VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_DEVICE:
                return session.preallocate_pictures(format_of(cfg), VmafRef::Memory::kDevice);
            case VMAF_CUDA_PICTURE_PREALLOCATION_METHOD_HOST_PINNED:
                return session.preallocate_pictures(format_of(cfg), VmafRef::Memory::kPinnedHost);
        }
        fail(EINVAL, "picture preallocation method ", method, " is unknown");
    });
}

int vmaf_cuda_fetch_preallocated_picture(VmafContext* vmaf, VmafPicture* pic) {
    return vmaf_fetch_preallocated_picture(vmaf, pic);
}

int vmaf_cuda_pictures_follow_stream(VmafContext* vmaf, void* cu_stream) {
    const auto stream = static_cast<CUstream>(cu_stream);
    return follow(vmaf, {stream ? stream : cuda::default_stream()});
}

int vmaf_cuda_pictures_follow_event(VmafContext* vmaf, void* cu_event) {
    return follow(vmaf, {cuda::default_stream(), static_cast<CUevent>(cu_event)});
}

int vmaf_cuda_device_count(unsigned* count) {
    return guard_quietly([&] {
        check_arguments({{"count", count}});
        *count = static_cast<unsigned>(cuda::device_count(*cuda::Driver::load()));
    });
}

int vmaf_cuda_device_describe(unsigned device, char* text, size_t size) {
    return guard_quietly([&] {
        const auto driver = cuda::Driver::load();
        const cuda::DeviceInfo info = cuda::device_info(*driver, static_cast<int>(device));
        answer_text(
            cat(info.name, ", compute capability ", info.major, ".", info.minor, ", ", info.memory >> 20, " MiB"), text,
            size);
    });
}

int vmaf_cuda_device_memory(unsigned device, size_t* free, size_t* total) {
    return guard_quietly([&] {
        check_arguments({{"free", free}, {"total", total}});
        const auto context = cuda::Context::primary(cuda::Driver::load(), static_cast<int>(device));
        const cuda::Current current(*context);
        VMAF_CUDA_TRY(context->driver(), cuMemGetInfo, free, total);
    });
}
