// What a session is asked for: metrics with their options, and the columns that their values go to.
#pragma once

#include <string>
#include <vector>

#include "metric/metric.h"
#include "score/collector.h"

namespace vmaf {

/// A metric with one set of options, and the columns that its values go to.
class Registration {
 public:
    Registration(const Metric& metric, OptionValues options, Collector& collector);

    const Metric& metric() const { return metric_; }
    const OptionValues& options() const { return options_; }
    Collector::Column column(size_t feature) const { return columns_[feature]; }
    unsigned needs(const PictureFormat& format) const {
        return metric_.needs ? metric_.needs(options_, format) : kLumaOnly;
    }
    /// True if both would give the same feature names.
    bool names_equal(const Metric& metric, const OptionValues& options) const;

 private:
    const Metric& metric_;
    OptionValues options_;
    std::vector<Collector::Column> columns_;
};

/// Name of a metric's feature under these options.
std::string feature_name(const Feature& feature, const OptionValues& options);

}  // namespace vmaf
