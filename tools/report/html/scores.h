// What a context has scored, out of the library and into vectors.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libvmaf/libvmaf_ext.h"

namespace vmaf::tool::html {

/// A statistic that the page shows: the library's name for it, and the heading of its column.
struct ShownStatistic {
    const char* name;
    const char* heading;
};
inline constexpr ShownStatistic kStatistics[] = {{"mean", "Mean"},      {"harmonic_mean", "Harmonic mean"},
                                                 {"median", "Median"},  {"min", "Min"},
                                                 {"p1", "p1"},          {"p5", "p5"},
                                                 {"p10", "p10"},        {"max", "Max"},
                                                 {"stddev", "Std dev"}, {"low1", "Lowest 1 %"}};
inline constexpr size_t kMean = 0, kHarmonicMean = 1, kMin = 3, kP1 = 4, kP5 = 5;  ///< places in kStatistics

struct Column {
    std::string name;  ///< as reports show it
    bool is_model = false;
    std::vector<unsigned> frames;    ///< ascending
    std::vector<double> values;      ///< one for each frame
    std::vector<double> statistics;  ///< as kStatistics; empty if a frame lacks the value
};

struct Scores {
    std::vector<Column> columns;
    std::vector<std::pair<std::string, double>> aggregates;
    std::vector<std::pair<std::string, std::string>> parameters;

    const Column* find(const std::string& name) const;
};

/// Throws Error if the library refuses.
Scores read_scores(VmafContext* context);

/// Which end of a metric's values is the good one.
enum class Better { kHigher, kLower, kNeither };
Better better_end(const Column& column);

}  // namespace vmaf::tool::html
