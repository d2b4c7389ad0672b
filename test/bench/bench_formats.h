// What the micro-benchmarks share.
#pragma once

#include <string>

#include "base/error.h"
#include "metric/metric.h"
#include "support/frames.h"
#include "support/views.h"

namespace vmaf::bench {

inline std::string name_of(const PictureFormat& format) { return cat(format.w, "x", format.h, "/", format.bpc, "bit"); }

/// True if the metric works on this format with default options.
inline bool works(const Metric& metric, const PictureFormat& format) {
    if (!metric.check) return true;
    try {
        metric.check(OptionValues(metric.options, {}), format);
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// Contents on which the metric has work to do: there are no false contours in texture.
inline const testing_frames::Pattern& pattern_of(const Metric& metric) {
    const std::string_view wanted = metric.name == "cambi" ? "sky" : "texture";
    for (const testing_frames::Pattern& pattern : testing_frames::kPatterns)
        if (pattern.name == wanted) return pattern;
    return testing_frames::kPatterns[0];
}

}  // namespace vmaf::bench
