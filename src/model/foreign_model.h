// Files that are given as models and are something else: what they look like, and the way out.
#pragma once

#include <string>
#include <string_view>

namespace vmaf {

/// Why a file of this text is no model; "" if it begins as JSON does.
std::string why_not_model(std::string_view text);

/// What to say of JSON that can't be read because of its encoding: the first bytes that are not UTF-8; "" if there are none.
std::string why_not_utf8(std::string_view text);

}  // namespace vmaf
