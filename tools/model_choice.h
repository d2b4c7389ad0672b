// What --model auto stands for.
#pragma once

#include <string_view>
#include <vector>

#include "picture/picture_format.h"
#include "spec.h"

namespace vmaf::tool {

/// The version of the built-in model that is meant for pictures of that size.
std::string_view model_for(const PictureFormat& format);

/// Replaces ModelSpec::kAuto among the models. Returns a line that says so; empty where nothing was to choose.
std::string choose_models(std::vector<ModelSpec>& models, const PictureFormat& format);

}  // namespace vmaf::tool
