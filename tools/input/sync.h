// Finds out which frame of an encode shows which frame of the reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "input/video_reader.h"

namespace vmaf::tool {

/// Mean luma of the cells of a grid that covers the picture, on the scale of 8 bits.
using Thumbnail = std::vector<float>;

/// Up to `count` frames of the video from number `first` on. Throws Error.
std::vector<Thumbnail> thumbnails(VideoReader& reader, uint64_t first, uint64_t count);

/// How well two videos match when frame n of the encode is paired with frame n + shift of the reference.
struct Match {
    int64_t shift = 0;
    double difference = 0;  ///< mean of the thumbnails' absolute difference
    uint64_t frames = 0;    ///< that were compared
};

struct SyncFinding {
    Match best, next;  ///< next: the best one of all other shifts
    Match now;         ///< at shift 0
    bool evident;      ///< the best one stands out
};

/// Tries all shifts up to `window` frames to either side at which enough frames remain. Absent: there are too few frames.
std::optional<SyncFinding> find_sync(const std::vector<Thumbnail>& reference, const std::vector<Thumbnail>& distorted,
                                     unsigned window);

/// What was found, in one sentence without its full stop. `reference_first`, `distorted_first`: numbers of the frames that are paired first now.
std::string sync_words(const SyncFinding& finding, const VideoReader& reference, const VideoReader& distorted,
                       uint64_t reference_first, uint64_t distorted_first);

}  // namespace vmaf::tool
