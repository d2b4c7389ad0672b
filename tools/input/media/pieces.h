// A stream cut where its decoding can begin, and several decoders at its pieces.
#pragma once

#include <deque>
#include <mutex>

#include "input/media/access.h"
#include "input/media/demuxer.h"

namespace vmaf::tool {

/// Packets that are decoded alone, and whose frames follow one another in the order of presentation.
struct Piece {
    uint64_t number = 0;       ///< from 0 on
    uint64_t first_frame = 0;  ///< its number in the stream
    std::deque<Libav<AVPacket>> packets;
    size_t bytes = 0;    ///< of them, as they came
    bool whole = false;  ///< `packets` is all; otherwise Cutter::extend() gives more
    /// The last frame is the first one of the next piece, which those before it refer to.
    bool overlaps = false;
    bool overlapped = false;     ///< by the piece before
    std::exception_ptr failure;  ///< why the packets end, if not for the next piece or the file's end
};

/// Cuts the packets of a stream into pieces. One thread at a time.
class Cutter {
 public:
    /// `demuxer` must outlive this, and stands at its first packet. With `start_frame` it is that of a start behind it, which shows that frame.
    Cutter(Demuxer& demuxer, std::optional<uint64_t> start_frame);

    /// The next piece, or its beginning; false at the end. The one before it must be whole.
    bool take(Piece& piece);
    /// Adds to a piece that is not whole: a packet at least, or nothing, and it is whole now.
    void extend(Piece& piece);

 private:
    struct Item {
        Libav<AVPacket> packet;  ///< none at the end
        Access access = Access::kNone;
        unsigned shown = 0;
    };
    Item read();
    void append(Piece& piece, Item item);
    void pass_over_leading();
    void close(Piece& piece, Item start);

    Demuxer& demuxer_;
    AccessFinder finder_;
    bool mid_stream_;    ///< and nothing has been read
    uint64_t frames_;    ///< shown by the packets that have been handed out
    Item start_, next_;  ///< read before they were wanted: of the next piece, and behind its start
    uint64_t pieces_ = 0;
    bool overlaps_ = false;  ///< the last piece does
    bool has_next_ = false, ended_ = false;
    std::exception_ptr failure_;
};

}  // namespace vmaf::tool
