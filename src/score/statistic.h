// Statistics of a column's values by name: what reports and clients may ask for beside libvmaf's four ways of pooling.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vmaf {

/// One figure for many values.
class Statistic {
 public:
    /// The names are min, max, mean, harmonic_mean, median, stddev, low1 and p0 to p100. Throws Error(EINVAL) that lists them for another one.
    explicit Statistic(std::string_view name);

    const std::string& name() const { return name_; }
    /// Of at least one value, in the order of frames.
    double of(std::span<const double> values) const;

 private:
    enum class Kind { kMin, kMax, kMean, kHarmonicMean, kStddev, kLow1, kPercentile };

    std::string name_;
    Kind kind_;
    unsigned percent_ = 0;  ///< of a percentile
};

/// Names separated by commas, each once. Throws Error(EINVAL).
std::vector<Statistic> parse_statistics(std::string_view names);

/// What libvmaf's reports show.
inline constexpr std::string_view kReportStatistics = "min,max,mean,harmonic_mean";

}  // namespace vmaf
