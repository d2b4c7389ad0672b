// One block of a kernel at a time: its threads on fibers, its barriers, warp exchanges and shared memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace vmaf::emulator {

struct Index3 {
    unsigned x = 1, y = 1, z = 1;
    unsigned count() const { return x * y * z; }
};

/// What a thread of the running block sees; kernels read it through the CUDA names (device_runtime.h).
struct Thread {
    Index3 index;
    int lane = 0, warp = 0;
    int exchanges = 0;  ///< warp exchanges so far
    enum class State { kReady, kBarrier, kWarp, kDone } state = State::kReady;
    int barrier_line = 0;
};

extern Thread* thread;
extern Index3 block_index, block_size, grid_size;

/// In which order the ready threads of a block run. Correct kernels give the same results in all of them.
enum class ThreadOrder { kForward, kReverse };

using KernelFunction = void (*)(const void* args);

/// Runs every block of the grid. Empty: done; else what the kernel did wrong.
std::string run_grid(KernelFunction kernel, const void* args, Index3 grid, Index3 block, unsigned dynamic_shared,
                     ThreadOrder order);

// Called by running threads, through device_runtime.h.
void barrier(int line);
/// Publishes `value` to the warp, waits for all its threads and returns the slots of its 32 lanes.
const uint64_t* warp_exchange(uint64_t value);
uint32_t warp_lanes();
/// The block's memory for the type that `key` stands for, made on first call.
void* shared_memory(const void* key, size_t bytes);
void* dynamic_shared_memory();
/// Ends the launch as failed, with a reason.
void fault(const char* text);

}  // namespace vmaf::emulator
