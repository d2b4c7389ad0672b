// Which pictures a metric takes.
#pragma once

#include "base/error.h"
#include "metric/metric.h"

namespace vmaf::testing_frames {

inline bool works(const Metric& metric, const OptionValues& options, const PictureFormat& format) {
    if (!metric.check) return true;
    try {
        metric.check(options, format);
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// `format`, or twice, four or eight times its size if the metric refuses smaller pictures.
inline PictureFormat large_enough(const Metric& metric, PictureFormat format) {
    const OptionValues options(metric.options, {});
    for (int i = 0; i < 3 && !works(metric, options, format); i++) format.w *= 2, format.h *= 2;
    return format;
}

}  // namespace vmaf::testing_frames
