// The decoders' threads, and the frames that wait for their turn.
#include "input/media/parallel_decoder.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "input/media/frame_format.h"

namespace vmaf::tool {

namespace {

bool is_h264(const Demuxer& demuxer) { return demuxer.stream().codecpar->codec_id == AV_CODEC_ID_H264; }

/// Emptied of H.264, libavcodec makes the GPU's decoder anew, which takes as long as some fifty frames of 1080p. These are more than it holds back, so that
/// the next piece brings out the last one.
size_t least_packets(const Demuxer& demuxer, const DecodingPlan& plan) {
    constexpr size_t kMany = 60;
    return plan.device && is_h264(demuxer) ? kMany : 1;
}

}  // namespace

void ParallelDecoder::Task::keep(const AVPacket& packet) {
    bytes += static_cast<uint64_t>(packet.size);
    if (is_long())
        packets.clear();
    else
        packets.push_back(owned(av_packet_clone(&packet)));
}

bool ParallelDecoder::Task::is_long() const {
    constexpr uint64_t kMost = 32 << 20;
    return bytes > kMost;
}

ParallelDecoder::ParallelDecoder(Demuxer& demuxer, const DecodingPlan& plan, std::optional<uint64_t> start_frame)
    : demuxer_(demuxer),
      plan_(plan),
      cutter_(demuxer, start_frame, least_packets(demuxer, plan)),
      frames_(start_frame.value_or(0)) {
    try {
        for (unsigned i = 0; i < std::max(plan.sessions, 1u); i++) threads_.emplace_back([this] { run(); });
    } catch (const std::system_error& error) {
        close();
        fail(error.code().value(), "can't start a thread to decode ", demuxer.name(), ": ", error.code().message());
    }
}

ParallelDecoder::~ParallelDecoder() { close(); }

void ParallelDecoder::close() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    if (!demuxer_.seekable()) *demuxer_.stop_flag() = true;  // a thread may be waiting for a pipe
    for (std::thread& thread : threads_) thread.join();
}

/// Throws Error if the input is stopped meanwhile.
template <class Condition>
void ParallelDecoder::wait(std::unique_lock<std::mutex>& lock, const Condition& condition) {
    constexpr std::chrono::milliseconds kStopCheck(100);
    while (!condition()) {
        if (closing_ || *demuxer_.stop_flag()) fail(ECANCELED, demuxer_.name(), ": stopped");
        changed_.wait_for(lock, kStopCheck);
    }
}

void ParallelDecoder::run() {
    Session session;
    try {
        while (begin(session)) decode(session);
    } catch (...) {
        if (session.tasks.empty()) return;  // closing
        finish(*session.tasks.front().output, std::current_exception());
    }
}

/// With mutex_ held.
bool ParallelDecoder::may_take() const {
    return reading_ == Reading::kNothing && !ended_ && outputs_.size() < 2 * size_t{plan_.sessions};
}

/// Gives an empty decoder the next piece; false if there is none.
bool ParallelDecoder::begin(Session& session) {
    {
        std::unique_lock lock(mutex_);
        wait(lock, [&] { return ended_ || may_take(); });
        if (ended_) return false;
        reading_ = Reading::kTake;
    }
    if (!take(session)) return false;
    const Piece& piece = session.tasks.back().piece;
    const auto source = [this, &session](AVPacket& packet, uint64_t& first_frame) {
        return next_packet(session, packet, first_frame);
    };
    // Before another session reads: that changes what the decoder is made from.
    if (session.decoder)
        session.decoder->restart(source, piece.first_frame);
    else
        session.decoder = std::make_unique<Decoder>(demuxer_, source, piece.first_frame, plan_.threads, plan_.device);
    has_read(piece);
    return true;
}

/// Has the decoder go on with the next piece, if it can do so without being emptied. It waits for one, unless the reader waits for what the decoder
/// holds back.
bool ParallelDecoder::go_on(Session& session) {
    if (!is_h264(demuxer_) || session.tasks.back().is_long()) return false;
    {
        std::unique_lock lock(mutex_);
        const Output* const own = session.tasks.front().output;
        const auto is_wanted = [&] {
            return own == &outputs_.front() && own->frames.empty() && reading_ != Reading::kTake;
        };
        wait(lock, [&] { return ended_ || may_take() || is_wanted(); });
        if (!may_take()) return false;
        reading_ = Reading::kTake;
    }
    if (!take(session)) return false;
    has_read(session.tasks.back().piece);
    return true;
}

/// Reads the next piece, or its beginning; false if there is none.
bool ParallelDecoder::take(Session& session) {
    Task& task = session.tasks.emplace_back();
    {
        const std::lock_guard lock(mutex_);
        task.output = &outputs_.emplace_back();
    }
    if (cutter_.take(task.piece)) return true;
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    finish(*task.output, nullptr);
    session.tasks.pop_back();
    return false;
}

/// The others may read if the piece is whole.
void ParallelDecoder::has_read(const Piece& piece) {
    const std::lock_guard lock(mutex_);
    ended_ = ended_ || piece.failure;
    reading_ = piece.whole ? Reading::kNothing : Reading::kExtend;
    changed_.notify_all();
}

bool ParallelDecoder::next_packet(Session& session, AVPacket& packet, uint64_t& first_frame) {
    Piece* piece = &session.tasks.back().piece;
    if (piece->packets.empty() && !piece->whole) {
        cutter_.extend(*piece);
        has_read(*piece);
    }
    if (piece->packets.empty()) {
        if (piece->failure) std::rethrow_exception(piece->failure);
        if (!go_on(session)) return false;
        piece = &session.tasks.back().piece;
    }
    first_frame = piece->first_frame;
    if (is_h264(demuxer_)) session.tasks.back().keep(*piece->packets.front());
    av_packet_move_ref(&packet, piece->packets.front().get());
    piece->packets.pop_front();
    return true;
}

/// Has the decoder decode the first of its pieces from the start. If that is the only one it then goes on as ever.
void ParallelDecoder::begin_again(Session& session) {
    Task& first = session.tasks.front();
    session.apart = session.tasks.size() > 1;
    session.passed = first.frames;
    first.bytes = 0;
    const auto had = std::make_shared<std::deque<Libav<AVPacket>>>(std::exchange(first.packets, {}));
    const auto source = [this, &session, had, alone = !session.apart](AVPacket& packet, uint64_t& first_frame) {
        if (had->empty()) return alone && next_packet(session, packet, first_frame);
        Task& task = session.tasks.front();
        first_frame = task.piece.first_frame;
        if (alone) task.keep(*had->front());
        av_packet_move_ref(&packet, had->front().get());
        had->pop_front();
        return true;
    };
    session.decoder->restart(source, first.piece.first_frame);
}

/// The decoder's next frame; false if it is empty. If it fails, `last`, which precedes that, is handed out first. A decoder that has had several
/// pieces does not tell which one is at fault: they are then decoded one by one.
bool ParallelDecoder::next_frame(Session& session, AVFrame& frame, Libav<AVFrame>& last) {
    for (;;) {
        try {
            if (!session.decoder->next(frame)) return false;
            if (!session.passed) return true;
            session.passed--;
            av_frame_unref(&frame);
        } catch (const Error& error) {
            if (error.code() == ECANCELED) throw;
            if (session.tasks.size() == 1 || session.apart || session.tasks.back().is_long()) {
                if (last) push(*session.tasks.front().output, std::move(last));
                throw;
            }
            begin_again(session);
        }
    }
}

/// Until the decoder is empty. The last frame is held back until it is known to be the piece's own.
void ParallelDecoder::decode(Session& session) {
    Libav<AVFrame> last;
    for (;;) {
        auto frame = owned(av_frame_alloc());
        const bool there = next_frame(session, *frame, last);
        if (!there && session.apart) {
            finish_first(session, std::move(last));
            begin_again(session);
            continue;
        }
        const auto is_of = [&](const Task& task) { return task.piece.first_frame == session.decoder->first_frame(); };
        while (!session.tasks.empty() && !(there && is_of(session.tasks.front())))
            finish_first(session, std::move(last));
        if (!there) return;
        Task& task = session.tasks.front();
        if (!last && task.piece.overlapped && is_hashed(task.piece, 1)) task.output->first = frame_hash(*frame);
        if (last) push(*task.output, std::move(last));
        last = std::move(frame);
        task.frames++;
    }
}

/// Both sides of the first cut, and on the CPU of all: on the GPU that takes a copy.
bool ParallelDecoder::is_hashed(const Piece& piece, uint64_t most) const {
    return !plan_.device || piece.number <= most;
}

void ParallelDecoder::finish_first(Session& session, Libav<AVFrame> last) {
    const Piece& piece = session.tasks.front().piece;
    Output* const output = session.tasks.front().output;
    if (last && piece.overlaps && is_hashed(piece, 0)) output->behind = frame_hash(*last);
    if (last && !piece.overlaps) push(*output, std::move(last));
    finish(*output, nullptr);
    session.tasks.pop_front();
}

void ParallelDecoder::push(Output& output, Libav<AVFrame> frame) {
    std::unique_lock lock(mutex_);
    // The piece that is being read may always have some, so that it goes on whatever the others hold.
    constexpr size_t kEnough = 16;
    wait(lock, [&] {
        return waiting_ < plan_.frames_ahead || (&output == &outputs_.front() && output.frames.size() < kEnough);
    });
    output.frames.push_back(std::move(frame));
    waiting_++;
    changed_.notify_all();
}

void ParallelDecoder::finish(Output& output, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    output.done = true;
    ended_ = ended_ || failure;
    output.failure = std::move(failure);
    changed_.notify_all();
}

/// At a frame of `output`: the first one is what the decoder of the piece before has made of it.
void ParallelDecoder::check_cut(const Output& output) {
    const auto expected = std::exchange(expected_, std::nullopt);
    if (expected && output.first && *expected != *output.first)
        fail(
            EIO, demuxer_.label(), ": frame ", frames_,
            ", a keyframe, is not the same with and without what precedes it; --sessions 1 decodes the file in one go");
}

bool ParallelDecoder::next(AVFrame& frame) {
    std::unique_lock lock(mutex_);
    for (;;) {
        wait(lock, [&] { return !outputs_.empty() && (outputs_.front().done || !outputs_.front().frames.empty()); });
        Output& output = outputs_.front();
        if (!output.frames.empty()) {
            av_frame_move_ref(&frame, output.frames.front().get());
            output.frames.pop_front();
            waiting_--;
            check_cut(output);
            frames_++;
            changed_.notify_all();
            return true;
        }
        if (output.failure) std::rethrow_exception(output.failure);
        if (outputs_.size() == 1 && ended_) return false;
        expected_ = output.behind;
        outputs_.pop_front();
        changed_.notify_all();
    }
}

}  // namespace vmaf::tool
