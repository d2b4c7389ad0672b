// Any text as the value of --model and --feature, and as a whole command line: a parsed struct or a UsageError, nothing else.
#include <cstdlib>
#include <string>
#include <vector>

#include "options.h"

namespace {

template <class Parse>
void accept(Parse&& parse) {
    try {
        parse();
    } catch (const vmaf::tool::UsageError& error) {
        if (!*error.what()) std::abort();  // a refusal says why
    }
}

/// What was parsed, written with every special character escaped, must parse to the same.
std::string escape(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == ':' || c == '=' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

void check_feature(const std::string& text) {
    const vmaf::tool::FeatureSpec spec = vmaf::tool::parse_feature(text);
    std::string again = spec.name;
    char separator = '=';
    for (const auto& [name, value] : spec.options) {
        again += separator + escape(name) + '=' + escape(value);
        separator = ':';
    }
    if (!(vmaf::tool::parse_feature(again) == spec)) std::abort();
}

void check_model(const std::string& text) {
    const vmaf::tool::ModelSpec spec = vmaf::tool::parse_model_spec(text);
    std::string again = "version=" + escape(spec.version) + ":path=" + escape(spec.path) + ":name=" + escape(spec.name);
    if (spec.flags & VMAF_MODEL_FLAG_DISABLE_CLIP) again += ":disable_clip";
    if (spec.flags & VMAF_MODEL_FLAG_ENABLE_TRANSFORM) again += ":enable_transform=true";
    for (const vmaf::tool::FeatureSpec& overload : spec.overloads)
        for (const auto& [name, value] : overload.options)
            again += ':' + escape(overload.name) + '.' + escape(name) + '=' + escape(value);
    if (!(vmaf::tool::parse_model_spec(again) == spec)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    accept([&] { check_feature(text); });
    accept([&] { check_model(text); });
    std::vector<std::string> arguments(1);
    for (const char c : text) {
        if (c == '\n' || c == '\0')
            arguments.emplace_back();
        else
            arguments.back() += c;
    }
    accept([&] { vmaf::tool::parse_options(arguments); });
    return 0;
}
