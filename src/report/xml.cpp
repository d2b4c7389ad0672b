// XML report: one element per frame with an attribute per column, then pooled and aggregate values.
#include "report/report.h"
#include "report/text.h"

namespace vmaf {

namespace {

/// `name="value" `, with the blank that precedes the element's end.
void write_attribute(std::ostream& out, std::string_view name, std::string_view value) {
    out << name << "=\"" << value << "\" ";
}

void write_frames(std::ostream& out, const Report& report) {
    const auto names = unique_names(report.columns, xml_attribute_name, {"frameNum"});
    out << "  <frames>\n";
    for (const unsigned frame : report.frames) {
        out << "    <frame ";
        write_attribute(out, "frameNum", std::to_string(frame));
        for (size_t i = 0; i < names.size(); i++)
            if (const auto value = report.scores->get(report.columns[i].column, frame))
                write_attribute(out, names[i], format_score(*value, report.precision));
        out << "/>\n";
    }
    out << "  </frames>\n";
}

void write_pooled(std::ostream& out, const Report& report) {
    out << "  <pooled_metrics>\n";
    for (const ReportColumn& column : report.columns) {
        out << "    <metric ";
        write_attribute(out, "name", xml_escape(column.name));
        for (const auto& [name, value] : column.pooled)
            write_attribute(out, name, format_score(value, report.precision));
        out << "/>\n";
    }
    out << "  </pooled_metrics>\n";
}

}  // namespace

void write_xml(std::ostream& out, const Report& report) {
    out << "<VMAF version=\"" << xml_escape(report.version) << "\">\n  <params ";
    write_attribute(out, "qualityWidth", std::to_string(report.width));
    write_attribute(out, "qualityHeight", std::to_string(report.height));
    for (const auto& [name, value] : report.params) write_attribute(out, xml_attribute_name(name), xml_escape(value));
    out << "/>\n  <fyi ";
    write_attribute(out, "fps", format_fixed(report.fps, 2));
    out << "/>\n";
    write_frames(out, report);
    write_pooled(out, report);
    out << "  <aggregate_metrics ";
    for (const auto& [name, value] : report.aggregates)
        write_attribute(out, xml_attribute_name(name), format_score(value, report.precision));
    out << "/>\n</VMAF>\n";
}

}  // namespace vmaf
