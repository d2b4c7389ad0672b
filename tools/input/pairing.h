// Brings the reference and an encode to one format, by rules that are said aloud.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "input/comparison.h"
#include "input/convert/conversion.h"
#include "input/video_reader.h"
#include "options.h"

namespace vmaf::tool {

/// What may differ between the formats of a pair; `container`: one of both is no Y4M or raw file.
FormatRules format_rules(const Options& options, bool container);

/// What an encode goes through, in words.
struct Adaptation {
    std::optional<Conversion> conversion;  ///< by zimg; absent: none, save that of the depth
    std::vector<std::string> lines;        ///< what is done, for the user and for reports; empty: nothing
};

/// What brings `distorted` to the format of `reference` at `depth` bits, no less than either has. Formats and traits have been compared.
Adaptation adaptation(const VideoReader& reference, const VideoReader& distorted, unsigned depth, bool colour,
                      const Options& options);

/// The reader of what the adaptation makes of the video.
std::unique_ptr<VideoReader> adapt(std::unique_ptr<VideoReader> distorted, const Adaptation& how, unsigned depth);

/// Bits per sample that videos are to have at least when they are scored: 10 for VMAF v1 where it scores alone, if a container is among the inputs
/// or an option says so; else 8.
unsigned least_depth(const Options& options, bool container);

/// What to say where VMAF v1 scores beside other models, at `depth` bits; empty: nothing.
std::string shallow_v1_words(const Options& options, unsigned depth);

}  // namespace vmaf::tool
