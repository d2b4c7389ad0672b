// The starts of a stream, with the frames that they show, for seeking.
#pragma once

#include <vector>

#include "input/media/pieces.h"

namespace vmaf::tool {

/// A packet from which decoding can begin. Its times tell it from others.
struct Start {
    uint64_t frame = 0;  ///< number of the first frame that is shown from here on, leading ones not counted
    int64_t pts = AV_NOPTS_VALUE, dts = AV_NOPTS_VALUE;  ///< in the stream's unit

    bool has_time() const { return pts != AV_NOPTS_VALUE || dts != AV_NOPTS_VALUE; }
    bool operator==(const Start&) const = default;
};

/// All starts of one stream, found by a pass over its packets without decoding. Frames are counted as packets tell them: who seeks verifies it.
class KeyframeIndex {
 public:
    /// Reads the packets of `demuxer`, which is at its beginning, to the end or the first start behind frame `last`. Throws as Demuxer::read().
    static KeyframeIndex build(Demuxer& demuxer, uint64_t last = UINT64_MAX);
    /// What save() has written of the same stream of a file of the same size; empty if the file is not there, or is of another. Throws
    /// Error(EINVAL) if it is damaged.
    static KeyframeIndex load(const std::string& path, const Demuxer& demuxer);
    /// Writes all that is known to a file of that name, at once or not at all. Throws Error.
    void save(const std::string& path, const Demuxer& demuxer) const;

    /// The last start at or before frame `frame`; null without any.
    const Start* before(uint64_t frame) const;
    /// True if the stream has been seen as far as frame `frame`.
    bool reaches(uint64_t frame) const { return whole_ || (!starts_.empty() && starts_.back().frame > frame); }
    const std::vector<Start>& starts() const { return starts_; }

 private:
    std::vector<Start> starts_;  ///< in the order of frames
    bool whole_ = false;         ///< to the end of the stream
};

}  // namespace vmaf::tool
