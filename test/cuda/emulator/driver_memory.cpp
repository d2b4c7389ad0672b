// Device memory and page-locked host memory.
#include <algorithm>

#include "entry.h"

using namespace vmaf::emulator;

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
        m.timeline.drain_all();  // the driver waits for work that may use the memory
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
        m.timeline.drain_all();
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

ENTRY CUresult cuPointerGetAttribute(void* value, int attribute, CUdeviceptr address) {
    return entry("cuPointerGetAttribute", true, [&](Machine& m) {
        constexpr int kMemoryType = 2;
        const auto place = static_cast<uintptr_t>(address);
        const bool device = m.holds(place, 1, true), host = m.holds(place, 1, false) || m.page_locked(place, 1);
        if (attribute != kMemoryType || (!device && !host)) return kInvalidValue;
        *static_cast<unsigned*>(value) = device ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
        return kSuccess;
    });
}

ENTRY CUresult cuMemHostUnregister(void* memory) {
    return entry("cuMemHostUnregister", true,
                 [&](Machine& m) { return m.registered.erase(address_of(memory)) ? kSuccess : kNotRegistered; });
}
