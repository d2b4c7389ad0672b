// Devices and contexts.
#include <algorithm>

#include "entry.h"

using namespace vmaf::emulator;

namespace {

int attribute_value(CUdevice_attribute attribute) {
    switch (static_cast<int>(attribute)) {
        case 14: return 512;  // alignment of textures, which FFmpeg gives to its rows
        case 16: return 4;    // multiprocessors
        case 75: return 9;    // compute capability
        case 76: return 0;
        case 87: return 2;  // float to double
        case 97: return kSharedPerBlock;
        default: return 0;
    }
}

}  // namespace

ENTRY CUresult cuInit(unsigned) {
    return entry("cuInit", false, [](Machine& m) {
        if (m.devices == 0) return static_cast<int>(kNoDevice);
        m.initialised = true;
        return static_cast<int>(kSuccess);
    });
}

ENTRY CUresult cuDriverGetVersion(int* version) {
    return entry("cuDriverGetVersion", false, [&](Machine&) {
        *version = 12000;
        return kSuccess;
    });
}

ENTRY CUresult cuDeviceGetCount(int* count) {
    return entry("cuDeviceGetCount", false, [&](Machine& m) {
        *count = m.devices;
        return kSuccess;
    });
}

ENTRY CUresult cuDeviceGet(CUdevice* device, int ordinal) {
    return entry("cuDeviceGet", false, [&](Machine& m) {
        *device = ordinal;
        return ordinal >= 0 && ordinal < m.devices ? kSuccess : kInvalidDevice;
    });
}

ENTRY CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice) {
    return entry("cuDeviceTotalMem_v2", false, [&](Machine& m) {
        *bytes = m.memory_limit;
        return kSuccess;
    });
}

ENTRY CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice) {
    return entry("cuDeviceGetAttribute", false, [&](Machine&) {
        *value = attribute_value(attribute);
        return kSuccess;
    });
}

ENTRY CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
    return entry("cuDeviceGetName", false, [&](Machine&) {
        std::snprintf(name, static_cast<size_t>(length), "emulated GPU %d", device);
        return kSuccess;
    });
}

ENTRY CUresult cuGetErrorName(CUresult code, const char** text) {
    *text = code == CUDA_SUCCESS ? "CUDA_SUCCESS" : "CUDA_ERROR_EMULATED";
    return CUDA_SUCCESS;
}

ENTRY CUresult cuGetErrorString(CUresult, const char** text) {
    *text = "a fault of the emulator";
    return CUDA_SUCCESS;
}

ENTRY CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
    return entry("cuDevicePrimaryCtxRetain", false, [&](Machine& m) {
        Context& primary = m.primary[device];
        primary.device = device;
        primary.primary = true;
        if (primary.retained++ == 0) m.contexts.insert(&primary);
        *context = reinterpret_cast<CUcontext>(&primary);
        return kSuccess;
    });
}

ENTRY CUresult cuDevicePrimaryCtxRelease(CUdevice device) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.enter("cuDevicePrimaryCtxRelease");
    Context& primary = m.primary[device];
    if (primary.retained == 0) return result(kInvalidContext);
    if (--primary.retained == 0) {
        m.timeline.drain_all();
        m.contexts.erase(&primary);
        m.forget_streams(primary);
        if (m.timeline.broken) m.forget_everything();  // a lost context takes all that was in it along
    }
    return CUDA_SUCCESS;
}

ENTRY CUresult cuCtxCreate_v2(CUcontext* context, unsigned, CUdevice device) {
    return entry("cuCtxCreate_v2", false, [&](Machine& m) {
        auto* made = new Context;
        made->device = device;
        m.contexts.insert(made);
        context_stack().push_back(made);
        *context = reinterpret_cast<CUcontext>(made);
        return kSuccess;
    });
}

ENTRY CUresult cuCtxDestroy_v2(CUcontext context) {
    return entry("cuCtxDestroy_v2", false, [&](Machine& m) {
        auto* gone = reinterpret_cast<Context*>(context);
        if (!context_stack().empty() && context_stack().back() == gone) context_stack().pop_back();
        if (m.contexts.erase(gone) == 0) return kInvalidContext;
        m.timeline.drain_all();
        delete gone;
        return kSuccess;
    });
}

ENTRY CUresult cuCtxPushCurrent_v2(CUcontext context) {
    return entry("cuCtxPushCurrent_v2", false, [&](Machine& m) {
        auto* pushed = reinterpret_cast<Context*>(context);
        if (!m.contexts.count(pushed)) return kInvalidContext;
        context_stack().push_back(pushed);
        return kSuccess;
    });
}

ENTRY CUresult cuCtxPopCurrent_v2(CUcontext* context) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.enter("cuCtxPopCurrent_v2");
    if (context_stack().empty()) return result(kInvalidContext);
    if (context) *context = reinterpret_cast<CUcontext>(context_stack().back());
    context_stack().pop_back();
    return CUDA_SUCCESS;
}

ENTRY CUresult cuCtxGetCurrent(CUcontext* context) {
    return entry("cuCtxGetCurrent", false, [&](Machine&) {
        *context = context_stack().empty() ? nullptr : reinterpret_cast<CUcontext>(context_stack().back());
        return kSuccess;
    });
}

ENTRY CUresult cuCtxGetDevice(CUdevice* device) {
    return entry("cuCtxGetDevice", true, [&](Machine&) {
        *device = context_stack().back()->device;
        return kSuccess;
    });
}
