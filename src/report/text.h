// Names in reports: what each format needs so that any column name, however odd, gives a well-formed file.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace vmaf {

/// Attribute value or text of XML 1.0: the five entities; what XML cannot hold at all becomes U+FFFD.
std::string xml_escape(std::string_view text);

/// An XML attribute name: bytes other than ASCII letters, digits, '.', '-' and '_' become '_'.
std::string xml_attribute_name(std::string_view text);

/// Content of a JSON string, without the quotes; invalid UTF-8 becomes U+FFFD.
std::string json_escape(std::string_view text);

/// A CSV field as RFC 4180 has it: quoted if it holds a comma, a quote or a line break.
std::string csv_field(std::string_view text);

/// Subtitle text: the separator '|' and line breaks become '_'.
std::string subtitle_text(std::string_view text);

/// "%.*f" of a finite value, independent of the locale; "nan", "inf" and "-inf" for others.
std::string format_fixed(double value, int decimals);

using NameRule = std::function<std::string(std::string_view)>;

/// `rule` applied to each column's name; a name that would repeat, or equal one of `taken`, gets '_' appended until it is unique.
std::vector<std::string> unique_names(const std::vector<ReportColumn>& columns, const NameRule& rule,
                                      std::vector<std::string> taken = {});

}  // namespace vmaf
