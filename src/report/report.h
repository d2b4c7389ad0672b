// Reports: what they show, and the four formats.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "libvmaf/libvmaf.h"
#include "score/collector.h"

namespace vmaf {

struct ReportColumn {
    std::string name;  ///< as shown: short names for features with default options
    Collector::Column column;
    std::vector<std::pair<std::string, double>> pooled;  ///< statistics by name; none if a pooled frame lacks a value
};

/// Everything that a report shows. Borrows `scores`.
struct Report {
    const Collector* scores = nullptr;
    std::string version;
    double fps = 0;  ///< pictures per second of wall-clock time
    unsigned width = 0, height = 0;
    std::vector<unsigned> frames;  ///< ascending
    std::vector<ReportColumn> columns;
    std::vector<std::pair<std::string, double>> aggregates;
    /// Additional facts, shown only if not empty (backend, device, model, ...): XML attributes of <params>, a JSON object.
    std::vector<std::pair<std::string, std::string>> params;
    /// Significant digits of every value: 0 is libvmaf's own format (see format_score), 17 is enough to read a value back exactly.
    int precision = 0;
};

/// Writes the report in `format`. Throws Error(EINVAL) for an unknown format; leaves stream errors to the caller.
void write_report(std::ostream& out, const Report& report, VmafOutputFormat format);

void write_xml(std::ostream& out, const Report& report);
void write_json(std::ostream& out, const Report& report);
void write_csv(std::ostream& out, const Report& report);
void write_subtitle(std::ostream& out, const Report& report);

/// A value as reports print it, whatever the locale. precision 0: "%.6f", or "%.16f" where the fraction is not zero but
/// below 1e-6; otherwise that many significant digits. Not-a-number and infinities: "nan", "inf", "-inf".
std::string format_score(double value, int precision);

}  // namespace vmaf
