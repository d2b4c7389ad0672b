// How the command ends.
#pragma once

#include <stdexcept>
#include <string>

namespace vmaf::tool {

enum ExitCode : int {
    kExitOk = 0,
    kExitUsage = 1,      ///< the command line makes no sense
    kExitNoCuda = 3,     ///< CUDA was asked for and can't be had
    kExitReading = 234,  ///< an input ends within a frame, is malformed, or its frames could not be worked on
    kExitFailed = 255    ///< an input, model, feature or output can't be opened, or there is no score
};

/// Ends the command with a message. An empty text: the cause has been told already.
struct ExitError : std::runtime_error {
    ExitError(ExitCode c, const std::string& text) : std::runtime_error(text), code(c) {}
    ExitCode code;
};

}  // namespace vmaf::tool
