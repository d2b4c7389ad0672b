// Quantises and encodes.
#include "report/html/packed.h"

#include <algorithm>
#include <cmath>

namespace vmaf::tool::html {

namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void append(std::string& text, uint32_t code, unsigned width) {
    for (unsigned digit = width; digit-- > 0;) text += kDigits[code >> (6 * digit) & 63];
}

}  // namespace

Packed pack(std::span<const double> values, unsigned width) {
    const uint32_t gap = (1u << (6 * width)) - 1;
    Packed packed{.digits = {}, .low = 0, .step = 0, .width = width};
    double high = -INFINITY, low = INFINITY;
    for (const double value : values)
        if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    if (low <= high) packed.low = low, packed.step = high / (gap - 1) - low / (gap - 1);  // the difference may overflow
    packed.digits.reserve(values.size() * width);
    for (const double value : values) {
        const double code = packed.step > 0 && std::isfinite(value) ? std::round((value - low) / packed.step) : 0;
        append(packed.digits, std::isfinite(value) ? static_cast<uint32_t>(std::min<double>(code, gap - 1)) : gap,
               width);
    }
    return packed;
}

std::string base64(std::span<const uint8_t> bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - i);
        uint32_t word = 0;
        for (size_t b = 0; b < 3; b++) word = word << 8 | (b < count ? bytes[i + b] : 0);
        append(text, word, 4);
        for (size_t b = count; b < 3; b++) text[text.size() - 3 + b] = '=';
    }
    return text;
}

}  // namespace vmaf::tool::html
