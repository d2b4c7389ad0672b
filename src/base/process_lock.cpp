// One mutex, and handlers by which the forking thread holds it while the process is copied.
#include "base/process_lock.h"

#include <pthread.h>

#include <atomic>
#include <mutex>

namespace vmaf {

namespace {

constinit std::mutex mutex;
constinit std::atomic<unsigned> forks{0};

void before_fork() { mutex.lock(); }
void in_parent() { mutex.unlock(); }
void in_child() {
    forks++;
    mutex.unlock();
}

/// Registered when the library is loaded.
[[maybe_unused]] const int handlers = pthread_atfork(before_fork, in_parent, in_child);

}  // namespace

ProcessLock::ProcessLock() noexcept { mutex.lock(); }
ProcessLock::~ProcessLock() { mutex.unlock(); }

unsigned fork_count() noexcept { return forks; }

}  // namespace vmaf
