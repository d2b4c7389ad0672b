/* What tests ask of the emulator beyond the driver's interface; found with dlsym in the loaded libcuda.so.1.
 *
 * Environment, read when the library is loaded:
 *   VMAF_EMULATOR_DEVICES=n            number of devices (1)
 *   VMAF_EMULATOR_MEMORY=bytes         device memory
 *   VMAF_EMULATOR_SCHEDULE=eager|lazy|random|random:seed   when queued work runs (random)
 *   VMAF_EMULATOR_SEED=seed            for "random" (1)
 *   VMAF_EMULATOR_FAIL=entry:n=result  the n-th call of that entry point fails; with a trailing '!' all calls after it too
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Objects alive now. */
typedef struct VmafEmulatorCounts {
    size_t device_allocations, device_bytes, pinned_allocations, streams, events, modules, contexts;
    /** Calls that the engine must not make per frame: allocations, module loads, stream and context synchronisation. */
    size_t costly_calls;
    size_t launches;
} VmafEmulatorCounts;

typedef struct VmafEmulatorLaunch {
    const char* kernel;
    const void* stream;
    unsigned frames; /**< gridDim.z */
} VmafEmulatorLaunch;

typedef void VmafEmulatorReset(void);
/** entry NULL: no faults. The count starts again. */
typedef void VmafEmulatorFail(const char* entry, size_t nth, int result, int for_good);
/** "eager", "lazy", "random", "random:7"; NULL: that of the environment. */
typedef void VmafEmulatorSchedule(const char* schedule);
/** What vmaf_emulator_schedule() would take to do the same again. Valid until the next such call. */
typedef const char* VmafEmulatorScheduleName(void);
typedef VmafEmulatorCounts VmafEmulatorGetCounts(void);
/** The launches since the last reset; returns their number. */
typedef size_t VmafEmulatorLaunches(VmafEmulatorLaunch* launches, size_t capacity);
/** Calls of an entry point since the last reset. */
typedef size_t VmafEmulatorCalls(const char* entry);
/** The names of all entry points called since the last reset, joined by newlines. */
typedef const char* VmafEmulatorEntries(void);
typedef void VmafEmulatorMemory(size_t bytes);
typedef void VmafEmulatorDevices(int count);

#ifdef __cplusplus
}
#endif
