// Computes statistics in double, in the order of frames or of ascending values, so that they have the same bits everywhere.
#include "score/statistic.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/error.h"
#include "score/pooling.h"

namespace vmaf {

namespace {

/// N of "pN"; none for what is no percentile from 0 to 100.
std::optional<unsigned> percent_of(std::string_view name) {
    unsigned percent = 0;
    if (!name.starts_with('p') || name.size() < 2 || (name.size() > 2 && name[1] == '0')) return std::nullopt;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), percent);
    if (error != std::errc{} || end != name.data() + name.size() || percent > 100) return std::nullopt;
    return percent;
}

/// Ascending. What is not a number has no place in an order: a single one makes all of them so.
std::vector<double> sorted(std::span<const double> values) {
    std::vector<double> result(values.begin(), values.end());
    if (std::any_of(result.begin(), result.end(), [](double value) { return std::isnan(value); }))
        result.assign(result.size(), std::numeric_limits<double>::quiet_NaN());
    std::sort(result.begin(), result.end());
    return result;
}

/// Between the values at both sides of the place percent / 100 * (n - 1) in ascending order, in proportion.
double percentile(std::span<const double> values, unsigned percent) {
    const std::vector<double> ascending = sorted(values);
    const uint64_t hundredths = uint64_t{percent} * (ascending.size() - 1);
    const size_t below = hundredths / 100;
    const uint64_t rest = hundredths % 100;
    const double low = ascending[below];
    if (rest == 0 || low == ascending[below + 1]) return low;
    return low + (ascending[below + 1] - low) * (static_cast<double>(rest) / 100.);
}

/// Of all values as they are, not an estimate for others: the sum of squares is divided by their number.
double standard_deviation(std::span<const double> values, double mean) {
    double sum = 0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return std::sqrt(sum / static_cast<double>(values.size()));
}

/// Mean of the lowest hundredth of the values, rounded up to whole ones.
double lowest_hundredth(std::span<const double> values) {
    const std::vector<double> ascending = sorted(values);
    const size_t count = (ascending.size() + 99) / 100;
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += ascending[i];
    return sum / static_cast<double>(count);
}

}  // namespace

Statistic::Statistic(std::string_view name) : name_(name) {
    constexpr std::pair<std::string_view, Kind> kNames[] = {
        {"min", Kind::kMin},       {"max", Kind::kMax},  {"mean", Kind::kMean}, {"harmonic_mean", Kind::kHarmonicMean},
        {"stddev", Kind::kStddev}, {"low1", Kind::kLow1}};
    const auto* found =
        std::find_if(std::begin(kNames), std::end(kNames), [&](auto& entry) { return entry.first == name; });
    const auto percent = name == "median" ? 50 : percent_of(name);
    if (found == std::end(kNames) && !percent)
        fail(EINVAL, "there is no statistic '", name,
             "'; there are min, max, mean, harmonic_mean, median, stddev, low1 (mean of the lowest hundredth) and the "
             "percentiles p0 to p100");
    kind_ = percent ? Kind::kPercentile : found->second;
    percent_ = percent.value_or(0);
}

double Statistic::of(std::span<const double> values) const {
    if (kind_ == Kind::kPercentile) return percentile(values, percent_);
    if (kind_ == Kind::kLow1) return lowest_hundredth(values);
    Pooler pooler;
    for (const double value : values) pooler.add(value);
    const Pooled pooled = pooler.result();
    switch (kind_) {
        case Kind::kMin: return pooled.min;
        case Kind::kMax: return pooled.max;
        case Kind::kMean: return pooled.mean;
        case Kind::kHarmonicMean: return pooled.harmonic_mean;
        default: return standard_deviation(values, pooled.mean);
    }
}

std::vector<Statistic> parse_statistics(std::string_view names) {
    std::vector<Statistic> statistics;
    for (;;) {
        const size_t comma = std::min(names.find(','), names.size());
        const Statistic& added = statistics.emplace_back(names.substr(0, comma));
        const auto same = [&](const Statistic& other) { return other.name() == added.name(); };
        if (std::count_if(statistics.begin(), statistics.end(), same) > 1)
            fail(EINVAL, "the statistic '", added.name(), "' is named twice");
        if (comma == names.size()) return statistics;
        names.remove_prefix(comma + 1);
    }
}

}  // namespace vmaf
