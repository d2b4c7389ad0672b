// The command's choice between CPU and GPU.
#pragma once

#include "options.h"
#include "scorer.h"

namespace vmaf {

/// Gives the context a GPU if the options ask for one, or leave the choice and there is one; says on standard error what it
/// chose unless the user named it. True if the context scores on the GPU. Throws ExitError(kExitNoCuda) with the reason
/// if CUDA was asked for and can't be had.
bool attach_gpu(VmafContext* context, const Options& options);

/// Prints the CUDA devices, one a line, on standard output. Throws ExitError(kExitNoCuda) if they can't be listed.
void list_devices();

}  // namespace vmaf
