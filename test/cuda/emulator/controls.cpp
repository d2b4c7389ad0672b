// What tests read and set in the emulator, and the entry points that a loader wants to find but nobody calls.
#include <string>

#include "machine.h"

#define ENTRY extern "C" __attribute__((visibility("default")))

using vmaf::emulator::Machine;

ENTRY void vmaf_emulator_reset() {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.calls.clear();
    m.launches.clear();
    m.counts = {};
    m.fail_entry.clear();
    if (m.contexts.empty()) m.forget_everything();  // what a failed release left behind
}

ENTRY void vmaf_emulator_fail(const char* entry, size_t nth, int result, int for_good) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.fail_entry = entry ? entry : "";
    m.fail_call = nth;
    m.fail_result = result;
    m.fail_for_good = for_good != 0;
    m.calls.clear();
}

ENTRY void vmaf_emulator_schedule(const char* schedule) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.timeline.set_schedule(schedule);
}

ENTRY const char* vmaf_emulator_schedule_name() {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    return m.timeline.schedule().c_str();
}

ENTRY VmafEmulatorCounts vmaf_emulator_counts() {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    VmafEmulatorCounts counts = m.counts;
    for (const auto& [address, allocation] : m.memory)
        ++(allocation.device ? counts.device_allocations : counts.pinned_allocations);
    counts.pinned_allocations += m.registered.size();
    counts.device_bytes = m.device_bytes();
    counts.streams = m.streams.size();
    counts.events = m.events.size();
    counts.modules = m.modules;
    counts.contexts = m.contexts.size();
    return counts;
}

ENTRY size_t vmaf_emulator_launches(VmafEmulatorLaunch* launches, size_t capacity) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    for (size_t i = 0; i < m.launches.size() && i < capacity; ++i) launches[i] = m.launches[i];
    return m.launches.size();
}

ENTRY size_t vmaf_emulator_calls(const char* entry) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    const auto found = m.calls.find(entry);
    return found == m.calls.end() ? 0 : found->second;
}

ENTRY const char* vmaf_emulator_entries() {
    static std::string names;
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    names.clear();
    for (const auto& [name, count] : m.calls) names += name + "\n";
    return names.c_str();
}

ENTRY void vmaf_emulator_memory(size_t bytes) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.memory_limit = bytes;
}

ENTRY void vmaf_emulator_devices(int count) {
    Machine& m = Machine::get();
    const std::lock_guard lock(m.mutex);
    m.devices = count;
}

// ffnvcodec refuses a driver without these; the library calls none of them.
#define UNUSED(name) \
    ENTRY int name() { return vmaf::emulator::kNotSupported; }
UNUSED(cuDeviceComputeCapability)
UNUSED(cuCtxSetLimit)
UNUSED(cuMemAllocPitch_v2)
UNUSED(cuMemAllocManaged)
UNUSED(cuMemcpy)
UNUSED(cuMemcpyAsync)
UNUSED(cuDevicePrimaryCtxSetFlags)
UNUSED(cuDevicePrimaryCtxGetState)
UNUSED(cuDevicePrimaryCtxReset)
UNUSED(cuStreamAddCallback)
UNUSED(cuLinkCreate)
UNUSED(cuLinkAddData)
UNUSED(cuLinkComplete)
UNUSED(cuLinkDestroy)
UNUSED(cuModuleGetGlobal)
UNUSED(cuTexObjectCreate)
UNUSED(cuTexObjectDestroy)
UNUSED(cuGLGetDevices_v2)
UNUSED(cuGraphicsGLRegisterImage)
UNUSED(cuGraphicsUnregisterResource)
UNUSED(cuGraphicsMapResources)
UNUSED(cuGraphicsUnmapResources)
UNUSED(cuGraphicsSubResourceGetMappedArray)
UNUSED(cuGraphicsResourceGetMappedPointer)
UNUSED(cuGraphicsResourceGetMappedPointer_v2)
UNUSED(cuArray3DCreate_v2)
UNUSED(cuArrayCreate_v2)
UNUSED(cuArrayDestroy)
