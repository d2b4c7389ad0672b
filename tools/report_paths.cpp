// Names reports after their encodes.
#include "report_paths.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"

namespace vmaf::tool {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> paths_in(const fs::path& folder, const std::vector<InputSpec>& encodes,
                                  VmafOutputFormat format) {
    std::vector<std::string> paths;
    for (const InputSpec& encode : encodes) {
        const std::string name = encode.path == "-" ? "stdin" : fs::path(encode.label).filename().string();
        paths.push_back(folder / (name + report_ending(format)));
    }
    return paths;
}

/// Whether both are one file, as far as that is known before they are written.
bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code failure;
    if (fs::equivalent(a, b, failure)) return true;
    const auto whole = [&](const fs::path& path) { return fs::weakly_canonical(fs::absolute(path, failure), failure); };
    return a.lexically_normal() == b.lexically_normal() || whole(a) == whole(b);
}

void check_distinct(const std::vector<std::string>& paths, const std::vector<InputSpec>& encodes) {
    for (size_t i = 0; i < paths.size(); i++)
        for (size_t j = 0; j < i; j++)
            if (same_file(paths[i], paths[j]))
                throw UsageError(cat("the reports of ", encodes[j].label, " and ", encodes[i].label, " would both be ",
                                     paths[i], "; name a file for each distorted video with -o, in their order"));
}

}  // namespace

bool is_folder(const std::string& path) {
    std::error_code none;
    return path.ends_with('/') || fs::is_directory(path, none);
}

std::string report_ending(VmafOutputFormat format) {
    switch (format) {
        case VMAF_OUTPUT_FORMAT_JSON: return ".json";
        case VMAF_OUTPUT_FORMAT_CSV: return ".csv";
        case VMAF_OUTPUT_FORMAT_SUB: return ".sub";
        default: return ".xml";
    }
}

std::vector<std::string> report_paths(const std::vector<std::string>& outputs, const std::vector<InputSpec>& encodes,
                                      VmafOutputFormat format) {
    if (outputs.empty()) return {};
    if (encodes.size() == 1) return {outputs.back()};
    std::vector<std::string> paths = outputs;
    if (outputs.size() == 1 && is_folder(outputs[0])) {
        paths = paths_in(outputs[0], encodes, format);
    } else if (outputs.size() != encodes.size()) {
        throw UsageError(
            cat(outputs.size() == 1 ? cat(outputs[0], " can't hold") : cat(outputs.size(), " files (-o) can't hold"),
                " the reports of ", encodes.size(),
                " distorted videos: give -o for each of them, in their order, or a folder (-o REPORTS/)"));
    }
    check_distinct(paths, encodes);
    return paths;
}

}  // namespace vmaf::tool
