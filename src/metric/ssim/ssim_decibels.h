// Similarities in decibels, as the scorers of float_ssim and float_ms_ssim deliver them on request.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "base/option.h"
#include "picture/picture_format.h"

namespace vmaf::ssim {

/// What the options enable_db and clip_db make of a similarity.
class Decibels {
 public:
    Decibels(const OptionValues& options, const PictureFormat& format) : wanted_(options.flag("enable_db")) {
        if (!options.flag("clip_db")) return;
        const double peak = (1u << format.bpc) - 1, mse = 0.5 / static_cast<double>(uint64_t{format.w} * format.h);
        cap_ = std::ceil(10. * std::log10(peak * peak / mse));
    }

    /// Values above 1, which rounding can give, have no logarithm and reach the cap; so does NaN.
    double operator()(double similarity) const {
        if (!wanted_) return similarity;
        const double db = -10. * std::log10(1 - similarity);
        return db < cap_ ? db : cap_;
    }

 private:
    bool wanted_;
    double cap_ = std::numeric_limits<double>::infinity();
};

}  // namespace vmaf::ssim
