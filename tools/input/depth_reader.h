// Delivers a video at a greater bit depth: what the common-depth presets do to the shallower of two inputs.
#pragma once

#include "input/video_reader.h"

namespace vmaf::tool {

/// Shifts the samples of `inner` left to `bpc` bits, which is more than its own depth.
std::unique_ptr<VideoReader> deepen(std::unique_ptr<VideoReader> inner, unsigned bpc);

}  // namespace vmaf::tool
