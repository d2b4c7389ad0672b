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

/// A size that is enough for every metric with its default options, chroma planes in 4:4:4 included.
inline constexpr unsigned kEnoughWidth = 353, kEnoughHeight = 289;

/// `format`, or if the metric refuses it, that size in 4:4:4.
inline PictureFormat large_enough(const Metric& metric, PictureFormat format) {
    if (!works(metric, OptionValues(metric.options, {}), format))
        format = {VMAF_PIX_FMT_YUV444P, format.bpc, kEnoughWidth, kEnoughHeight};
    return format;
}

}  // namespace vmaf::testing_frames
