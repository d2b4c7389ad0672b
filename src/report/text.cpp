// Escapes and tidies names for the report writers.
#include "report/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <unordered_set>

#include "base/utf8.h"

namespace vmaf {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string xml_escape(std::string_view text) {
    return map_characters(text, [](char c) -> std::string {
        switch (c) {
            case '&': return "&amp;";
            case '<': return "&lt;";
            case '>': return "&gt;";
            case '"': return "&quot;";
            case '\'': return "&apos;";
            case '\t': return "&#9;";
            case '\n': return "&#10;";
            case '\r': return "&#13;";
            default: return static_cast<uint8_t>(c) < 0x20 ? std::string(kReplacement) : std::string(1, c);
        }
    });
}

std::string xml_attribute_name(std::string_view text) {
    std::string name(text);
    for (char& c : name)
        if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-') c = '_';
    if (name.empty() || !(is_letter(name[0]) || name[0] == '_')) name.insert(0, "_");
    return name;
}

std::string json_escape(std::string_view text) {
    return map_characters(text, [](char c) -> std::string {
        constexpr char kHex[] = "0123456789abcdef";
        if (c == '"' || c == '\\') return {'\\', c};
        if (static_cast<uint8_t>(c) >= 0x20) return {c};
        return {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
    });
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
    std::string field = "\"";
    for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
    return field + '"';
}

std::string subtitle_text(std::string_view text) {
    std::string name(text);
    for (char& c : name)
        if (c == '|' || c == '\r' || c == '\n') c = '_';
    return name;
}

std::string format_fixed(double value, int decimals) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    char buffer[400];  // the largest double has 309 digits before the point
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals).ptr};
}

std::vector<std::string> unique_names(const std::vector<ReportColumn>& columns, const NameRule& rule,
                                      std::vector<std::string> taken) {
    std::unordered_set<std::string> used(taken.begin(), taken.end());
    std::vector<std::string> names;
    for (const ReportColumn& column : columns) {
        std::string name = rule(column.name);
        while (!used.insert(name).second) name += '_';
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace vmaf
