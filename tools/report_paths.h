// Where the report of each encode goes, as far as the command line tells.
#pragma once

#include <string>
#include <vector>

#include "options.h"

namespace vmaf::tool {

/// A path for each of `encodes`, none without `outputs`. The only encode gets the last output. Several get one each, or all of them one folder,
/// an existing one or a path that ends in '/', in which a report is called as its encode, with the ending of the format behind. Throws UsageError.
std::vector<std::string> report_paths(const std::vector<std::string>& outputs, const std::vector<InputSpec>& encodes,
                                      VmafOutputFormat format);

}  // namespace vmaf::tool
