// What a child of fork() does, and whether it came to an end.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include "support/sanitized.h"

namespace vmaf::test {

/// ThreadSanitizer lets no child of a process with threads start threads, and AddressSanitizer's allocator may be locked in such a child
/// for good by a thread that is not there.
inline constexpr bool kForksWithThreads = !test::kSanitized;

/// Forks. True if body() returned true in the child, within a time that no child needs.
template <class Body>
bool child_does(Body&& body) {
    constexpr unsigned kSeconds = 20;
    const pid_t child = fork();
    if (child == 0) {
        alarm(kSeconds);
        _exit(body() ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace vmaf::test
