// The Bjøntegaard difference as VCEG-M33 defines it, with the interpolation that JVET uses in place of one cubic polynomial.
#include "report/html/rate_quality.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace vmaf::tool::html {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

/// Takes one of `endings` off; true if there was one.
template <size_t N>
bool drop_ending(std::string_view& text, const std::string_view (&endings)[N]) {
    for (const std::string_view ending : endings)
        if (text.ends_with(ending)) return text.remove_suffix(ending.size()), true;
    return false;
}

/// Takes a number off the end, with its unit behind and the parameter's name before it.
void drop_number(std::string_view& name) {
    constexpr std::string_view kUnits[] = {"kbps", "mbps", "kbit", "mbit", "kb", "Mbps", "Mb", "k", "K", "M", "m", "p"};
    constexpr std::string_view kParameters[] = {"crf", "CRF", "cq", "qp", "QP", "q"};
    std::string_view rest = name;
    drop_ending(rest, kUnits);
    const size_t before = rest.size();
    while (!rest.empty() && is_digit(rest.back())) rest.remove_suffix(1);
    if (rest.size() == before) return;
    if (rest.size() > 1 && rest.back() == '.' && is_digit(rest[rest.size() - 2])) {  // "1.5M"
        rest.remove_suffix(1);
        while (!rest.empty() && is_digit(rest.back())) rest.remove_suffix(1);
    }
    // "x264" is a name: a number counts behind a separator, or behind a parameter's name.
    std::string_view parameter = rest;
    if (drop_ending(parameter, kParameters) && (parameter.empty() || is_separator(parameter.back())))
        name = parameter;
    else if (rest.empty() || is_separator(rest.back()))
        name = rest;
}

/// A curve through points of ascending x.
struct Curve {
    std::vector<double> x, y, slope;

    explicit Curve(std::span<const RateQuality> points) {
        for (const RateQuality& point : points) x.push_back(point.score), y.push_back(std::log(point.bits_per_second));
        set_slopes();
    }

    double width(size_t i) const { return x[i + 1] - x[i]; }
    double secant(size_t i) const { return (y[i + 1] - y[i]) / width(i); }

    /// Fritsch and Butland: weighted harmonic means of the secants within, three-point formulas at the ends; no overshoot.
    void set_slopes() {
        const size_t n = x.size();
        slope.assign(n, 0);
        for (size_t i = 1; i + 1 < n; i++) {
            const double before = secant(i - 1), after = secant(i);
            const double w1 = 2 * width(i) + width(i - 1), w2 = width(i) + 2 * width(i - 1);
            slope[i] = before * after > 0 ? (w1 + w2) / (w1 / before + w2 / after) : 0;
        }
        slope[0] = end_slope(width(0), width(1), secant(0), secant(1));
        slope[n - 1] = end_slope(width(n - 2), width(n - 3), secant(n - 2), secant(n - 3));
    }

    static double end_slope(double h0, double h1, double near, double next) {
        const double slope = ((2 * h0 + h1) * near - h0 * next) / (h0 + h1);
        if (slope * near <= 0) return 0;
        return near * next <= 0 && std::abs(slope) > 3 * std::abs(near) ? 3 * near : slope;
    }

    /// Integral from x[i] to x[i] + t * width(i).
    double part(size_t i, double t) const {
        const double h = width(i), t2 = t * t, t3 = t2 * t, t4 = t3 * t;
        const double integral = y[i] * (t4 / 2 - t3 + t) + h * slope[i] * (t4 / 4 - 2 * t3 / 3 + t2 / 2) +
                                y[i + 1] * (t3 - t4 / 2) + h * slope[i + 1] * (t4 / 4 - t3 / 3);
        return h * integral;
    }

    double integral(double low, double high) const {
        double sum = 0;
        for (size_t i = 0; i + 1 < x.size(); i++) {
            const double from = std::clamp(low, x[i], x[i + 1]), to = std::clamp(high, x[i], x[i + 1]);
            sum += part(i, (to - x[i]) / width(i)) - part(i, (from - x[i]) / width(i));
        }
        return sum;
    }
};

/// By ascending rate. Sets `problem` unless quality rises with it.
std::vector<RateQuality> ladder(std::span<const RateQuality> points, const char* whose, std::string& problem) {
    std::vector<RateQuality> sorted(points.begin(), points.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.bits_per_second < b.bits_per_second; });
    if (!problem.empty()) return sorted;
    if (sorted.size() < kLadderPoints)
        problem = cat(whose, " has ", sorted.size(), " of the ", kLadderPoints, " points that it takes");
    for (size_t i = 1; i < sorted.size() && problem.empty(); i++)
        if (!(sorted[i].score > sorted[i - 1].score) || !(sorted[i - 1].bits_per_second > 0))
            problem = cat("the quality of ", whose, " does not rise with the rate at every step");
    return sorted;
}

}  // namespace

std::string ladder_name(std::string_view path) {
    while (!path.empty()) {
        const size_t slash = path.find_last_of('/');
        std::string_view name = slash == path.npos ? path : path.substr(slash + 1);
        if (const size_t dot = name.find_last_of('.'); dot != name.npos && dot > 0) name = name.substr(0, dot);
        drop_number(name);
        while (!name.empty() && is_separator(name.back())) name.remove_suffix(1);
        if (!name.empty() || slash == path.npos) return std::string(name);
        path = path.substr(0, slash);
    }
    return {};
}

BdRate bd_rate(std::span<const RateQuality> anchor, std::span<const RateQuality> test) {
    BdRate result;
    const auto a = ladder(anchor, "the first ladder", result.problem), b = ladder(test, "it", result.problem);
    if (!result.problem.empty()) return result;
    result.low = std::max(a.front().score, b.front().score);
    result.high = std::min(a.back().score, b.back().score);
    if (!(result.low < result.high)) {
        result.problem = "the two ladders have no range of quality in common";
        return result;
    }
    const double difference = Curve(b).integral(result.low, result.high) - Curve(a).integral(result.low, result.high);
    result.percent = 100 * std::expm1(difference / (result.high - result.low));
    return result;
}

}  // namespace vmaf::tool::html
