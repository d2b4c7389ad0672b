// JSON report: an object per frame, then pooled and aggregate values. What JSON cannot hold (infinities, not-a-number) is null.
#include <cmath>

#include "report/report.h"
#include "report/text.h"

namespace vmaf {

namespace {

std::string json_number(double value, int precision) {
    return std::isfinite(value) ? format_score(value, precision) : "null";
}

std::string quoted(std::string_view text) { return '"' + json_escape(text) + '"'; }

using Names = std::vector<std::string>;

/// The metrics of one frame. A null is not followed by a line break: that is the established layout.
void write_metrics(std::ostream& out, const Report& report, const Names& names, unsigned frame) {
    bool pending = false;  // a value was written, and neither its comma nor the end of its line
    bool was_null = false;
    const auto end_value = [&](const char* comma) {
        if (pending) out << comma << (was_null ? "" : "\n");
    };
    for (size_t i = 0; i < names.size(); i++) {
        const auto value = report.scores->get(report.columns[i].column, frame);
        if (!value) continue;
        end_value(",");
        out << "        \"" << names[i] << "\": " << json_number(*value, report.precision);
        pending = true;
        was_null = !std::isfinite(*value);
    }
    end_value("");
}

void write_frames(std::ostream& out, const Report& report, const Names& names) {
    out << "  \"frames\": [";
    const char* separator = "\n";
    for (const unsigned frame : report.frames) {
        out << separator << "    {\n      \"frameNum\": " << std::to_string(frame) << ",\n      \"metrics\": {\n";
        write_metrics(out, report, names, frame);
        out << "      }\n    }";
        separator = ",\n";
    }
    out << "\n  ],\n";
}

void write_pooled(std::ostream& out, const Report& report, const Names& names) {
    out << "  \"pooled_metrics\": {";
    for (size_t i = 0; i < names.size(); i++) {
        out << (i ? ",\n" : "\n") << "    \"" << names[i] << "\": {";
        const char* separator = "";
        for (const auto& [name, value] : report.columns[i].pooled) {
            out << separator << "\n      " << quoted(name) << ": " << json_number(value, report.precision);
            separator = ",";
        }
        out << "\n    }";
    }
    out << "\n  },\n";
}

/// An object of one line per entry, without the end of its last line.
template <class Entries, class Print>
void write_object(std::ostream& out, std::string_view name, const Entries& entries, Print&& print) {
    out << "  \"" << name << "\": {";
    const char* separator = "\n";
    for (const auto& [key, value] : entries) {
        out << separator << "    " << quoted(key) << ": " << print(value);
        separator = ",\n";
    }
    out << "\n  }";
}

}  // namespace

void write_json(std::ostream& out, const Report& report) {
    const Names names = unique_names(report.columns, json_escape);
    out << "{\n  \"version\": " << quoted(report.version) << ",\n";
    out << "  \"fps\": " << (std::isfinite(report.fps) ? format_fixed(report.fps, 2) : "null") << ",\n";
    if (!report.params.empty()) {
        write_object(out, "params", report.params, [](const std::string& value) { return quoted(value); });
        out << ",\n";
    }
    write_frames(out, report, names);
    write_pooled(out, report, names);
    write_object(out, "aggregate_metrics", report.aggregates,
                 [&](double value) { return json_number(value, report.precision); });
    out << "\n}\n";
}

}  // namespace vmaf
