// How the command ends.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace vmaf::tool {

enum ExitCode : int {
    kExitOk = 0,
    kExitUsage = 1,   ///< the command line makes no sense
    kExitNoCuda = 3,  ///< CUDA was asked for and can't be had
    kExitRetry =
        75,  ///< of a shard, a merge or a batch: what failed may pass, such as a full disk, memory or a device that is lost
    kExitInterrupted = 130,  ///< by SIGINT, of a shard, a merge or a batch: nothing was written
    kExitTerminated = 143,   ///< by SIGTERM, likewise
    kExitReading = 234,      ///< an input ends within a frame, is malformed, or its frames could not be worked on
    kExitFailed = 255        ///< an input, model, feature or output can't be opened, or there is no score
};

/// Ends the command with a message. An empty text: the cause has been told already.
struct ExitError : std::runtime_error {
    ExitError(ExitCode c, const std::string& text, int e = 0) : std::runtime_error(text), code(c), error(e) {}
    ExitCode code;
    int error;  ///< errno of the cause; 0: not known
};

/// The exception that is being handled, as one of these.
ExitError current_exit_error();

/// True if the same command may do where this one failed with this errno. Bad input stays bad.
bool may_pass(int error);

/// Ends the process at once: nothing is destroyed or torn down, and no exit handler of a driver runs. What was printed gets out. Returns under
/// AddressSanitizer, which looks for leaks when a process ends as usual.
inline void leave(int code) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
    return;
#endif
#elif defined(__SANITIZE_ADDRESS__)
    return;
#endif
    std::fflush(nullptr);
    std::_Exit(code);
}

}  // namespace vmaf::tool
