// The parts of the page, each as text. What they have in common is gathered once.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/html/html_report.h"
#include "report/html/plots.h"
#include "report/html/scores.h"

namespace vmaf::tool::html {

/// All that the page shows, in order.
struct Page {
    const HtmlInput& input;
    std::vector<Scores> scores;        ///< of each encode
    std::vector<std::string> names;    ///< of each encode, as short as tells them apart
    std::vector<std::string> metrics;  ///< names of columns, models first
    std::vector<unsigned> cuts;

    explicit Page(const HtmlInput& in);

    bool is_model(const std::string& metric) const;
    /// The lines of a metric, of the encodes that have it.
    std::vector<Series> series(const std::string& metric) const;
    /// Frames that the encode has scores of.
    size_t frames(size_t encode) const;
};

std::string summary_section(const Page& page);
std::string frames_section(const Page& page);
std::string worst_section(const Page& page);
/// Empty if no encode has a bit rate.
std::string rate_section(const Page& page);
std::string facts_section(const Page& page);

/// The lines' values for the script: a JSON object of at most about `bytes`.
std::string line_data(const Page& page, size_t bytes);

/// <td> with a value; `attributes` says which.
std::string score_cell(double value, int precision, const std::string& attributes);
/// The attributes by which others find a statistic's value.
std::string cell_of(const std::string& metric, size_t encode, const char* statistic);
/// An encode's sign in its colour.
std::string sign_mark(size_t encode);

}  // namespace vmaf::tool::html
