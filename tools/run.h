// The command: inputs to scores, from the parsed options to the exit code.
#pragma once

#include "options.h"

namespace vmaf::tool {

/// Does what `options` say; messages go to standard error. Returns the exit code.
int run(const Options& options);

}  // namespace vmaf::tool
