// Text for the page: whatever names files and features have, the page stays well-formed.
#pragma once

#include <string>
#include <string_view>

namespace vmaf::tool::html {

/// Text or an attribute's value in HTML. What no page can show, bytes that are no UTF-8 included, becomes U+FFFD.
std::string escape(std::string_view text);

/// A JSON string with its quotes that may lie within a <script> element.
std::string json_string(std::string_view text);

/// A finite number for JSON and SVG with at most `digits` significant digits; "null" for others.
std::string number(double value, int digits = 6);

/// A value as the other reports print it, or "–" where it is no number.
std::string score_text(double value, int precision);

/// The last part of a path; all of it where that is empty.
std::string file_name(std::string_view path);

/// "1.50 MB", in powers of 1000.
std::string bytes_text(double bytes);
/// "1,250 kb/s"
std::string rate_text(double bits_per_second);
/// "1:02:03.450" of seconds, from 0 on.
std::string clock_text(double seconds);
/// "12,345"
std::string grouped(unsigned long long value);

}  // namespace vmaf::tool::html
