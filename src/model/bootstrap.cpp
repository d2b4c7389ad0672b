// A bootstrap collection at work: the spread of its members' scores tells how sure the reference model can be.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "model/data.h"

namespace vmaf {

namespace {

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double stddev_of(std::span<const double> values, double mean) {
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size()));
}

/// `percent` of the sorted values lie below; linear between neighbours.
double percentile(std::span<const double> sorted, double percent) {
    const double position = percent * static_cast<double>(sorted.size() - 1) / 100;
    const double below = std::floor(position), above = std::ceil(position);
    const double low = sorted[static_cast<size_t>(below)], high = sorted[static_cast<size_t>(above)];
    return below == above ? low : low * (above - position) + high * (position - below);
}

/// Ascending, NaN behind all numbers.
bool less_than(double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; }

}  // namespace

std::string member_name(std::string_view name, size_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    return cat(name, "_", digits);
}

ModelCollection::ModelCollection(std::string name, std::vector<Model> members)
    : name_(std::move(name)), members_(std::move(members)) {
    if (members_.empty()) fail(EINVAL, "model collection '", name_, "' has no members");
}

void ModelCollection::overload(std::string_view extractor, const OptionStrings& options) {
    for (Model& member : members_) member.overload(extractor, options);
}

BootstrapScore ModelCollection::predict(std::span<const double> values) const {
    BootstrapScore score{};
    std::vector<double> raw;
    for (const Model& member : members_) {
        raw.push_back(member.predict_raw(values));
        score.members.push_back(member.finish(raw.back()));
    }
    const auto finish = [this](double value) { return members_.front().finish(value); };
    const double mean = mean_of(raw);
    score.bagging = finish(mean);
    constexpr double kDelta = 0.01;
    const double slope = (finish(mean + kDelta) - finish(mean - kDelta)) / (2 * kDelta);
    score.stddev = stddev_of(raw, mean) * slope;
    std::sort(raw.begin(), raw.end(), less_than);
    score.ci95_low = finish(percentile(raw, 2.5));
    score.ci95_high = finish(percentile(raw, 97.5));
    return score;
}

}  // namespace vmaf
