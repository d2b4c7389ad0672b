// One stream decoded by several decoders, each at a piece of its own.
#pragma once

#include <condition_variable>
#include <thread>

#include "input/media/decoder.h"
#include "input/media/pieces.h"

namespace vmaf::tool {

/// How a stream is decoded.
struct DecodingPlan {
    unsigned sessions = 1;           ///< decoders
    unsigned threads = 1;            ///< of each
    std::optional<unsigned> device;  ///< whose decoders they are; absent: the CPU's
    size_t frames_ahead = 0;  ///< frames that may wait for those before them; some more of the piece that is read
};

/// The decoders take the pieces of the stream in turn. What they give waits until the frames before it have been taken: of twice as many pieces
/// as there are decoders, and no more than DecodingPlan says. A decoder of H.264 is given the packets of its next piece behind those of the last:
/// it starts anew at the IDR picture, and gives meanwhile what it has held back. next() may be called from one thread at a time.
class ParallelDecoder final : public FrameStream {
 public:
    /// `demuxer` must outlive this, and nobody else reads from it. `start_frame`: as for Cutter.
    ParallelDecoder(Demuxer& demuxer, const DecodingPlan& plan, std::optional<uint64_t> start_frame);
    ~ParallelDecoder() override;

    bool next(AVFrame& frame) override;
    uint64_t frames() const override { return frames_; }

 private:
    /// What is there of a piece.
    struct Output {
        std::deque<Libav<AVFrame>> frames;
        std::optional<uint64_t> first,
            behind;  ///< hashes: of its first frame, and of the one that follows; where both pieces decode that
        bool done = false;
        std::exception_ptr failure;  ///< behind `frames`
    };
    /// A piece that is decoded.
    struct Task {
        Piece piece;
        Output* output = nullptr;
        uint64_t frames = 0;  ///< that have come of it
        std::deque<Libav<AVPacket>>
            packets{};       ///< that the decoder has had, to decode the piece again; none of a long one
        uint64_t bytes = 0;  ///< of these

        void keep(const AVPacket& packet);
        /// True of what is too much to keep: the decoder does not go on behind it.
        bool is_long() const;
    };
    /// A decoder, and the pieces that are in it: packets are of the last one, frames of the first one.
    struct Session {
        std::unique_ptr<Decoder> decoder;
        std::deque<Task> tasks;
        bool apart = false;   ///< of several pieces that it has had, the first one is decoded again, alone
        uint64_t passed = 0;  ///< frames to come that have come already
    };
    /// What one of the sessions does with the cutter.
    enum class Reading { kNothing, kTake, kExtend };

    void run();
    bool begin(Session& session);
    bool go_on(Session& session);
    bool take(Session& session);
    bool may_take() const;
    void has_read(const Piece& piece);
    bool next_frame(Session& session, AVFrame& frame, Libav<AVFrame>& last);
    void begin_again(Session& session);
    void decode(Session& session);
    void finish_first(Session& session, Libav<AVFrame> last);
    bool is_hashed(const Piece& piece, uint64_t most) const;
    bool next_packet(Session& session, AVPacket& packet, uint64_t& first_frame);
    void check_cut(const Output& output);
    void push(Output& output, Libav<AVFrame> frame);
    void finish(Output& output, std::exception_ptr failure);
    template <class Condition>
    void wait(std::unique_lock<std::mutex>& lock, const Condition& condition);
    void close();

    Demuxer& demuxer_;
    const DecodingPlan plan_;
    Cutter cutter_;  ///< of the session that reads

    std::mutex mutex_;  ///< covers what follows
    std::condition_variable changed_;
    Reading reading_ = Reading::kNothing;
    std::deque<Output> outputs_;  ///< of the pieces from the one on that is to be read next
    size_t waiting_ = 0;          ///< frames in them
    bool ended_ = false, closing_ = false;

    // Of the reader alone.
    uint64_t frames_;
    std::optional<uint64_t> expected_;  ///< hash of the next frame, by the piece before
    std::vector<std::thread> threads_;
};

}  // namespace vmaf::tool
