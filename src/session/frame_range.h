// A range of frames by their indexes.
#pragma once

#include <climits>

namespace vmaf {

/// Largest frame index that callers may use.
constexpr unsigned kMaxFrameIndex = INT_MAX;

/// Frames from `low` to `high`, both included.
struct FrameRange {
    unsigned low = 0, high = kMaxFrameIndex;

    bool contains(unsigned frame) const { return frame >= low && frame <= high; }
    /// True if it leaves nothing out.
    bool all() const { return low == 0 && high == kMaxFrameIndex; }
    bool operator==(const FrameRange&) const = default;
};

}  // namespace vmaf
