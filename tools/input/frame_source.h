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
    unsigned readers = 1;  ///< threads that read, where the input is a file: one core copies less than a GPU takes
    unsigned sharers =
        1;  ///< of them, that read a frame together, each its rows; one where the input is not read by rows
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
    /// What one reader has found in a frame's place.
    struct Finding {
        bool there = false;
        std::optional<double> time;
        std::exception_ptr failure;
        std::string loose_end;  ///< of the reader, where the input ended
    };
    /// A frame's place in the order of reading: it and its picture stay as long as one of its readers is at work on them.
    struct Slot {
        ~Slot();
        void drop_picture();

        std::mutex fetching;
        VmafPicture picture =
            {};  ///< of the frame's first reader; without one when all are done, the input ended here, or failed
        // Covered by FrameSource::mutex_.
        unsigned readers = 0;  ///< that are done
        Finding found;
    };

    void open_readers(std::unique_ptr<VideoReader> reader);
    void close();
    void run(unsigned number);
    std::shared_ptr<Slot> wait_for_turn(uint64_t index);
    [[noreturn]] void refuse_skip(const VideoReader& reader) const;
    bool read_into(Slot& slot, VideoReader& reader, uint64_t index, Finding& finding) const;
    Finding read_frame(Slot& slot, VideoReader& reader, uint64_t index) const;
    bool is_done(const Slot& slot) const { return slot.readers == sharers_; }
    bool finish(Slot& slot, Finding finding);

    const PictureFetch fetch_;
    const ReadPlan plan_;
    std::vector<std::unique_ptr<VideoReader>> readers_;  ///< `sharers_` for each of the frames that are read at a time
    unsigned sharers_ = 1;
    std::optional<double> time_;
    std::mutex mutex_;  ///< covers what follows
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Slot>> slots_;  ///< from frame `next_` on
    uint64_t next_ = 0;
    size_t ahead_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace vmaf::tool
