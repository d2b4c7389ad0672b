// Parses the key=value grammar of --model and --feature.
#include "spec.h"

#include <algorithm>
#include <optional>

#include "base/boolean.h"
#include "base/error.h"
#include "libvmaf/model.h"

namespace vmaf::tool {

namespace {

/// The text between two ':'; `value` is what follows the first '='.
struct Segment {
    std::string key;
    std::optional<std::string> value;

    std::string& last() { return value ? *value : key; }
    std::string text() const { return value ? key + '=' + *value : key; }
};

bool is_escape(std::string_view text, size_t at) {
    return text[at] == '\\' && at + 1 < text.size() &&
           (text[at + 1] == ':' || text[at + 1] == '=' || text[at + 1] == '\\');
}

std::vector<Segment> split(std::string_view text) {
    std::vector<Segment> segments(1);
    for (size_t i = 0; i < text.size(); i++) {
        Segment& segment = segments.back();
        if (is_escape(text, i))
            segment.last() += text[++i];
        else if (text[i] == ':')
            segments.emplace_back();
        else if (text[i] == '=' && !segment.value)
            segment.value = "";
        else
            segment.last() += text[i];
    }
    return segments;
}

void set_option(FeatureSpec& feature, const std::string& name, const std::string& value) {
    const auto same = [&](const auto& option) { return option.first == name; };
    const auto found = std::find_if(feature.options.begin(), feature.options.end(), same);
    if (found != feature.options.end())
        found->second = value;
    else
        feature.options.emplace_back(name, value);
}

constexpr std::string_view kFlagKeys[] = {"disable_clip", "enable_transform"};

/// True for what may start a new entry after a path: a flag by itself, or a word and '='.
bool is_model_entry(const Segment& segment) {
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    if (!segment.value)
        return std::find(std::begin(kFlagKeys), std::end(kFlagKeys), segment.key) != std::end(kFlagKeys);
    return !segment.key.empty() && std::all_of(segment.key.begin(), segment.key.end(), is_word);
}

/// Undoes the split inside paths.
std::vector<Segment> join_paths(std::vector<Segment> segments) {
    std::vector<Segment> joined;
    for (Segment& segment : segments) {
        const bool after_path = !joined.empty() && joined.back().key == "path" && joined.back().value;
        if (after_path && !segment.text().empty() && !is_model_entry(segment))
            *joined.back().value += ':' + segment.text();
        else
            joined.push_back(std::move(segment));
    }
    return joined;
}

void overload(ModelSpec& model, const Segment& segment) {
    const size_t dot = segment.key.find('.');
    const std::string extractor = segment.key.substr(0, dot);
    const auto same = [&](const FeatureSpec& feature) { return feature.name == extractor; };
    auto found = std::find_if(model.overloads.begin(), model.overloads.end(), same);
    if (found == model.overloads.end()) found = model.overloads.insert(found, FeatureSpec{extractor});
    set_option(*found, segment.key.substr(dot + 1), *segment.value);
}

/// Why an entry without '=' can't be: at the start it is most likely a model, whose key was left out.
[[noreturn]] void lacks_value(const Segment& segment, bool first, std::string_view text) {
    constexpr std::string_view kKeys[] = {"version", "path", "name"};
    const bool key = std::find(std::begin(kKeys), std::end(kKeys), segment.key) != std::end(kKeys);
    if (!first || key || segment.key.empty())
        throw UsageError(cat("--model ", text, ": '", segment.key, "' has no value",
                             key ? cat("; write ", segment.key, "=...") : "; a ':' inside a value is written '\\:'"));
    const char* const wanted = looks_like_file(segment.key) ? "path=" : "version=";
    throw UsageError(
        cat("--model ", text, ": '", segment.key, "' is no key; did you mean --model ", wanted, text, "?"));
}

void apply(ModelSpec& model, const Segment& segment, bool first, std::string_view text) {
    const auto flag = [&](uint64_t bit) {
        const auto value = segment.value ? parse_boolean(*segment.value) : true;
        if (!value)
            throw UsageError(
                cat("--model ", text, ": ", segment.key, ": '", *segment.value, "' is not ", kBooleanWords));
        model.flags = *value ? model.flags | bit : model.flags & ~bit;
    };
    if (segment.key == "disable_clip") return flag(VMAF_MODEL_FLAG_DISABLE_CLIP);
    if (segment.key == "enable_transform") return flag(VMAF_MODEL_FLAG_ENABLE_TRANSFORM);
    if (first && !segment.value && segment.key == ModelSpec::kAuto) {
        model.version = segment.key;
        return;
    }
    if (!segment.value) lacks_value(segment, first, text);
    if (segment.key == "version") {
        model.version = *segment.value;
    } else if (segment.key == "path") {
        model.path = *segment.value;
    } else if (segment.key == "name") {
        model.name = *segment.value;
    } else {
        const size_t dot = segment.key.find('.');
        if (dot == 0 || dot == std::string::npos || dot + 1 == segment.key.size())
            throw UsageError(
                cat("--model ", text, ": unknown key '", segment.key,
                    "'; known are version, path, name, disable_clip, enable_transform and <extractor>.<option>"));
        overload(model, segment);
    }
}

}  // namespace

bool looks_like_file(std::string_view text) {
    constexpr std::string_view kEndings[] = {".json", ".pkl", ".model"};
    const auto ends = [&](std::string_view ending) { return text.ends_with(ending); };
    return text.find_first_of("/\\") != text.npos || std::any_of(std::begin(kEndings), std::end(kEndings), ends);
}

FeatureSpec parse_feature(std::string_view text) {
    const size_t equals = std::min(text.find('='), text.size());
    FeatureSpec feature{std::string(text.substr(0, equals))};
    if (feature.name.empty()) throw UsageError(cat("--feature ", text, ": the name of the extractor is missing"));
    if (equals == text.size()) return feature;
    for (const Segment& segment : split(text.substr(equals + 1))) {
        if (segment.key.empty() || !segment.value)
            throw UsageError(cat("--feature ", text, ": '", segment.text(), "' is not of the form option=value"));
        set_option(feature, segment.key, *segment.value);
    }
    return feature;
}

ModelSpec parse_model_spec(std::string_view text) {
    ModelSpec model;
    const std::vector<Segment> segments = join_paths(split(text));
    for (const Segment& segment : segments) apply(model, segment, &segment == segments.data(), text);
    if (model.label().empty()) throw UsageError(cat("--model ", text, ": 'version=' or 'path=' is needed"));
    if (model.name.empty()) throw UsageError(cat("--model ", text, ": the name is empty"));
    return model;
}

}  // namespace vmaf::tool
