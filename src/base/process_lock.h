// The lock on what all contexts of a process share, and what fork() does to it.
#pragma once

namespace vmaf {

/// Held while process-wide objects are looked at: picture memory kept for reuse, the list of pictures that clients hold, the log of calls
/// without a context. fork() waits for it, so that a child never inherits it locked by a thread that the child does not have. To be held briefly, and not twice.
class ProcessLock {
 public:
    ProcessLock() noexcept;
    ~ProcessLock();
    ProcessLock(const ProcessLock&) = delete;
    ProcessLock& operator=(const ProcessLock&) = delete;
};

/// How many times the process was forked off since the library was loaded. What was made under another number has lost its threads.
unsigned fork_count() noexcept;

}  // namespace vmaf
