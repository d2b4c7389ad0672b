// CSV report: a header and a row per frame, every field followed by a comma.
#include "report/report.h"
#include "report/text.h"

namespace vmaf {

void write_csv(std::ostream& out, const Report& report) {
    out << "Frame,";
    for (const ReportColumn& column : report.columns) out << csv_field(column.name) << ',';
    out << '\n';
    for (const unsigned frame : report.frames) {
        out << std::to_string(frame) << ',';
        for (const ReportColumn& column : report.columns) {
            if (const auto value = report.scores->get(column.column, frame))
                out << format_score(*value, report.precision);
            out << ',';  // a missing value keeps its column
        }
        out << '\n';
    }
}

}  // namespace vmaf
