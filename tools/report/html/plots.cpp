// Draws SVG in a coordinate system of its own; colours, dashes and fonts are the style sheet's.
#include "report/html/plots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "report/html/text.h"

namespace vmaf::tool::html {

namespace {

struct Range {
    double low = INFINITY, high = -INFINITY;

    void add(double value) {
        if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    }
    bool empty() const { return low > high; }
    double size() const { return high - low; }
    /// With room at both ends, also where all values are one.
    Range padded(double share) const {
        if (empty()) return {0, 1};
        const double room = size() > 0 ? size() * share : std::max(std::abs(low) * 0.01, 0.5);
        return {low - room, high + room};
    }
};

/// The least of 1, 2 and 5 times a power of ten that is at least `size`.
double round_step(double size) {
    const double power = std::pow(10., std::floor(std::log10(size)));
    for (const double factor : {1., 2., 5.})
        if (factor * power >= size * (1 - 1e-9)) return factor * power;
    return 10 * power;
}

std::vector<double> ticks(Range range, unsigned most) {
    std::vector<double> marks;
    const double step = round_step(range.size() / most);
    if (!(step > 0) || !std::isfinite(step)) return marks;
    for (double i = std::ceil(range.low / step); i * step <= range.high && marks.size() < 2 * most; i++)
        marks.push_back(i * step);
    return marks;
}

/// A place in a plot, with a tenth of a unit.
std::string place(double value) { return cat(std::round(value * 10) / 10); }

/// The frame of a plot and its two axes.
struct Canvas {
    double w, h;
    Range x, y;
    double left = 58, right = 18, top = 12, bottom = 40;
    bool log_x = false;

    double at_x(double value) const {
        const double share = log_x ? (std::log(value) - std::log(x.low)) / (std::log(x.high) - std::log(x.low))
                                   : (value - x.low) / x.size();
        return left + share * (w - left - right);
    }
    double at_y(double value) const { return h - bottom - (value - y.low) / y.size() * (h - top - bottom); }

    std::string open(const std::string& title, const std::string& description, const char* kind) const {
        return cat("<svg class=\"plot ", kind, "\" viewBox=\"0 0 ", w, ' ', h, "\" role=\"img\" aria-label=\"",
                   escape(title + ". " + description), "\">");
    }
    std::string text(const char* kind, double px, double py, const std::string& words) const {
        return cat("<text class=\"", kind, "\" x=\"", place(px), "\" y=\"", place(py), "\">", escape(words), "</text>");
    }
    std::string line(const char* kind, double x1, double y1, double x2, double y2) const {
        return cat("<line class=\"", kind, "\" x1=\"", place(x1), "\" y1=\"", place(y1), "\" x2=\"", place(x2),
                   "\" y2=\"", place(y2), "\"/>");
    }
    std::string grid_y(const char* unit = "") const {
        std::string out;
        for (const double mark : ticks(y, 6)) {
            out += line("grid", left, at_y(mark), w - right, at_y(mark));
            out += text("tick y", left - 8, at_y(mark) + 4, number(mark) + unit);
        }
        return out;
    }
    std::string grid_x(const std::vector<double>& marks) const {
        std::string out;
        for (const double mark : marks) {
            out += line("grid", at_x(mark), top, at_x(mark), h - bottom);
            out += text("tick x", at_x(mark), h - bottom + 16, number(mark));
        }
        return out;
    }
    std::string name_x(const std::string& words) const {
        return text("axis", left + (w - left - right) / 2, h - 5, words);
    }
};

/// Points of a path.
class Path {
 public:
    void move(double x, double y) { add('M', x, y); }
    void line(double x, double y) { add(pen_down_ ? 'L' : 'M', x, y); }
    void lift() { pen_down_ = false; }
    std::string element(const std::string& kind) const { return cat("<path class=\"", kind, "\" d=\"", text_, "\"/>"); }

 private:
    void add(char command, double x, double y) {
        text_ += cat(command, place(x), ' ', place(y));
        pen_down_ = true;
    }
    std::string text_;
    bool pen_down_ = false;
};

std::string line_class(size_t index) { return "line " + series_class(index); }

/// One encode's line: the least and the greatest value of the frames that fall on each of `kPlaces` places.
std::string decimated_line(const Canvas& canvas, const Series& series) {
    constexpr double kPlaces = 440;
    Path path;
    for (size_t i = 0; i < series.frames.size();) {
        const auto place_of = [&](size_t k) {
            return std::floor((series.frames[k] - canvas.x.low) / canvas.x.size() * kPlaces);
        };
        const double here = place_of(i);
        Range range;
        bool falls = true, gap = false;  // falls: the greatest value comes first
        const size_t first = i;
        for (; i < series.frames.size() && place_of(i) == here; i++) {
            gap = gap || !std::isfinite(series.values[i]);
            if (series.values[i] > range.high) falls = range.empty() || i == first;
            range.add(series.values[i]);
        }
        if (range.empty()) {
            path.lift();
            continue;
        }
        const double x = canvas.at_x(series.frames[(first + i - 1) / 2]);
        path.line(x, canvas.at_y(falls ? range.high : range.low));
        if (range.size() > 0) path.line(x, canvas.at_y(falls ? range.low : range.high));
        if (gap) path.lift();
    }
    return path.element(line_class(series.index));
}

Range value_range(std::span<const Series> series) {
    Range range;
    for (const Series& one : series)
        for (const double value : one.values) range.add(value);
    return range;
}

std::vector<double> sorted_values(const Series& series) {
    std::vector<double> values;
    for (const double value : series.values)
        if (std::isfinite(value)) values.push_back(value);
    std::sort(values.begin(), values.end());
    return values;
}

constexpr size_t kBins = 40;
using Bins = std::array<double, kBins>;

/// Shares of the frames, in percent.
Bins bins_of(const Series& series, Range range) {
    Bins bins = {};
    const std::vector<double> values = sorted_values(series);
    for (const double value : values)
        bins[std::min(kBins - 1, static_cast<size_t>((value - range.low) / range.size() * kBins))] +=
            100. / static_cast<double>(values.size());
    return bins;
}

std::string bars(const Canvas& canvas, const Bins& bins, const Series& series) {
    std::string out;
    const double step = canvas.x.size() / kBins;
    for (size_t b = 0; b < kBins; b++) {
        if (bins[b] == 0) continue;
        const double from = canvas.x.low + static_cast<double>(b) * step;
        const double left = canvas.at_x(from), right = canvas.at_x(from + step), top = canvas.at_y(bins[b]);
        out += cat("<rect class=\"bar ", series_class(series.index), "\" x=\"", place(left + 0.5), "\" y=\"",
                   place(top), "\" width=\"", place(right - left - 1), "\" height=\"", place(canvas.at_y(0) - top),
                   "\"><title>", number(from, 4), " to ", number(from + step, 4), ": ", number(bins[b], 3),
                   " % of the frames</title></rect>");
    }
    return out;
}

std::string outline(const Canvas& canvas, const Bins& bins, const Series& series) {
    Path path;
    const double step = canvas.x.size() / kBins;
    for (size_t b = 0; b < kBins; b++)
        for (const size_t side : {b, b + 1})
            path.line(canvas.at_x(canvas.x.low + static_cast<double>(side) * step), canvas.at_y(bins[b]));
    return path.element(line_class(series.index));
}

/// What a reader who does not see the plot is told.
std::string in_words(std::span<const Series> series) {
    std::string words;
    for (const Series& one : series) {
        Range range;
        for (const double value : one.values) range.add(value);
        if (!range.empty())
            words +=
                cat(words.empty() ? "" : "; ", one.name, " from ", number(range.low, 4), " to ", number(range.high, 4));
    }
    return words + ". The table has the figures.";
}

/// A marker whose shape tells ladders apart.
std::string marker(const Canvas& canvas, const RatePoint& point) {
    const double x = canvas.at_x(point.bits_per_second), y = canvas.at_y(point.score);
    constexpr const char* kShapes[] = {"M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-5-5H5V5H-5z", "M0-6L6 5H-6z",
                                       "M0-7L7 0L0 7L-7 0z"};
    return cat("<path class=\"point ", series_class(point.ladder), "\" transform=\"translate(", place(x), ' ', place(y),
               ")\" d=\"", kShapes[point.ladder % std::size(kShapes)], "\"><title>", escape(point.name), ": ",
               escape(rate_text(point.bits_per_second)), ", ", number(point.score), "</title></path>") +
           canvas.text("label", x + 9, y + 15, encode_sign(point.index));
}

std::vector<double> log_ticks(Range range) {
    std::vector<double> marks;
    for (double power = std::pow(10., std::floor(std::log10(range.low))); power <= range.high; power *= 10)
        for (const double factor : {1., 2., 5.})
            if (factor * power >= range.low && factor * power <= range.high) marks.push_back(factor * power);
    return marks;
}

}  // namespace

std::string encode_sign(size_t index) {
    return index < 26 ? std::string(1, static_cast<char>('A' + index)) : std::to_string(index + 1);
}

std::string series_class(size_t index) { return cat('s', index % 8, " d", (index / 8 + index) % 4); }

std::string line_plot(const std::string& title, std::span<const Series> series, std::span<const unsigned> cuts) {
    Range frames;
    for (const Series& one : series)
        if (!one.frames.empty()) frames.add(one.frames.front()), frames.add(one.frames.back());
    if (frames.size() < 1) frames = frames.padded(0);
    const Canvas canvas{.w = 1000, .h = 280, .x = frames, .y = value_range(series).padded(0.06)};
    std::string out = canvas.open(title, in_words(series), "lines");
    out += canvas.grid_y() + canvas.grid_x(ticks(frames, 10)) + canvas.name_x("Frame");
    for (const unsigned cut : cuts)
        out += canvas.line("cut", canvas.at_x(cut), canvas.top, canvas.at_x(cut), canvas.h - canvas.bottom);
    for (const Series& one : series) out += decimated_line(canvas, one);
    return out + "</svg>";
}

std::string histogram(const std::string& title, std::span<const Series> series) {
    const Range values = value_range(series);
    const Range x = values.size() > 0 ? values : values.padded(0.01);
    std::vector<Bins> bins;
    Range share{0, 0};
    for (const Series& one : series)
        for (const double bin : bins.emplace_back(bins_of(one, x))) share.add(bin);
    const Canvas canvas{.w = 490, .h = 260, .x = x, .y = {0, std::max(share.high * 1.08, 1.)}};
    std::string out = canvas.open(title, in_words(series), "histogram") + canvas.grid_y(" %") +
                      canvas.grid_x(ticks(x, 5)) + canvas.name_x("Value; share of the frames in each of 40 steps");
    for (size_t i = 0; i < series.size(); i++)
        out += series.size() == 1 ? bars(canvas, bins[i], series[i]) : outline(canvas, bins[i], series[i]);
    return out + "</svg>";
}

std::string distribution(const std::string& title, std::span<const Series> series) {
    constexpr size_t kSteps = 200;
    const Canvas canvas{.w = 490, .h = 260, .x = value_range(series).padded(0.02), .y = {0, 100}};
    std::string out = canvas.open(title, in_words(series), "distribution") + canvas.grid_y(" %") +
                      canvas.grid_x(ticks(canvas.x, 5)) + canvas.name_x("Value; share of the frames at or below it");
    for (const Series& one : series) {
        const std::vector<double> values = sorted_values(one);
        const size_t count = values.size(), steps = std::min(count, kSteps);
        Path path;
        if (count > 0) path.line(canvas.at_x(values.front()), canvas.at_y(0));
        for (size_t step = 1; step <= steps; step++) {
            const size_t rank = (step * count + steps - 1) / steps;  // that many values are at or below
            path.line(canvas.at_x(values[rank - 1]),
                      canvas.at_y(100. * static_cast<double>(rank) / static_cast<double>(count)));
        }
        out += path.element(line_class(one.index));
    }
    return out + "</svg>";
}

std::string rate_plot(const std::string& title, const std::string& metric, std::span<const RatePoint> points) {
    Range rates, scores;
    for (const RatePoint& point : points) rates.add(point.bits_per_second / 1000), scores.add(point.score);
    const bool wide = rates.high > 3 * rates.low;
    const Range x = wide ? Range{rates.low / 1.15, rates.high * 1.15} : rates.padded(0.08);
    const Canvas canvas{
        .w = 1000, .h = 340, .x = {x.low * 1000, x.high * 1000}, .y = scores.padded(0.1), .log_x = wide};
    std::string out = canvas.open(
        title, cat(points.size(), " encodes from ", rate_text(rates.low * 1000), " to ", rate_text(rates.high * 1000)),
        "rates");
    out += canvas.grid_y();
    for (const double mark : wide ? log_ticks(x) : ticks(x, 8)) {
        out += canvas.line("grid", canvas.at_x(mark * 1000), canvas.top, canvas.at_x(mark * 1000),
                           canvas.h - canvas.bottom);
        out += canvas.text("tick x", canvas.at_x(mark * 1000), canvas.h - canvas.bottom + 16,
                           grouped(static_cast<unsigned long long>(mark)));
    }
    out += canvas.name_x("Bit rate in kb/s" + std::string(wide ? ", logarithmic" : "") + "; mean " + metric);
    for (size_t i = 0; i < points.size();) {
        Path path;
        const size_t ladder = points[i].ladder;
        for (; i < points.size() && points[i].ladder == ladder; i++)
            path.line(canvas.at_x(points[i].bits_per_second), canvas.at_y(points[i].score));
        out += path.element(line_class(ladder));
    }
    for (const RatePoint& point : points) out += marker(canvas, point);
    return out + "</svg>";
}

}  // namespace vmaf::tool::html
