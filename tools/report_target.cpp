// Compares the output with standard output and with everything that is read.
#include "report_target.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "exit.h"
#include "libvmaf/libvmaf_ext.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why, int error = 0) {
    throw ExitError(kExitFailed, cat("could not open file: ", path, ": ", why), error);
}

[[noreturn]] void refuse(const std::string& path, int error) { refuse(path, std::strerror(error), error); }

/// What a path leads to; "-" is the standard stream `standard`.
std::optional<struct stat> status_of(const std::string& path, int standard) {
    struct stat status;
    const int result = path == "-" ? fstat(standard, &status) : stat(path.c_str(), &status);
    return result == 0 ? std::optional(status) : std::nullopt;
}

/// Before a report at `path` takes the place of what is there; `given`: as the user wrote it.
void check_inputs(const Options& options, const std::string& given, const std::string& path) {
    const auto output = status_of(path, STDOUT_FILENO);
    // A terminal or a socket may be read and written at the same time.
    if (!output || S_ISCHR(output->st_mode) || S_ISSOCK(output->st_mode)) return;
    const auto compare = [&](const std::string& input_path, const char* role) {
        const auto input = status_of(input_path, STDIN_FILENO);
        if (input && input->st_dev == output->st_dev && input->st_ino == output->st_ino)
            refuse(given,
                   cat("it is the same file as the ", role, " ", input_path, ", which the report would destroy"));
    };
    if (!options.reference.path.empty()) compare(options.reference.path, "reference");
    for (const InputSpec& encode : options.distorted)
        if (!encode.path.empty()) compare(encode.path, "distorted video");
    for (const std::string& part : options.parts) compare(part, "part");
    for (const ModelSpec& model : options.models)
        if (model.version.empty()) compare(model.path, "model");
}

void make_folder_of(const std::string& report) {
    std::error_code error;
    std::filesystem::create_directory(std::filesystem::path(report).parent_path(), error);
    if (error) refuse(report, error.value());
}

bool same_file(const std::string& a, const std::string& b) {
    std::error_code none;
    return std::filesystem::path(a).lexically_normal() == std::filesystem::path(b).lexically_normal() ||
           std::filesystem::equivalent(a, b, none);
}

/// The path as vmaf_write_report() takes it.
std::string check_path(const Options& options, const std::string& given) {
    const bool standard = is_standard_output(given);
    std::string path = standard ? "-" : given;
    check_inputs(options, given, path);
    if (const int error = standard ? standard_output_error() : 0) refuse(given, error);
    if (const int error = standard ? 0 : vmaf_report_path_check(path.c_str())) refuse(given, -error);
    return path;
}

}  // namespace

ReportTargets find_report_targets(const Options& options) {
    ReportTargets targets;
    if (options.outputs_in_folder) make_folder_of(options.outputs.front());
    const auto check = [&](const std::string& given) {
        std::string path = check_path(options, given);
        if (path != "-") return path;
        if (targets.scores == stderr) refuse(given, "another report goes to standard output as well");
        targets.scores = stderr;
        return path;
    };
    for (const std::string& given : options.outputs) targets.paths.push_back(check(given));
    if (!options.html) return targets;
    targets.html = check(*options.html);
    for (const std::string& report : targets.paths)
        if (*targets.html != "-" && same_file(report, *targets.html))
            refuse(*options.html, "the page and another report can't be one file");
    return targets;
}

void make_folder(const std::string& folder) {
    if (is_standard_output(folder)) refuse(folder, "it is standard output, and a folder is needed");
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) refuse(folder, error == std::errc::file_exists ? ENOTDIR : error.value());
    const std::string file = std::filesystem::path(folder) / ".vmaf-report";
    if (const int result = vmaf_report_path_check(file.c_str())) refuse(folder, -result);
}

}  // namespace vmaf::tool
