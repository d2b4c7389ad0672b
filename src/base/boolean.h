// The words that people write for yes and no.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace vmaf {

/// For messages.
inline constexpr std::string_view kBooleanWords = "true or false (also yes/no, on/off, 1/0)";

/// Empty for any other word. Case does not count.
inline std::optional<bool> parse_boolean(std::string_view text) {
    constexpr std::string_view kYes[] = {"true", "yes", "on", "1"}, kNo[] = {"false", "no", "off", "0"};
    const auto same = [&](std::string_view word) {
        const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; };
        return std::equal(text.begin(), text.end(), word.begin(), word.end(), equal);
    };
    if (std::any_of(std::begin(kYes), std::end(kYes), same)) return true;
    if (std::any_of(std::begin(kNo), std::end(kNo), same)) return false;
    return std::nullopt;
}

}  // namespace vmaf
