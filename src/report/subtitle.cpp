// Subtitle report: a MicroDVD line per frame, for players to show over the picture.
#include "report/report.h"
#include "report/text.h"

namespace vmaf {

void write_subtitle(std::ostream& out, const Report& report) {
    const auto names = unique_names(report.columns, subtitle_text);
    for (const unsigned frame : report.frames) {
        const std::string index = std::to_string(frame);
        out << '{' << index << "}{" << std::to_string(frame + 1ull) << "}frame: " << index << '|';
        for (size_t i = 0; i < names.size(); i++)
            if (const auto value = report.scores->get(report.columns[i].column, frame))
                out << names[i] << ": " << format_score(*value, report.precision) << '|';
        out << '\n';
    }
}

}  // namespace vmaf
