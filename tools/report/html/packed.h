// Values of a column as printable digits: what makes a page with a hundred thousand frames small.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace vmaf::tool::html {

/// value = low + step * code; each code is `width` digits of base64's alphabet, the first one highest. The highest code is a gap.
struct Packed {
    std::string digits;
    double low = 0, step = 0;
    unsigned width = 0;
};

/// Quantises between the least and the greatest value with an error of at most step / 2. What is not finite is a gap.
Packed pack(std::span<const double> values, unsigned width);

std::string base64(std::span<const uint8_t> bytes);

}  // namespace vmaf::tool::html
