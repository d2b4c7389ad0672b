// The inputs of the command, opened and found to match.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "input/pairing.h"
#include "input/video_reader.h"
#include "options.h"

namespace vmaf::tool {

struct Inputs {
    std::unique_ptr<VideoReader> reference;
    std::vector<std::unique_ptr<VideoReader>> distorted;  ///< as Options::distorted
    std::vector<Adaptation> adaptations;                  ///< what each encode, and the reference for it, goes through

    /// Of all of them.
    const PictureFormat& format() const { return reference->format(); }
    bool with_container() const;
    /// True if some of them are read by several threads each.
    bool share_work() const;
    /// Frames per second of a pair, where an input says so; the reference comes first.
    std::optional<double> frame_rate(size_t encode) const;
    /// Number of frames of the encode that will be paired, where the inputs' sizes tell it.
    std::optional<uint64_t> pairs(size_t encode, const Options& options) const;
};

/// Opens all inputs, compares each encode with the reference, and brings it to the reference's format where rules or options allow it. Says what
/// is done. May change the frames that `options` passes over, by Options::sync, whose kPropose ends it there. Throws ExitError.
Inputs open_inputs(Options& options);

/// The reference and an encode.
struct InputPair {
    std::unique_ptr<VideoReader> reference, distorted;
};

/// A pair once more, decoded on the CPU, without a word on standard error: brought to `depth` bits and adapted as in a run. Throws Error.
InputPair reopen_pair(const Options& options, size_t encode, const Adaptation& how, unsigned depth);

}  // namespace vmaf::tool
