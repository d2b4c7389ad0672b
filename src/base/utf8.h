// The characters of UTF-8, for texts that come from files and command lines.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vmaf {

/// Bytes of the character at the start of `text`, which is not empty; 0 if it is malformed, overlong, a surrogate or beyond U+10FFFF.
inline size_t utf8_length(std::string_view text) {
    const auto lead = static_cast<uint8_t>(text[0]);
    if (lead < 0x80) return 1;
    const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
    const auto is_continuation = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; };
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<ptrdiff_t>(length), is_continuation)) return 0;
    const auto second = static_cast<uint8_t>(text[1]);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return overlong || outside ? 0 : length;
}

/// Where the first byte is that belongs to no character; npos if there is none.
inline size_t find_malformed_utf8(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
        const size_t length = utf8_length(text.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return text.npos;
}

/// What stands for a byte that belongs to no character, and for a character that a format can't hold: U+FFFD.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Copies `text` character by character; `ascii` maps the ASCII ones to text, valid others pass, malformed bytes are replaced.
template <class Ascii>
std::string map_characters(std::string_view text, Ascii&& ascii) {
    std::string out;
    while (!text.empty()) {
        const size_t length = utf8_length(text);
        if (length == 1)
            out += ascii(text[0]);
        else
            out += length == 0 ? kReplacement : text.substr(0, length);
        text.remove_prefix(std::max<size_t>(length, 1));
    }
    return out;
}

}  // namespace vmaf
