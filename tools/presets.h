// The test conditions of AOM and Netflix as sets of models and features.
#pragma once

#include "options.h"

namespace vmaf::tool {

/// Appends what version `version` of the AOM common test conditions takes. Throws UsageError for an unknown version.
void apply_aom_ctc(Options& options, const std::string& version);

/// The same for Netflix's conditions.
void apply_nflx_ctc(Options& options, const std::string& version);

}  // namespace vmaf::tool
