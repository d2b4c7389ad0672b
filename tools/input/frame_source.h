// One input of the command: threads that read a few frames ahead into pictures of the library's pool.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "input/video_reader.h"

namespace vmaf::tool {

/// Which frames of an input are read, and how.
struct ReadPlan {
    unsigned planes = 7;          ///< bit p: plane p is read
    uint64_t skip = 0;            ///< frames to pass over at first
    uint64_t limit = UINT64_MAX;  ///< most frames to read
    size_t ahead = 3;             ///< frames read before they are asked for, and so the pictures that a source holds
    unsigned readers =
        1;  ///< threads that read in turns, where the input is a file: one core copies less than a GPU takes
    std::string skip_reason;  ///< "--frame_skip_ref 9 begins behind them": what is said where fewer frames are there
};

/// Reading ahead lets both inputs come from one writer that alternates between two pipes in any order.
class FrameSource {
 public:
    /// Starts to read. `fetch` is called from the threads.
    FrameSource(std::unique_ptr<VideoReader> reader, PictureFetch fetch, const ReadPlan& plan);
    ~FrameSource();

    const VideoReader& reader() const { return *readers_.front(); }
    /// The next frame, which the caller then owns; false at the end. Throws what reading it threw.
    bool next(VmafPicture& picture);
    /// VideoReader::frame_time() of the frame that next() has given last. The caller's thread.
    std::optional<double> time() const { return time_; }
    /// VideoReader::loose_end() where next() has reached the end.
    std::string loose_end();
    /// Changes ReadPlan::ahead from now on.
    void set_ahead(size_t ahead);

 private:
    /// A frame's place in the order of reading.
    struct Slot {
        bool done = false;
        VmafPicture picture = {};  ///< none if the input ended here, or failed
        std::optional<double> time;
        std::exception_ptr failure;
        std::string loose_end;  ///< of the reader, where it ended
    };

    void close();
    void run(unsigned first);
    bool wait_for_turn(uint64_t index);
    [[noreturn]] void refuse_skip(const VideoReader& reader) const;
    bool read_into(Slot& slot, VideoReader& reader, uint64_t index) const;
    Slot read_frame(VideoReader& reader, uint64_t index) const;
    bool publish(uint64_t index, Slot slot);

    const PictureFetch fetch_;
    const ReadPlan plan_;
    std::vector<std::unique_ptr<VideoReader>> readers_;
    std::optional<double> time_;
    std::mutex mutex_;  ///< covers what follows
    std::condition_variable changed_;
    std::deque<Slot> slots_;  ///< from frame `next_` on
    uint64_t next_ = 0;
    size_t ahead_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace vmaf::tool
