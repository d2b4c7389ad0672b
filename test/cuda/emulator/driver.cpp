// The driver's entry points that the library calls, over the emulated machine.
#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#define FFNV_LOG_FUNC(context, message, name) (void)0
#define FFNV_DEBUG_LOG_FUNC(context, message, name) (void)0
#include <ffnvcodec/dynlink_loader.h>

#include "block.h"
#include "machine.h"

#define ENTRY extern "C" __attribute__((visibility("default")))

using namespace vmaf::emulator;

namespace {

/// A kernel found by name; lives as long as the library.
struct Function {
    std::string name;
    KernelFunction call = nullptr;
};

std::vector<Context*>& stack() {
    thread_local std::vector<Context*> contexts;
    return contexts;
}

CUresult result(int code) { return static_cast<CUresult>(code); }

/// Every entry point: under the lock, counted, failing when told to, and with a context if it needs one.
template <class Body>
CUresult entry(const char* name, bool needs_context, Body body) {
    Machine& machine = Machine::get();
    const std::lock_guard lock(machine.mutex);
    if (const int failure = machine.enter(name)) return result(failure);
    if (!machine.initialised && std::strcmp(name, "cuInit")) return result(kNotInitialised);
    if (needs_context && stack().empty()) return result(kInvalidContext);
    return result(body(machine));
}

int complain(const char* call, const char* text) {
    std::fprintf(stderr, "emulator: %s: %s\n", call, text);
    return kInvalidValue;
}

uintptr_t address_of(const void* p) { return reinterpret_cast<uintptr_t>(p); }
void* pointer_to(CUdeviceptr p) { return reinterpret_cast<void*>(static_cast<uintptr_t>(p)); }

int queue_task(Machine& machine, CUstream stream, std::function<void()> task) {
    auto* s = reinterpret_cast<Stream*>(stream);
    if (!machine.streams.count(s)) return complain("stream", "work for the default stream or a stream that is gone");
    machine.queue(s, {Work::Kind::kTask, std::move(task), nullptr, 0});
    return kSuccess;
}

int queue_copy(Machine& machine, void* to, const void* from, size_t bytes, CUstream stream) {
    return queue_task(machine, stream, [=] { std::memcpy(to, from, bytes); });
}

/// Host memory of an asynchronous copy must be page-locked, or the copy would block.
bool pinned(const Machine& machine, const void* p, size_t bytes) {
    return machine.holds(address_of(p), bytes, false) || machine.page_locked(address_of(p), bytes);
}
bool on_device(const Machine& machine, CUdeviceptr p, size_t bytes) { return machine.holds(p, bytes, true); }

/// One side of a two-dimensional copy.
struct Rectangle {
    CUmemorytype type;
    const void* host;
    CUdeviceptr device;
    size_t x, y, pitch;

    const char* start() const {
        const char* base =
            type == CU_MEMORYTYPE_HOST ? static_cast<const char*>(host) : static_cast<const char*>(pointer_to(device));
        return base + y * pitch + x;
    }
    /// `any_host`: ordinary host memory will do, whose bounds are not known.
    bool valid(const Machine& machine, const CUDA_MEMCPY2D& copy, bool any_host) const {
        if (copy.WidthInBytes == 0 || copy.Height == 0) return true;
        if (copy.WidthInBytes > pitch) return false;
        if (type == CU_MEMORYTYPE_HOST && any_host) return true;
        const size_t bytes = (copy.Height - 1) * pitch + copy.WidthInBytes;
        return type == CU_MEMORYTYPE_HOST ? pinned(machine, start(), bytes)
                                          : on_device(machine, address_of(start()), bytes);
    }
};

Rectangle source_of(const CUDA_MEMCPY2D& c) {
    return {c.srcMemoryType, c.srcHost, c.srcDevice, c.srcXInBytes, c.srcY, c.srcPitch};
}
Rectangle target_of(const CUDA_MEMCPY2D& c) {
    return {c.dstMemoryType, c.dstHost, c.dstDevice, c.dstXInBytes, c.dstY, c.dstPitch};
}

void copy_rows(const Rectangle& from, const Rectangle& to, const CUDA_MEMCPY2D& copy) {
    for (size_t y = 0; y < copy.Height; ++y)
        std::memcpy(const_cast<char*>(to.start()) + y * to.pitch, from.start() + y * from.pitch, copy.WidthInBytes);
}

KernelFunction find_kernel(const char* name) {
    static void* self = [] {
        Dl_info info{};
        dladdr(reinterpret_cast<void*>(&find_kernel), &info);
        return dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    }();
    return reinterpret_cast<KernelFunction>(dlsym(self, name));
}

ThreadOrder thread_order(Machine& machine) {
    return machine.schedule == Schedule::kEager || machine.random() % 2 ? ThreadOrder::kForward : ThreadOrder::kReverse;
}

int check_launch(Machine& machine, const Function& f, Index3 grid, Index3 block, unsigned shared) {
    if (block.count() == 0 || block.count() > 1024 || block.z > 64) return complain(f.name.c_str(), "block size");
    if (grid.count() == 0 || grid.y > 65535 || grid.z > 65535) return complain(f.name.c_str(), "grid size");
    const int allowed = std::max(machine.dynamic_limits[f.name], 48 << 10);
    if (shared > static_cast<unsigned>(allowed))
        return complain(f.name.c_str(), "dynamic shared memory above what was allowed");
    return kSuccess;
}

constexpr int kSharedPerBlock = 64 << 10;  // the least of all supported GPUs

int attribute_value(CUdevice_attribute attribute) {
    switch (static_cast<int>(attribute)) {
        case 16: return 4;  // multiprocessors
        case 75: return 9;  // compute capability
        case 76: return 0;
        case 87: return 2;  // float to double
        case 97: return kSharedPerBlock;
        default: return 0;
    }
}

template <class T>
int destroy(std::set<T*>& all, T* object) {
    if (all.erase(object) == 0) return kInvalidHandle;
    delete object;
    return kSuccess;
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
        m.contexts.erase(&primary);
        if (m.sticky != kSuccess) m.forget_everything();  // a lost context takes all that was in it along
    }
    return CUDA_SUCCESS;
}

ENTRY CUresult cuCtxCreate_v2(CUcontext* context, unsigned, CUdevice device) {
    return entry("cuCtxCreate_v2", false, [&](Machine& m) {
        auto* made = new Context{device, 0, false};
        m.contexts.insert(made);
        stack().push_back(made);
        *context = reinterpret_cast<CUcontext>(made);
        return kSuccess;
    });
}

ENTRY CUresult cuCtxDestroy_v2(CUcontext context) {
    return entry("cuCtxDestroy_v2", false, [&](Machine& m) {
        auto* gone = reinterpret_cast<Context*>(context);
        if (!stack().empty() && stack().back() == gone) stack().pop_back();
        return destroy(m.contexts, gone);
    });
}

ENTRY CUresult cuCtxPushCurrent_v2(CUcontext context) {
    return entry("cuCtxPushCurrent_v2", false, [&](Machine& m) {
        auto* pushed = reinterpret_cast<Context*>(context);
        if (!m.contexts.count(pushed)) return kInvalidContext;
        stack().push_back(pushed);
        return kSuccess;
    });
}

ENTRY CUresult cuCtxPopCurrent_v2(CUcontext* context) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.enter("cuCtxPopCurrent_v2");
    if (stack().empty()) return result(kInvalidContext);
    if (context) *context = reinterpret_cast<CUcontext>(stack().back());
    stack().pop_back();
    return CUDA_SUCCESS;
}

ENTRY CUresult cuCtxGetDevice(CUdevice* device) {
    return entry("cuCtxGetDevice", true, [&](Machine&) {
        *device = stack().back()->device;
        return kSuccess;
    });
}

ENTRY CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
    return entry("cuMemGetInfo_v2", true, [&](Machine& m) {
        *total = m.memory_limit;
        *free = m.memory_limit - std::min(m.memory_limit, m.device_bytes());
        return kSuccess;
    });
}

ENTRY CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
    return entry("cuMemAlloc_v2", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        if (bytes == 0) return kInvalidValue;
        *address = m.allocate(bytes, true);
        return *address ? kSuccess : kOutOfMemory;
    });
}

ENTRY CUresult cuMemFree_v2(CUdeviceptr address) {
    return entry("cuMemFree_v2", true, [&](Machine& m) {
        m.drain_all();  // the driver waits for work that may use the memory
        return m.release(address, true) ? kSuccess : kInvalidValue;
    });
}

ENTRY CUresult cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
    return entry("cuMemHostAlloc", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        *memory = reinterpret_cast<void*>(m.allocate(bytes, false));
        return *memory ? kSuccess : kOutOfMemory;
    });
}

ENTRY CUresult cuMemFreeHost(void* memory) {
    return entry("cuMemFreeHost", true, [&](Machine& m) {
        m.drain_all();
        return m.release(address_of(memory), false) ? kSuccess : kInvalidValue;
    });
}

ENTRY CUresult cuMemHostRegister_v2(void* memory, size_t bytes, unsigned) {
    return entry("cuMemHostRegister_v2", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        return !memory || bytes == 0                    ? kInvalidValue
               : m.page_lock(address_of(memory), bytes) ? kSuccess
                                                        : kAlreadyRegistered;
    });
}

ENTRY CUresult cuMemHostUnregister(void* memory) {
    return entry("cuMemHostUnregister", true,
                 [&](Machine& m) { return m.registered.erase(address_of(memory)) ? kSuccess : kNotRegistered; });
}

ENTRY CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
    return entry("cuMemcpyHtoD_v2", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        if (!on_device(m, to, bytes)) return complain("cuMemcpyHtoD", "target out of bounds");
        std::memcpy(pointer_to(to), from, bytes);
        return static_cast<int>(kSuccess);
    });
}

ENTRY CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
    return entry("cuMemcpyDtoH_v2", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        m.drain_all();
        if (!on_device(m, from, bytes)) return complain("cuMemcpyDtoH", "source out of bounds");
        std::memcpy(to, pointer_to(from), bytes);
        return static_cast<int>(kSuccess);
    });
}

ENTRY CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
    return entry("cuMemcpyHtoDAsync_v2", true, [&](Machine& m) {
        if (!on_device(m, to, bytes)) return complain("cuMemcpyHtoDAsync", "target out of bounds");
        if (!pinned(m, from, bytes)) return complain("cuMemcpyHtoDAsync", "source is not page-locked or out of bounds");
        return queue_copy(m, pointer_to(to), from, bytes, stream);
    });
}

ENTRY CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
    return entry("cuMemcpyDtoHAsync_v2", true, [&](Machine& m) {
        if (!on_device(m, from, bytes)) return complain("cuMemcpyDtoHAsync", "source out of bounds");
        if (!pinned(m, to, bytes)) return complain("cuMemcpyDtoHAsync", "target is not page-locked or out of bounds");
        return queue_copy(m, to, pointer_to(from), bytes, stream);
    });
}

ENTRY CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
    return entry("cuMemcpyDtoDAsync_v2", true, [&](Machine& m) {
        if (!on_device(m, from, bytes) || !on_device(m, to, bytes))
            return complain("cuMemcpyDtoDAsync", "out of bounds");
        return queue_copy(m, pointer_to(to), pointer_to(from), bytes, stream);
    });
}

ENTRY CUresult cuMemcpy2D_v2(const CUDA_MEMCPY2D* p) {
    return entry("cuMemcpy2D_v2", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        const Rectangle from = source_of(*p), to = target_of(*p);
        if (!from.valid(m, *p, true) || !to.valid(m, *p, true)) return complain("cuMemcpy2D", "out of bounds");
        copy_rows(from, to, *p);
        return static_cast<int>(kSuccess);
    });
}

ENTRY CUresult cuMemcpy2DAsync_v2(const CUDA_MEMCPY2D* p, CUstream stream) {
    return entry("cuMemcpy2DAsync_v2", true, [&](Machine& m) {
        const CUDA_MEMCPY2D copy = *p;
        const Rectangle from = source_of(copy), to = target_of(copy);
        if (!from.valid(m, copy, false) || !to.valid(m, copy, false))
            return complain("cuMemcpy2DAsync", "out of bounds, or host memory that is not page-locked");
        return queue_task(m, stream, [=] { copy_rows(from, to, copy); });
    });
}

ENTRY CUresult cuMemsetD8Async(CUdeviceptr address, unsigned char value, size_t bytes, CUstream stream) {
    return entry("cuMemsetD8Async", true, [&](Machine& m) {
        if (!on_device(m, address, bytes)) return complain("cuMemsetD8Async", "out of bounds");
        return queue_task(m, stream, [=] { std::memset(pointer_to(address), value, bytes); });
    });
}

ENTRY CUresult cuStreamCreate(CUstream* stream, unsigned) {
    return entry("cuStreamCreate", true, [&](Machine& m) {
        *stream = reinterpret_cast<CUstream>(*m.streams.insert(new Stream).first);
        return kSuccess;
    });
}

ENTRY CUresult cuStreamDestroy_v2(CUstream stream) {
    return entry("cuStreamDestroy_v2", true, [&](Machine& m) {
        auto* gone = reinterpret_cast<Stream*>(stream);
        if (m.streams.count(gone)) m.drain(gone);  // queued work still runs
        for (Event* event : m.events)
            if (event->stream == gone) event->stream = nullptr;
        return destroy(m.streams, gone);
    });
}

ENTRY CUresult cuStreamSynchronize(CUstream stream) {
    return entry("cuStreamSynchronize", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        auto* s = reinterpret_cast<Stream*>(stream);
        if (!m.streams.count(s)) return static_cast<int>(kInvalidHandle);
        if (!m.drain(s)) return complain("cuStreamSynchronize", "the stream waits for ever");
        return m.sticky;
    });
}

ENTRY CUresult cuStreamQuery(CUstream stream) {
    return entry("cuStreamQuery", true, [&](Machine& m) {
        auto* s = reinterpret_cast<Stream*>(stream);
        if (!m.streams.count(s)) return kInvalidHandle;
        m.step();
        return s->queue.empty() ? kSuccess : kNotReady;
    });
}

ENTRY CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
    return entry("cuStreamWaitEvent", true, [&](Machine& m) {
        auto* s = reinterpret_cast<Stream*>(stream);
        auto* e = reinterpret_cast<Event*>(event);
        if (!m.streams.count(s) || !m.events.count(e)) return kInvalidHandle;
        if (e->recorded > 0) m.queue(s, {Work::Kind::kWait, {}, e, e->recorded});
        return kSuccess;
    });
}

ENTRY CUresult cuEventCreate(CUevent* event, unsigned) {
    return entry("cuEventCreate", true, [&](Machine& m) {
        *event = reinterpret_cast<CUevent>(*m.events.insert(new Event).first);
        return kSuccess;
    });
}

ENTRY CUresult cuEventDestroy_v2(CUevent event) {
    return entry("cuEventDestroy_v2", true, [&](Machine& m) {
        m.drain_all();
        return destroy(m.events, reinterpret_cast<Event*>(event));
    });
}

ENTRY CUresult cuEventRecord(CUevent event, CUstream stream) {
    return entry("cuEventRecord", true, [&](Machine& m) {
        auto* s = reinterpret_cast<Stream*>(stream);
        auto* e = reinterpret_cast<Event*>(event);
        if (!m.streams.count(s) || !m.events.count(e)) return kInvalidHandle;
        e->stream = s;
        m.queue(s, {Work::Kind::kRecord, {}, e, ++e->recorded});
        return kSuccess;
    });
}

ENTRY CUresult cuEventQuery(CUevent event) {
    return entry("cuEventQuery", true, [&](Machine& m) {
        auto* e = reinterpret_cast<Event*>(event);
        if (!m.events.count(e)) return static_cast<int>(kInvalidHandle);
        if (e->completed < e->recorded) m.step();
        return e->completed >= e->recorded ? m.sticky : static_cast<int>(kNotReady);
    });
}

ENTRY CUresult cuEventSynchronize(CUevent event) {
    return entry("cuEventSynchronize", true, [&](Machine& m) {
        auto* e = reinterpret_cast<Event*>(event);
        if (!m.events.count(e)) return static_cast<int>(kInvalidHandle);
        if (!m.complete(e, e->recorded)) return complain("cuEventSynchronize", "the event can never happen");
        return m.sticky;
    });
}

ENTRY CUresult cuEventElapsedTime(float* milliseconds, CUevent, CUevent) {
    return entry("cuEventElapsedTime", true, [&](Machine&) {
        *milliseconds = 0;
        return kSuccess;
    });
}

ENTRY CUresult cuModuleLoadData(CUmodule* module, const void* image) {
    return entry("cuModuleLoadData", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        constexpr unsigned char kFatBinary[] = {0x50, 0xed, 0x55, 0xba};
        const bool ptx = std::memcmp(image, "//", 2) == 0;
        if (!ptx && std::memcmp(image, kFatBinary, 4) != 0) return kInvalidImage;
        *module = reinterpret_cast<CUmodule>(++m.modules);
        return kSuccess;
    });
}

ENTRY CUresult cuModuleUnload(CUmodule) {
    return entry("cuModuleUnload", true, [&](Machine& m) {
        m.drain_all();
        --m.modules;
        return kSuccess;
    });
}

ENTRY CUresult cuModuleGetFunction(CUfunction* function, CUmodule, const char* name) {
    return entry("cuModuleGetFunction", true, [&](Machine&) {
        static std::map<std::string, Function> functions;
        Function& f = functions[name];
        f.name = name;
        f.call = find_kernel(name);
        *function = reinterpret_cast<CUfunction>(&f);
        return f.call ? kSuccess : kNotFound;
    });
}

ENTRY CUresult cuFuncSetAttribute(CUfunction function, int attribute, int value) {
    return entry("cuFuncSetAttribute", true, [&](Machine& m) {
        constexpr int kMaxDynamicSharedSize = 8;
        if (attribute != kMaxDynamicSharedSize || value > kSharedPerBlock) return kInvalidValue;
        m.dynamic_limits[reinterpret_cast<Function*>(function)->name] = value;
        return kSuccess;
    });
}

ENTRY CUresult cuLaunchKernel(CUfunction function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                              unsigned bz, unsigned shared, CUstream stream, void**, void** extra) {
    return entry("cuLaunchKernel", true, [&](Machine& m) {
        const auto* f = reinterpret_cast<Function*>(function);
        const Index3 grid{gx, gy, gz}, block{bx, by, bz};
        if (const int wrong = check_launch(m, *f, grid, block, shared)) return wrong;
        const auto* start = static_cast<const std::byte*>(extra[1]);  // as cuda::launch lays it out
        auto arguments = std::make_shared<std::vector<std::byte>>(start, start + *static_cast<size_t*>(extra[3]));
        m.launches.push_back({f->name.c_str(), stream, gz});
        ++m.counts.launches;
        return queue_task(m, stream, [=, &m] {
            const std::string fault = run_grid(f->call, arguments->data(), grid, block, shared, thread_order(m));
            if (fault.empty()) return;
            std::fprintf(stderr, "emulator: kernel %s: %s\n", f->name.c_str(), fault.c_str());
            m.sticky = kLaunchFailed;
        });
    });
}
