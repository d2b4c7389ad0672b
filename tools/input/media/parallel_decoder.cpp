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

/// Each piece of H.264 has libavcodec make the GPU's decoder anew, which takes as long as some fifty frames of 1080p.
size_t least_packets(const Demuxer& demuxer, const DecodingPlan& plan) {
    constexpr size_t kMany = 240;
    return plan.device && demuxer.stream().codecpar->codec_id == AV_CODEC_ID_H264 ? kMany : 1;
}

}  // namespace

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
    for (;;) {
        try {
            if (!begin(session)) return;
            decode(session);
        } catch (...) {
            if (!session.output) return;  // closing
            finish(*session.output, std::current_exception());
            return;
        }
        finish(*session.output, nullptr);
    }
}

/// Takes the next piece; false if there is none. Reading stays locked if it is not whole.
bool ParallelDecoder::begin(Session& session) {
    session.output = nullptr;
    session.reading = std::unique_lock(reading_);
    {
        std::unique_lock lock(mutex_);
        wait(lock, [&] { return ended_ || outputs_.size() <= plan_.sessions; });
        if (ended_) return false;
        session.output = &outputs_.emplace_back();
    }
    const bool there = cutter_.take(session.piece);
    if (!there || session.piece.failure) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    if (!there) return finish(*session.output, nullptr), false;
    const auto source = [this, &session](AVPacket& packet) { return next_packet(session, packet); };
    // While reading is locked: it changes what the decoder is made from.
    if (session.decoder)
        session.decoder->restart(source, session.piece.first_frame);
    else
        session.decoder =
            std::make_unique<Decoder>(demuxer_, source, session.piece.first_frame, plan_.threads, plan_.device);
    if (session.piece.whole) session.reading.unlock();
    return true;
}

bool ParallelDecoder::next_packet(Session& session, AVPacket& packet) {
    Piece& piece = session.piece;
    if (piece.packets.empty() && !piece.whole) {
        cutter_.extend(piece);
        if (piece.whole) session.reading.unlock();
    }
    if (piece.packets.empty()) {
        if (piece.failure) std::rethrow_exception(piece.failure);
        return false;
    }
    av_packet_move_ref(&packet, piece.packets.front().get());
    piece.packets.pop_front();
    return true;
}

/// The last frame is held back until it is known to be the piece's own.
void ParallelDecoder::decode(Session& session) {
    const Piece& piece = session.piece;
    Output& output = *session.output;
    const auto hashed = [&](uint64_t most) { return !plan_.device || piece.number <= most; };  // there it takes a copy
    Libav<AVFrame> last;
    for (;;) {
        auto frame = owned(av_frame_alloc());
        const bool there = session.decoder->next(*frame);
        if (there && !last && piece.overlapped && hashed(1)) output.first = frame_hash(*frame);
        if (!there && last && piece.overlaps && hashed(0)) output.behind = frame_hash(*last);
        if (last && (there || !piece.overlaps)) push(output, std::move(last));
        if (!there) return;
        last = std::move(frame);
    }
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
