// What differs between the reference and an encode before anything is scored: what forbids it, and what a user should know.
#pragma once

#include <string>
#include <vector>

#include "input/video_reader.h"
#include "options.h"

namespace vmaf::tool {

/// What may differ between two formats, and what is said where it may not.
struct FormatRules {
    bool any_size = false;  ///< and any chroma format: the distorted video is resampled
    bool any_depth = false;
    enum class WayOut { kNone, kOption, kCommand } way_out = WayOut::kNone;
};

/// What differs between two formats that may not differ, a line each with both values, and how many these are; empty if nothing does.
std::string format_problems(const PictureFormat& reference, const PictureFormat& distorted, const FormatRules& rules);

/// What differs in rates, ranges and matrices where both files tell them, a sentence each without its full stop.
struct TraitDifferences {
    std::vector<std::string> refused;  ///< with the option that allows it
    std::vector<std::string> allowed;  ///< by an option, which also says what happens then
    bool colour = false;               ///< range or matrix is to be converted
};
/// These are for pairs with a container: Y4M and raw files carry little of it, and less that is meant.
TraitDifferences compare_traits(const VideoReader& reference, const VideoReader& distorted, const Options& options);

/// The same for the numbers of frames that are left of both, where both are known; empty: they are the same.
std::string length_difference(const VideoReader& reference, const VideoReader& distorted, uint64_t reference_frames,
                              uint64_t distorted_frames, bool allowed);

/// The same for durations, where both are known: a hint alone, since sound that goes on longer counts in some containers.
std::string duration_difference(const VideoReader& reference, const VideoReader& distorted);

/// FFmpeg's name of a matrix, one for those that are the same.
std::string matrix_name(const std::string& matrix);

}  // namespace vmaf::tool
