// Escapes and prints for the page.
#include "report/html/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/error.h"
#include "base/utf8.h"
#include "fixed.h"
#include "libvmaf/libvmaf_ext.h"

namespace vmaf::tool::html {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string escape(std::string_view text) {
    return map_characters(text, [](char c) -> std::string {
        switch (c) {
            case '&': return "&amp;";
            case '<': return "&lt;";
            case '>': return "&gt;";
            case '"': return "&quot;";
            case '\'': return "&#39;";
            case '\t':
            case '\n': return {c};
            default: return is_control(c) ? std::string(kReplacement) : std::string(1, c);
        }
    });
}

std::string json_string(std::string_view text) {
    // "</script" and "<!--" would end or change the element.
    return '"' +
           map_characters(text,
                          [](char c) -> std::string {
                              constexpr char kHex[] = "0123456789abcdef";
                              if (c == '"' || c == '\\') return {'\\', c};
                              if (!is_control(c) && c != '<') return {c};
                              return {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
                          }) +
           '"';
}

std::string number(double value, int digits) {
    if (!std::isfinite(value)) return "null";
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value + 0.0, std::chars_format::general, digits).ptr};
}

std::string score_text(double value, int precision) {
    if (std::isnan(value)) return "–";
    if (std::isinf(value)) return value < 0 ? "-∞" : "∞";
    char text[400];
    return vmaf_format_score(value, precision, text, sizeof text) == 0 ? text : "–";
}

std::string file_name(std::string_view path) {
    const size_t slash = path.find_last_of('/');
    const std::string_view last = slash == path.npos ? path : path.substr(slash + 1);
    return std::string(last.empty() ? path : last);
}

std::string bytes_text(double bytes) {
    constexpr const char* kUnits[] = {"bytes", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1000 && unit + 1 < std::size(kUnits); unit++) bytes /= 1000;
    return fixed(bytes, unit == 0 ? 0 : 2) + " " + kUnits[unit];
}

std::string rate_text(double bits_per_second) {
    if (bits_per_second < 10000) return fixed(bits_per_second / 1000, 3) + " kb/s";
    return grouped(static_cast<unsigned long long>(bits_per_second / 1000 + 0.5)) + " kb/s";
}

std::string clock_text(double seconds) {
    const auto all = static_cast<uint64_t>(std::llround(seconds * 1000));
    const auto digits = [](uint64_t value, size_t count) {
        const std::string text = std::to_string(value);
        return std::string(count - std::min(count, text.size()), '0') + text;
    };
    return cat(all / 3'600'000, ":", digits(all / 60'000 % 60, 2), ":", digits(all / 1000 % 60, 2), ".",
               digits(all % 1000, 3));
}

std::string grouped(unsigned long long value) {
    std::string text = std::to_string(value);
    for (size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
    return text;
}

}  // namespace vmaf::tool::html
