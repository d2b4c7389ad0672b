// Where the reports and the scores of a run go.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "options.h"

namespace vmaf::tool {

struct ReportTargets {
    std::vector<std::string> paths;   ///< for each encode, as vmaf_write_report() takes them; empty: no report
    std::optional<std::string> html;  ///< path of the page, likewise
    std::FILE* scores = stdout;       ///< standard error where a report takes standard output
};

/// Finds out before hours of work that a report can't be written, or that it would destroy an input. Makes the folder of several reports, if it is
/// not there. Throws ExitError.
ReportTargets find_report_targets(const Options& options);

/// Makes a folder for files that are written later, with those around it, and finds out whether it takes any. Throws ExitError.
void make_folder(const std::string& folder);

}  // namespace vmaf::tool
