// Both inputs of the command, opened and found to match.
#pragma once

#include <memory>
#include <optional>

#include "input/video_reader.h"
#include "options.h"

namespace vmaf::tool {

struct Inputs {
    std::unique_ptr<VideoReader> reference, distorted;

    const PictureFormat& format() const { return reference->format(); }
    /// Frames per second, where an input says so; the reference comes first.
    std::optional<double> frame_rate() const;
    /// Number of pairs that will be read, where the inputs' sizes tell it.
    std::optional<uint64_t> pairs(const Options& options) const;
};

/// Opens both inputs, compares their formats, and brings them to a common depth where that is asked for. Throws ExitError.
Inputs open_inputs(const Options& options);

}  // namespace vmaf::tool
