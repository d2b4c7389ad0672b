// Where reports go: files, or standard output.
#pragma once

#include <string>

#include "report/report.h"

namespace vmaf {

/// Writes a file anew. Throws Error with the system's errno, naming the path, if that fails at any point up to closing it.
void write_report_file(const std::string& path, const Report& report, VmafOutputFormat format);
void write_report_stdout(const Report& report, VmafOutputFormat format);

}  // namespace vmaf
