// Reads headers of parts through the library.
#include "shard/part_file.h"

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "exit.h"
#include "libvmaf/libvmaf_ext.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char kEnding[] = ".part";

FrameSpan span_of(const json& value) { return {value.at("first").get<uint64_t>(), value.at("last").get<uint64_t>()}; }

void add_folder(const fs::path& folder, std::vector<std::string>& paths) {
    const size_t before = paths.size();
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == kEnding) paths.push_back(entry.path());
    std::sort(paths.begin() + static_cast<ptrdiff_t>(before), paths.end());
    if (error) fail(error.value(), "can't read the folder ", folder.string(), ": ", error.message());
    if (paths.size() == before) fail(EINVAL, "no part (*", kEnding, ") is in ", folder.string());
}

}  // namespace

PartFacts read_part_facts(const std::string& path) {
    char* text = nullptr;
    const int result = vmaf_part_describe(path.c_str(), &text);
    const std::unique_ptr<char, void (*)(char*)> owned(text, vmaf_text_free);
    if (result < 0) fail(-result, vmaf_last_error());
    try {
        const json header = json::parse(text);
        return {
            header.at("version").get<std::string>(),
            span_of(header.at("frames")),
            span_of(header.at("run")),
            header.at("fingerprint").get<std::string>(),
            {static_cast<VmafPixelFormat>(header.at("pixel_format").get<unsigned>()), header.at("bpc").get<unsigned>(),
             header.at("width").get<unsigned>(), header.at("height").get<unsigned>()},
            header.at("scored_depth").get<unsigned>()};
    } catch (const json::exception& error) {
        fail(EINVAL, "the header of the part '", path, "' makes no sense: ", error.what());
    }
}

bool is_done(const std::string& path, const PartFacts& wanted) {
    std::error_code error;
    if (!fs::exists(path, error) || fs::file_size(path, error) == 0) return false;
    const int damage = vmaf_part_check(path.c_str());
    const std::string reason = vmaf_last_error();
    PartFacts found;
    try {
        found = read_part_facts(path);
    } catch (const Error& unreadable) {
        const std::string_view what = unreadable.what();
        if (what.find("is no part file") != what.npos)
            throw ExitError(kExitFailed, cat("could not open file: ", path, ": ", what, ", and stays as it is"));
        warn(cat(what, "; it is made anew"));
        return false;
    }
    if (damage < 0) warn(cat(reason, "; it is made anew"));
    return damage == 0 && found.version == wanted.version && found.frames == wanted.frames && found.run == wanted.run &&
           found.fingerprint == wanted.fingerprint;
}

std::string part_name(const FrameSpan& frames) {
    constexpr int kDigits = 8;
    std::ostringstream name;
    name.imbue(std::locale::classic());
    name << std::setfill('0') << std::setw(kDigits) << frames.first << "-" << std::setw(kDigits) << frames.last
         << kEnding;
    return name.str();
}

std::vector<std::string> find_parts(const std::vector<std::string>& given) {
    std::vector<std::string> paths;
    for (const std::string& path : given) {
        std::error_code none;
        if (fs::is_directory(path, none))
            add_folder(path, paths);
        else
            paths.push_back(path);
    }
    if (paths.empty()) throw ExitError(kExitUsage, "--merge needs the names of parts, or of a folder that has them");
    return paths;
}

}  // namespace vmaf::tool
