// The inputs of the command, opened and found to match.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "input/video_reader.h"
#include "options.h"

namespace vmaf::tool {

struct Inputs {
    std::unique_ptr<VideoReader> reference;
    std::vector<std::unique_ptr<VideoReader>> distorted;  ///< as Options::distorted

    /// Of all of them.
    const PictureFormat& format() const { return reference->format(); }
    /// Frames per second of a pair, where an input says so; the reference comes first.
    std::optional<double> frame_rate(size_t encode) const;
    /// Number of frames of the encode that will be paired, where the inputs' sizes tell it.
    std::optional<uint64_t> pairs(size_t encode, const Options& options) const;
};

/// Opens all inputs, compares the formats of each encode with the reference's, and brings them to a common depth where that is asked for. Throws
/// ExitError.
Inputs open_inputs(const Options& options);

/// One of them by itself, decoded on the CPU, without a word on standard error. Throws Error.
std::unique_ptr<VideoReader> open_input(const Options& options, const InputSpec& spec);

}  // namespace vmaf::tool
