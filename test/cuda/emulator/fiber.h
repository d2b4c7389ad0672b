// Stacks that take turns on one thread: what the emulator runs a block's threads on.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace vmaf::emulator {

/// A stack on which tasks run one after the other; a task may be suspended and resumed. Not thread-safe.
class Fiber {
 public:
    Fiber();
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Starts task(argument), or resumes the one that is suspended; returns when it ends (true) or suspends (false).
    bool run(void (*task)(void*), void* argument);
    /// Called inside a task: goes back to run()'s caller until the next run().
    static void suspend();
    /// Drops a suspended task without unwinding it.
    void abandon();

 private:
    struct Machine;
    static void loop();

    std::unique_ptr<Machine> machine_;
    void (*task_)(void*) = nullptr;
    void* argument_ = nullptr;
    bool active_ = false;  ///< a task has started and not ended
};

}  // namespace vmaf::emulator
