// Compares the output with standard output and with everything that is read.
#include "report_target.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/error.h"
#include "exit.h"
#include "libvmaf/libvmaf_ext.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
    throw ExitError(kExitFailed, cat("could not open file: ", path, ": ", why));
}

/// What a path leads to; "-" is the standard stream `standard`.
std::optional<struct stat> status_of(const std::string& path, int standard) {
    struct stat status;
    const int result = path == "-" ? fstat(standard, &status) : stat(path.c_str(), &status);
    return result == 0 ? std::optional(status) : std::nullopt;
}

void check_inputs(const Options& options, const std::string& report) {
    const auto output = status_of(report, STDOUT_FILENO);
    // A terminal or a socket may be read and written at the same time.
    if (!output || S_ISCHR(output->st_mode) || S_ISSOCK(output->st_mode)) return;
    const auto compare = [&](const std::string& path, const char* role) {
        const auto input = status_of(path, STDIN_FILENO);
        if (input && input->st_dev == output->st_dev && input->st_ino == output->st_ino)
            refuse(*options.output,
                   cat("it is the same file as the ", role, " ", path, ", which the report would destroy"));
    };
    compare(options.reference, "reference");
    compare(options.distorted, "distorted video");
    for (const ModelSpec& model : options.models)
        if (model.version.empty()) compare(model.path, "model");
}

}  // namespace

ReportTarget find_report_target(const Options& options) {
    if (!options.output) return {};
    const bool standard = is_standard_output(*options.output);
    const ReportTarget target{standard ? "-" : *options.output, standard ? stderr : stdout};
    check_inputs(options, *target.path);
    if (const int error = standard ? standard_output_error() : 0) refuse(*options.output, std::strerror(error));
    if (const int error = standard ? 0 : vmaf_report_path_check(target.path->c_str()))
        refuse(*options.output, std::strerror(-error));
    return target;
}

}  // namespace vmaf::tool
