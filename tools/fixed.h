// Numbers with a set count of decimals, in whatever locale.
#pragma once

#include <charconv>
#include <string>

namespace vmaf::tool {

/// "1.50" of 1.5 and 2 decimals, of which at most 64 are shown; exact values half way between two go to the even digit.
inline std::string fixed(double value, int decimals) {
    constexpr int kMostDecimals = 64;
    char text[400];  // the largest double has 309 digits before the point
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed,
                                decimals < kMostDecimals ? decimals : kMostDecimals)
                      .ptr};
}

}  // namespace vmaf::tool
