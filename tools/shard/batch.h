// A list of pairs of videos, worked on one after the other, or shared out by pair and frame.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "options.h"

namespace vmaf::tool {

/// A line of the list.
struct BatchPair {
    std::string reference, distorted;
    std::string name;   ///< of its report, and of the folder of its parts, ".parts" behind
    unsigned line = 0;  ///< counted from 1

    bool operator==(const BatchPair&) const = default;
};

/// Parses a list: JSON objects, one a line, or CSV with a header line, with "reference", "distorted" and, if wanted, "output". Pairs without an output
/// are called as their distorted video, with `ending` behind. Empty lines don't count. Throws UsageError naming `path` and the line.
std::vector<BatchPair> parse_batch(const std::string& text, const std::string& path, const std::string& ending);

/// Calls score(options) for what this process has to do of each pair of the list in `options`. A pair that fails is told of, and the others are
/// scored nevertheless. Throws ExitError with the code of the first one that failed.
void for_each_pair(const Options& options, const std::function<void(const Options& pair)>& score);

}  // namespace vmaf::tool
