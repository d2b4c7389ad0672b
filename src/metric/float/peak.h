// The largest sample and the most decibels of the metrics on floats.
#pragma once

#include "picture/sample_range.h"

namespace vmaf {

struct FloatPeak {
    double sample;    ///< in steps of 8 bits
    double decibels;  ///< that a ratio is cut off at

    explicit FloatPeak(unsigned bpc)
        : sample(peak_sample(bpc) / static_cast<double>(1u << (bpc - 8))), decibels(6 * bpc + 12) {}
};

}  // namespace vmaf
