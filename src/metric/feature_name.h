// Short forms of feature names, as reports show them.
#pragma once

#include <string_view>

namespace vmaf {

/// The short form of a plain feature name ("VMAF_integer_feature_adm2_score" -> "integer_adm2"), or the name itself.
std::string_view short_feature_name(std::string_view name);

}  // namespace vmaf
