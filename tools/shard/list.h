// A list of pairs of videos as a text: JSON objects, one a line, or CSV.
#pragma once

#include <string>
#include <vector>

namespace vmaf::tool {

/// A line of the list.
struct BatchPair {
    std::string reference, distorted;
    std::string name;                  ///< "output", or what the distorted video's file is called
    std::string report;                ///< file name of its report
    std::vector<std::string> options;  ///< "--name=value", of this pair alone
    unsigned line = 0;                 ///< counted from 1

    std::string parts() const { return name + ".parts"; }  ///< folder of its parts, whatever the report's format
    std::string page() const { return name + ".html"; }
    std::string record() const { return name + ".done"; }
    bool operator==(const BatchPair&) const = default;
};

/// Parses a list: JSON, if its first character is a brace, else CSV whose first line names the columns. Members and columns are "reference" and
/// "distorted", and, where wanted, "output" and some options of the command. Empty lines don't count, nor do a byte order mark, carriage returns, and
/// blanks around cells that are not in quotes. A pair without an output is called as its distorted video, and its report has `ending` behind that.
/// Throws UsageError naming `path` and the line.
std::vector<BatchPair> parse_batch(const std::string& text, const std::string& path, const std::string& ending);

}  // namespace vmaf::tool
