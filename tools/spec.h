// What --model and --feature say: names, files and extractor options, in the key=value grammar.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vmaf::tool {

/// A mistake in the command line; the text is for the user.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// An extractor with options, in the order given; later values of a name replace earlier ones.
struct FeatureSpec {
    std::string name;
    std::vector<std::pair<std::string, std::string>> options;
    bool from_preset = false;  ///< asked for by a preset: may be missing from this build

    bool operator==(const FeatureSpec&) const = default;
};

struct ModelSpec {
    static constexpr std::string_view kAuto =
        "auto";  ///< as a version: the built-in model that suits the size of the videos

    std::string version, path;  ///< of a built-in model, or of a file; the version wins
    std::string name = "vmaf";  ///< of the score column
    uint64_t flags = 0;         ///< VmafModelFlags
    std::vector<FeatureSpec> overloads;

    const std::string& label() const { return version.empty() ? path : version; }
    bool operator==(const ModelSpec&) const = default;
};

/// True for what is a path rather than the version of a built-in model: a folder or the ending of a file is in it.
bool looks_like_file(std::string_view text);

/// `name[=option=value[:option=value...]]`. A backslash before ':', '=' or '\' takes the character as it is.
FeatureSpec parse_feature(std::string_view text);

/// `auto` or `key=value`, then `[:key=value...]`, with the keys version, path, name, disable_clip, enable_transform and <extractor>.<option>.
/// A path may contain ':' where no known key follows; elsewhere a backslash takes ':', '=' or '\' as it is.
ModelSpec parse_model_spec(std::string_view text);

}  // namespace vmaf::tool
