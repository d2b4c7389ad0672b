// What a run does not read of the options given.
#pragma once

#include <string>
#include <vector>

namespace vmaf::tool {

struct Options;

/// A sentence, without its full stop, for each reason why some of them have no effect. `keys`: those given, see OptionKey.
std::vector<std::string> remarks_on(const Options& options, const std::vector<int>& keys);

}  // namespace vmaf::tool
