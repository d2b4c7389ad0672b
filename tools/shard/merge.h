// Parts in, one report out: what `vmaf --merge` does before and beside scoring.
#pragma once

#include "encode.h"
#include "options.h"

namespace vmaf::tool {

/// What the run that made the parts was asked for, with what `options` ask for on top: models and features given here take the place of those.
/// Throws ExitError.
Options options_of_parts(const Options& options);

/// Opens the scorer of those options, and scores all frames. Throws ExitError.
void score_parts(const Options& options, Encodes& encodes);

}  // namespace vmaf::tool
