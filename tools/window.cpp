// Bounds the memory of pictures, whatever their size and number.
#include "window.h"

#include <algorithm>

#include "session/chunk.h"

namespace vmaf::tool {

namespace {

/// A picture that the library may keep, and two on their way out of and into an input's hands.
constexpr unsigned kExtra = 3;

/// As far ahead as every reader needs to have a frame to read.
Window with_work(Window window) {
    const size_t ahead = std::max<size_t>(window.ahead, window.readers / window.sharers);
    window.pictures += static_cast<unsigned>(ahead - window.ahead);
    window.ahead = ahead;
    return window;
}

}  // namespace

/// Each thread of the library works on a pair.
Window cpu_window(unsigned threads) {
    constexpr unsigned kAhead = 3;
    return {kAhead, 1, 1, kAhead + threads + 2 + kExtra};
}

/// Enough to keep GPUs busy, and to have something ready when they have started. Of several each has a chunk of frames and gets the next.
Window gpu_window(const PictureFormat& format, unsigned planes, unsigned cores, size_t encodes, size_t devices) {
    constexpr uint64_t kInputBytes = 32 << 20, kInputs = 16;  // with more of them each gets less
    constexpr uint64_t kShare = 1 << 18;                      // bytes; a smaller one is not worth the call
    const uint64_t inputs = 1 + encodes;
    const uint64_t picture = uint64_t{format.w} * format.h * format.sample_bytes() * (planes == 1 ? 1 : 3);
    const uint64_t bytes = kInputBytes * std::min(inputs, kInputs);
    const auto pairs = static_cast<unsigned>(std::clamp<uint64_t>(bytes / (inputs * picture), 8, 64) * devices);
    const uint64_t readers = std::clamp<uint64_t>(cores / inputs, 1, 8 * devices);
    const uint64_t sharers = std::clamp<uint64_t>(std::min(picture / kShare, readers / 2), 1, 4);
    const auto dealt = static_cast<unsigned>(devices > 1 ? devices * 2 * chunk_of(format) : 0);
    return with_work({pairs / 2, static_cast<unsigned>(readers - readers % sharers), static_cast<unsigned>(sharers),
                      pairs / 2 + std::max(pairs, dealt) + kExtra});
}

Window shared_window(Window window, unsigned cores, size_t encodes) {
    const auto readers = static_cast<unsigned>(std::clamp<uint64_t>(cores / (1 + encodes), 1, 8));
    window.readers = std::max(window.readers, readers);
    window.sharers = 1;
    return with_work(window);
}

}  // namespace vmaf::tool
