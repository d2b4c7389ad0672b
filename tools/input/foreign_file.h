// Files that are given as Y4M and are something else: what they are, and the way out.
#pragma once

#include <string>
#include <string_view>

namespace vmaf::tool {

/// True for first bytes that no program would take for a video: nothing, text of the web or of Git, an image, an archive, damaged Y4M.
bool is_never_video(std::string_view start);

/// Why an input with these first bytes, which are none of Y4M, can't be read.
std::string why_not_y4m(std::string_view start);

}  // namespace vmaf::tool
