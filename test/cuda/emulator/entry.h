// What the driver's entry points share: the lock, the count, the faults, and the driver's own types.
#pragma once

#include <cstdio>
#include <cstring>
#include <vector>

#define FFNV_LOG_FUNC(context, message, name) (void)0
#define FFNV_DEBUG_LOG_FUNC(context, message, name) (void)0
#include <ffnvcodec/dynlink_loader.h>

#include "machine.h"

#define ENTRY extern "C" __attribute__((visibility("default")))

namespace vmaf::emulator {

/// The calling thread's contexts; the last one is current.
inline std::vector<Context*>& context_stack() {
    thread_local std::vector<Context*> contexts;
    return contexts;
}

inline CUresult result(int code) { return static_cast<CUresult>(code); }

/// Every entry point: under the lock, counted, failing when told to, and with a context if it needs one.
template <class Body>
CUresult entry(const char* name, bool needs_context, Body body) {
    Machine& machine = Machine::get();
    const std::lock_guard lock(machine.mutex);
    if (const int failure = machine.enter(name)) return result(failure);
    if (!machine.initialised && std::strcmp(name, "cuInit")) return result(kNotInitialised);
    if (needs_context && context_stack().empty()) return result(kInvalidContext);
    return result(body(machine));
}

/// Says on standard error why a call is refused.
inline int complain(const char* call, const char* text) {
    std::fprintf(stderr, "emulator: %s: %s\n", call, text);
    return kInvalidValue;
}

inline uintptr_t address_of(const void* p) { return reinterpret_cast<uintptr_t>(p); }
inline void* pointer_to(CUdeviceptr p) { return reinterpret_cast<void*>(static_cast<uintptr_t>(p)); }

/// The stream behind a handle in the current context; null if there is none.
inline std::shared_ptr<Stream> stream_of(Machine& machine, CUstream handle) {
    return machine.stream(*context_stack().back(), handle);
}

/// Queues work on a stream of the current context.
inline int queue_task(Machine& machine, CUstream handle, std::function<void()> task) {
    const std::shared_ptr<Stream> stream = stream_of(machine, handle);
    if (!stream || stream->context != context_stack().back()) return kInvalidHandle;
    machine.timeline.queue(stream, {std::move(task), {}});
    return kSuccess;
}

}  // namespace vmaf::emulator
