// What differs between the two inputs before anything is scored: what forbids it, and what a user should know.
#pragma once

#include <string>
#include <vector>

#include "input/video_reader.h"

namespace vmaf::tool {

/// What differs between two formats that may not differ, a line each with both values, and how many these are; empty if nothing does.
/// `any_depth`: depths may differ. `way_out`: each line says what to do about the distorted file.
std::string format_problems(const PictureFormat& reference, const PictureFormat& distorted, bool any_depth,
                            bool way_out);

/// Warnings, a sentence each without its full stop: what the files say of rates, ranges and matrices where it differs.
/// They are for pairs with a container: Y4M and raw files carry little of it, and less that is meant.
std::vector<std::string> trait_warnings(const VideoReader& reference, const VideoReader& distorted);

/// The same for the numbers of frames that are left of both, where both are known; empty: they are the same.
std::string length_warning(const VideoReader& reference, const VideoReader& distorted, uint64_t reference_frames,
                           uint64_t distorted_frames);

}  // namespace vmaf::tool
