// vmaf --doctor: what this machine offers, tried out.
#pragma once

#include "exit.h"
#include "options.h"

namespace vmaf::tool {

/// Scores a few frames of its own on the CPU and on every CUDA device, and prints what it found on standard output, with the way out of what is
/// missing. kExitOk if the backend that the options ask for works; for Backend::kAuto the CPU is enough, if no device gives other scores.
/// Otherwise kExitFailed without the CPU, kExitNoCuda without CUDA. Throws ExitError if it can't print.
ExitCode examine(const Options& options);

}  // namespace vmaf::tool
