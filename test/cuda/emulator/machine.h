// The emulated device's state: contexts, memory, streams of queued work, and the faults to inject.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "emulator.h"
#include "timeline.h"

namespace vmaf::emulator {

/// CUresult values that the emulator gives.
enum Result : int {
    kSuccess = 0,
    kInvalidValue = 1,
    kOutOfMemory = 2,
    kNotInitialised = 3,
    kNoDevice = 100,
    kInvalidDevice = 101,
    kInvalidImage = 200,
    kInvalidContext = 201,
    kInvalidHandle = 400,
    kNotFound = 500,
    kNotReady = 600,
    kAlreadyRegistered = 712,
    kNotRegistered = 713,
    kLaunchFailed = 719,
    kNotSupported = 801,
    kUnknown = 999,
};

/// Most shared memory of a block: the least of all supported GPUs.
constexpr int kSharedPerBlock = 64 << 10;

/// Streams die with the last piece of work that refers to them; handles, with their destruction.
struct Context {
    int device = 0;
    int retained = 0;  ///< of the primary context
    bool primary = false;
    std::shared_ptr<Stream> legacy;                       ///< the legacy default stream; made when it is first used
    std::map<size_t, std::shared_ptr<Stream>> of_thread;  ///< per-thread default streams
};

struct Event {
    Context* context = nullptr;
    Point recorded;  ///< last; reached at once if there is none
};

struct Allocation {
    size_t bytes = 0;
    bool device = true;
};

class Machine {
 public:
    static Machine& get();

    std::recursive_mutex mutex;
    bool initialised = false;
    std::map<uintptr_t, Allocation> memory;
    std::map<uintptr_t, size_t> registered;  ///< page-locked memory of the caller's
    Timeline timeline;
    std::map<Stream*, std::shared_ptr<Stream>> streams;  ///< those that cuStreamCreate made
    std::set<Event*> events;
    size_t modules = 0;
    std::map<int, Context> primary;
    std::set<Context*> contexts;
    VmafEmulatorCounts counts{};
    std::vector<VmafEmulatorLaunch> launches;
    std::map<std::string, size_t> calls;
    std::map<std::string, int> dynamic_limits;  ///< by kernel name

    // Set by the environment or the test (emulator.h).
    int devices = 1;
    size_t memory_limit = size_t{64} << 30;
    std::string fail_entry;
    std::string crash_entry;  ///< whose call crashes the process, or "exit"
    size_t fail_call = 0;
    int fail_result = 0;
    bool fail_for_good = false;

    /// Counts the call; the result that it must fail with, or success.
    int enter(const char* entry);
    /// A lost context answers everything with this.
    int sticky() const { return timeline.broken ? kLaunchFailed : kSuccess; }

    uintptr_t allocate(size_t bytes, bool device);
    bool release(uintptr_t address, bool device);
    size_t device_bytes() const;
    /// True if [address, address + bytes) lies in one allocation of that kind.
    bool holds(uintptr_t address, size_t bytes, bool device) const;
    /// False if a part of it is page-locked already.
    bool page_lock(uintptr_t address, size_t bytes);
    bool page_locked(uintptr_t address, size_t bytes) const;

    /// The stream behind a handle of `context`, default streams included; null if there is none.
    std::shared_ptr<Stream> stream(Context& context, void* handle);
    /// For calls that wait: runs queued work until the point has been reached, and lets other threads in between. False: it never can be.
    bool wait(const Point& point);
    /// The context has gone: its default streams go too.
    void forget_streams(Context& context);
    /// What the end of a lost context does: frees all objects, so that the next context starts clean.
    void forget_everything();

 private:
    Machine();
};

}  // namespace vmaf::emulator
