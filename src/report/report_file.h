// Where reports go: files, or standard output.
#pragma once

#include <string>

#include "report/report.h"

namespace vmaf {

/// Writes a file, in the way of write_output_file().
void write_report_file(const std::string& path, const Report& report, const VmafOutputFormat& format);
void write_report_stdout(const Report& report, const VmafOutputFormat& format);

}  // namespace vmaf
