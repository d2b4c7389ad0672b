// Groups packets behind the start that they need. Frames that are shown before a start but may need what precedes it go to the piece before.
#include "input/media/pieces.h"

#include <utility>

#include "base/error.h"

namespace vmaf::tool {

namespace {

// Larger pieces are decoded while they are read.
constexpr size_t kMostPackets = 600, kMostBytes = 64 << 20;

Libav<AVPacket> another(const AVPacket& packet) { return owned(av_packet_clone(&packet)); }

}  // namespace

Cutter::Cutter(Demuxer& demuxer, std::optional<uint64_t> start_frame)
    : demuxer_(demuxer),
      finder_(*demuxer.stream().codecpar, start_frame.has_value()),
      mid_stream_(start_frame.has_value()),
      frames_(start_frame.value_or(0)) {}

/// What comes next. An error of the demuxer is an end, which lasts.
Cutter::Item Cutter::read() {
    if (std::exchange(has_next_, false)) return std::move(next_);
    Item item;
    if (ended_) return item;
    try {
        item.packet = owned(av_packet_alloc());
        if (!demuxer_.read(*item.packet)) item.packet.reset();
    } catch (...) {
        item.packet.reset();
        failure_ = std::current_exception();
    }
    ended_ = !item.packet;
    if (ended_) return item;
    item.access = finder_.next(*item.packet);
    item.shown = finder_.shown();
    return item;
}

void Cutter::append(Piece& piece, Item item) {
    frames_ += item.shown;
    piece.bytes += static_cast<size_t>(item.packet->size);
    piece.packets.push_back(std::move(item.packet));
}

/// They are of the piece before.
void Cutter::pass_over_leading() {
    do next_ = read();
    while (next_.packet && next_.access == Access::kLeading);
    has_next_ = true;
}

/// Ends the piece before `start`, or behind the frames that are shown before it.
void Cutter::close(Piece& piece, Item start) {
    piece.whole = true;
    start_ = std::move(start);
    next_ = read();
    if (next_.packet && next_.access == Access::kLeading) {
        piece.packets.push_back(another(*start_.packet));
        piece.overlaps = overlaps_ = true;
        for (; next_.packet && next_.access == Access::kLeading; next_ = read()) append(piece, std::move(next_));
    }
    has_next_ = true;
}

bool Cutter::take(Piece& piece) {
    piece = {};
    Item start = start_.packet ? std::move(start_) : read();
    if (!start.packet && failure_) std::rethrow_exception(failure_);
    if (!start.packet) return false;
    piece.number = pieces_++;
    piece.first_frame = frames_;
    piece.overlapped = std::exchange(overlaps_, false);
    append(piece, std::move(start));
    if (std::exchange(mid_stream_, false)) pass_over_leading();
    while (!piece.whole && piece.packets.size() < kMostPackets && piece.bytes < kMostBytes) extend(piece);
    return true;
}

void Cutter::extend(Piece& piece) {
    Item item = read();
    if (item.packet && item.access == Access::kStart) return close(piece, std::move(item));
    if (item.packet) return append(piece, std::move(item));
    piece.whole = true;
    piece.failure = failure_;
}

}  // namespace vmaf::tool
