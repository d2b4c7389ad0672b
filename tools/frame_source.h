// One input of the command: a thread that reads a few frames ahead into pictures of the library's pool.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "video_reader.h"

namespace vmaf {

/// Reading ahead lets both inputs come from one writer that alternates between two pipes in any order.
class FrameSource {
 public:
    static constexpr size_t kAhead = 3;          ///< frames read before they are asked for
    static constexpr size_t kHeld = kAhead + 2;  ///< pictures in the hands of a source and of who took its last frame

    /// Gives an empty picture of the reader's format; throws Error if there is none. Called from the thread.
    using Fetch = std::function<VmafPicture()>;

    /// Starts to read: passes over `skip` frames, then takes the planes of the mask `planes` of the others, at most `limit` frames.
    FrameSource(std::unique_ptr<VideoReader> reader, Fetch fetch, unsigned planes, uint64_t skip, uint64_t limit);
    ~FrameSource();

    const VideoReader& reader() const { return *reader_; }
    /// The next frame, which the caller then owns; false at the end. Throws what reading it threw.
    bool next(VmafPicture& picture);

 private:
    void run(unsigned planes, uint64_t skip, uint64_t limit);
    void pass_over(uint64_t count);
    /// False if the source is being closed.
    bool push(const VmafPicture& picture);

    std::unique_ptr<VideoReader> reader_;
    Fetch fetch_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<VmafPicture> frames_;  ///< guarded by mutex_, as the following
    bool ended_ = false, closing_ = false;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace vmaf
