// How a run is cut: ranges of frames, and which of N of them is whose.
#pragma once

#include <climits>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace vmaf::tool {

/// The last frame of a range without an end: the library numbers frames up to it.
inline constexpr uint64_t kMostFrames = INT_MAX;

/// Frames from `first` to `last`, both included.
struct FrameSpan {
    uint64_t first = 0, last = UINT64_MAX;

    uint64_t frames() const { return last - first + 1; }
    bool operator==(const FrameSpan&) const = default;
};

/// One of the ranges, of nearly equal length, that a run is cut into.
struct Shard {
    unsigned number = 1;  ///< counted from 1
    unsigned count = 1;

    /// Its part of a run; none where there are fewer frames than shards and this one gets none.
    std::optional<FrameSpan> of(const FrameSpan& run) const;
    bool operator==(const Shard&) const = default;
};

/// "A:B", "A:" or ":B". Throws UsageError.
FrameSpan parse_frames(const std::string& text);
/// The same text; without an end where there is none.
std::string frames_text(const FrameSpan& frames);

/// The value of a variable of the environment; null if it is not set.
using Environment = std::function<const char*(const char* name)>;

/// "K/N", or "auto" and "auto/N", which take K, and N where it is not given, from the variables that a scheduler sets in the jobs of an array:
/// Slurm, Kubernetes, AWS Batch. Throws UsageError.
Shard parse_shard(const std::string& text, const Environment& environment);

}  // namespace vmaf::tool
