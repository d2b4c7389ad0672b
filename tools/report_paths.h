// Where the report of each encode goes, as far as the command line tells.
#pragma once

#include <string>
#include <vector>

#include "options.h"

namespace vmaf::tool {

/// True for a folder that exists, or a path that ends in '/' and names one to be made.
bool is_folder(const std::string& path);

/// What names of reports end in: ".json".
std::string report_ending(VmafOutputFormat format);

/// A path for each of `encodes`, none without `outputs`. The only encode gets the last output. Several get one each, or all of them one folder,
/// in which a report is called as its encode, with the ending of the format behind. Throws UsageError.
std::vector<std::string> report_paths(const std::vector<std::string>& outputs, const std::vector<InputSpec>& encodes,
                                      VmafOutputFormat format);

}  // namespace vmaf::tool
