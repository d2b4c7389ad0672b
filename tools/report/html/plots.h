// Plots as SVG, which need no script: lines over frames, histograms, distributions, points of rate and quality.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vmaf::tool::html {

/// What one encode brings to a plot: values over frames. `index` picks the look, the same on the whole page.
struct Series {
    std::string name;
    size_t index = 0;
    std::span<const unsigned> frames;
    std::span<const double> values;
};

/// Sign of an encode in legends and at the ends of lines: A to Z, then numbers.
std::string encode_sign(size_t index);
/// Classes that give a line of encode `index` its colour and its dashes.
std::string series_class(size_t index);

/// A line for each encode; where many frames fall on one place, it spans from the least to the greatest value. `cuts`: frames with a scene cut.
std::string line_plot(const std::string& title, std::span<const Series> series, std::span<const unsigned> cuts);

/// How many frames have which value: bars for one encode, outlines for several.
std::string histogram(const std::string& title, std::span<const Series> series);

/// Share of the frames at or below each value.
std::string distribution(const std::string& title, std::span<const Series> series);

struct RatePoint {
    double bits_per_second = 0, score = 0;
    std::string name;
    size_t index = 0;   ///< of the encode
    size_t ladder = 0;  ///< points of one are joined
};
/// `points` of a ladder by ascending rate.
std::string rate_plot(const std::string& title, const std::string& metric, std::span<const RatePoint> points);

}  // namespace vmaf::tool::html
