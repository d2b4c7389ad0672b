// The number of calls and the process that they belong to are one word, so that a child takes an empty object over in one step.
#include "base/call_gate.h"

#include "base/process_lock.h"

namespace vmaf {

namespace {

constexpr uint64_t kProcess = uint64_t{1} << 32;

bool of_this_process(uint64_t calls) { return calls / kProcess == fork_count(); }
uint64_t inside(uint64_t calls) { return calls % kProcess; }

}  // namespace

bool CallGate::enter() noexcept {
    uint64_t calls = calls_, entered;
    do {
        if (!of_this_process(calls) && inside(calls)) return false;
        entered = fork_count() * kProcess + inside(calls) + 1;
    } while (!calls_.compare_exchange_weak(calls, entered));
    return true;
}

bool CallGate::left_behind() const noexcept {
    const uint64_t calls = calls_;
    return !of_this_process(calls) && inside(calls);
}

}  // namespace vmaf
