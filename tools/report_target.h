// Where the report and the scores of a run go.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "options.h"

namespace vmaf::tool {

struct ReportTarget {
    std::optional<std::string> path;  ///< as vmaf_write_report() takes it; absent: no report
    std::FILE* scores = stdout;       ///< standard error where the report takes standard output
};

/// Finds out before hours of work that the report can't be written, or that it would destroy an input. Throws ExitError then.
ReportTarget find_report_target(const Options& options);

}  // namespace vmaf::tool
