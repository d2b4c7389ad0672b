// Which pictures a metric takes, and what tests try of its options.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "metric/metric.h"

namespace vmaf::testing_frames {

/// True if the metric takes pictures of this format with these options.
inline bool works(const Metric& metric, const OptionValues& options, const PictureFormat& format) {
    if (!metric.check) return true;
    try {
        metric.check(options, format);
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// A size that is enough for every metric with its default options, chroma planes in 4:4:4 included.
inline constexpr unsigned kEnoughWidth = 353, kEnoughHeight = 289;

/// `format`, or if the metric refuses it, the first of some larger ones that it takes; the last is enough for every metric.
inline PictureFormat large_enough(const Metric& metric, const PictureFormat& format) {
    const PictureFormat enough{VMAF_PIX_FMT_YUV444P, format.bpc, kEnoughWidth, kEnoughHeight};
    for (const PictureFormat& larger : {format, {format.pix_fmt, format.bpc, 179, 177}})
        if (works(metric, OptionValues(metric.options, {}), larger)) return larger;
    return enough;
}

/// Values to try of an option, without its default: the other of two, the ends and the middle of a range, every choice,
/// some text.
inline std::vector<std::string> values_to_try(const Option& option) {
    std::vector<std::string> values;
    switch (option.type) {
        case Option::Type::kBool: values.push_back(option.number ? "false" : "true"); break;
        case Option::Type::kText: values.push_back(option.text == "text" ? "other text" : "text"); break;
        case Option::Type::kChoice:
            for (const Choice& choice : option.choices)
                if (choice.value != option.number) values.emplace_back(choice.name);
            break;
        default:
            for (const double value : {option.min, (option.min + option.max) / 2, option.max})
                if (value != option.number) values.push_back(format_general(value));
    }
    return values;
}

/// Every option of that scope on its own, with all its values to try.
inline std::vector<OptionStrings> option_sweep(const Metric& metric, Option::Scope scope) {
    std::vector<OptionStrings> list;
    for (const Option& option : metric.options)
        if (option.scope == scope)
            for (const std::string& value : values_to_try(option)) list.push_back({{std::string(option.name), value}});
    return list;
}

/// Every choice beside each other option at some value, since many only show where another option brings them into play.
inline std::vector<OptionStrings> choice_sweep(const Metric& metric) {
    std::vector<OptionStrings> list;
    for (const Option& option : metric.options) {
        if (option.type != Option::Type::kChoice) continue;
        for (const std::string& choice : values_to_try(option))
            for (const Option& other : metric.options)
                if (const std::vector<std::string> values = values_to_try(other); &other != &option)
                    list.push_back(
                        {{std::string(option.name), choice}, {std::string(other.name), values[values.size() / 2]}});
    }
    return list;
}

}  // namespace vmaf::testing_frames
