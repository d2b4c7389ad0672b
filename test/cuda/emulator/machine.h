// The emulated device's state: contexts, memory, streams of queued work, and the faults to inject.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "emulator.h"

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

struct Context {
    int device = 0;
    int retained = 0;  ///< of the primary context
    bool primary = false;
};

struct Event;

/// One piece of queued work.
struct Work {
    enum class Kind { kTask, kRecord, kWait } kind = Kind::kTask;
    std::function<void()> task;
    Event* event = nullptr;
    uint64_t generation = 0;
};

struct Stream {
    std::deque<Work> queue;
};

/// The generation counts records; a wait refers to the last one queued when the wait was queued.
struct Event {
    uint64_t recorded = 0, completed = 0;
    Stream* stream = nullptr;  ///< of the last record
};

/// When queued work runs. All are orders that a GPU may choose; results must not depend on it.
enum class Schedule {
    kEager,   ///< as soon as it is queued
    kLazy,    ///< not before something waits for it
    kRandom,  ///< streams take turns by a seeded generator
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
    int sticky = kSuccess;  ///< a lost context answers everything with it
    std::map<uintptr_t, Allocation> memory;
    std::map<uintptr_t, size_t> registered;  ///< page-locked memory of the caller's
    std::set<Stream*> streams;
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
    Schedule schedule = Schedule::kEager;
    std::mt19937 random{1};
    std::string fail_entry;
    size_t fail_call = 0;
    int fail_result = 0;
    bool fail_for_good = false;

    /// Counts the call; the result that it must fail with, or success.
    int enter(const char* entry);

    uintptr_t allocate(size_t bytes, bool device);
    bool release(uintptr_t address, bool device);
    size_t device_bytes() const;
    /// True if [address, address + bytes) lies in one allocation of that kind.
    bool holds(uintptr_t address, size_t bytes, bool device) const;
    /// False if a part of it is page-locked already.
    bool page_lock(uintptr_t address, size_t bytes);
    bool page_locked(uintptr_t address, size_t bytes) const;

    void queue(Stream* stream, Work work);
    /// Runs queued work until the event's generation has completed; false: it never can.
    bool complete(Event* event, uint64_t generation);
    bool drain(Stream* stream);
    bool drain_all();
    /// What the end of a lost context does: frees all objects, so that the next context starts clean.
    void forget_everything();
    /// One piece of work of any stream, for callers that poll.
    bool step();

 private:
    Machine();
    bool blocked(const Stream& stream) const;
    void run_front(Stream* stream);
    Stream* pick();
    bool run_lazily(Stream* stream, size_t depth);
};

/// "eager", "lazy", "random:seed"
void set_schedule(Machine& machine, const char* text);

}  // namespace vmaf::emulator
