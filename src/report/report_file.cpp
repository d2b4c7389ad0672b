// Sends reports to files or to standard output.
#include "report/report_file.h"

#include <unistd.h>

#include <cstdio>

#include "base/enum_number.h"
#include "base/error.h"
#include "report/output_file.h"

namespace vmaf {

namespace {

void check_format(const VmafOutputFormat& format) {
    const int number = enum_number(format);
    if (number <= VMAF_OUTPUT_FORMAT_NONE || number > VMAF_OUTPUT_FORMAT_SUB)
        fail(EINVAL, "report format ", number, " is unknown; use XML, JSON, CSV or SUB");
}

}  // namespace

void write_report_file(const std::string& path, const Report& report, const VmafOutputFormat& format) {
    check_format(format);  // before the file is touched
    write_output_file(path, [&](std::ostream& out) { write_report(out, report, format); });
}

void write_report_stdout(const Report& report, const VmafOutputFormat& format) {
    check_format(format);
    std::fflush(stdout);  // what the process has printed so far comes first
    write_output(STDOUT_FILENO, "standard output", [&](std::ostream& out) { write_report(out, report, format); });
}

}  // namespace vmaf
