// A list of pairs of videos, worked on one after the other, or shared out by pair and frame.
#pragma once

#include <functional>

#include "options.h"

namespace vmaf::tool {

/// Calls score(options) for what this process has to do of each pair of the list in `options`; pairs whose reports are there already are left out. A
/// pair that fails is told of, and the others are scored nevertheless. What is said meanwhile begins with the pair's name. Throws ExitError with the
/// code of the first failure that another try may mend, or else of the first one.
void for_each_pair(const Options& options, const std::function<void(const Options& pair)>& score);

}  // namespace vmaf::tool
