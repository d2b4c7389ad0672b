// Opens, writes and closes report files, and reports what went wrong.
#include "report/report_file.h"

#include <cstring>
#include <fstream>
#include <iostream>

#include "base/error.h"

namespace vmaf {

namespace {

[[noreturn]] void fail_output(const std::string& path, const char* what) {
    const int code = errno ? errno : EIO;
    fail(code, "can't ", what, " the report '", path, "': ", std::strerror(code));
}

void check_format(VmafOutputFormat format) {
    if (format <= VMAF_OUTPUT_FORMAT_NONE || format > VMAF_OUTPUT_FORMAT_SUB)
        fail(EINVAL, "report format ", static_cast<int>(format), " is unknown; use XML, JSON, CSV or SUB");
}

}  // namespace

void write_report_file(const std::string& path, const Report& report, VmafOutputFormat format) {
    check_format(format);  // before the file is touched
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (!out) fail_output(path, "open");
    write_report(out, report, format);
    out.close();
    if (!out) fail_output(path, "write");
}

void write_report_stdout(const Report& report, VmafOutputFormat format) {
    check_format(format);
    errno = 0;
    write_report(std::cout, report, format);
    std::cout.flush();
    if (!std::cout) fail_output("standard output", "write");
}

}  // namespace vmaf
