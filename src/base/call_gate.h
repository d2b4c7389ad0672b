// Which calls are inside an object, for a child of fork() that wants to go on with it.
#pragma once

#include <atomic>
#include <cstdint>

namespace vmaf {

/// Counts the calls inside an object. A child of fork() has only the thread that forked: a call that another thread was in never ends
/// there, what it has locked stays locked, and what it was changing stays half changed. An object that nobody was in is whole.
class CallGate {
 public:
    /// Any thread. False in a child whose parent's threads were inside when it was forked: nothing is entered then, and never will be.
    bool enter() noexcept;
    void leave() noexcept { calls_.fetch_sub(1, std::memory_order_release); }
    /// True where enter() fails.
    bool left_behind() const noexcept;

 private:
    /// The fork_count() of the process that entered last, above the number of calls inside.
    std::atomic<uint64_t> calls_{0};
};

}  // namespace vmaf
