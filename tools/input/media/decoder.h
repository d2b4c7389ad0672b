// From the packets of a video stream to its frames, in the order of presentation.
#pragma once

#include <deque>
#include <functional>

#include "base/error.h"
#include "input/media/demuxer.h"

namespace vmaf::tool {

/// The log of a decoder on the GPU, and whether that has turned the stream down.
struct DecoderLog : ErrorLog {
    std::atomic<bool> refused = false;
};

/// The frames of a stream in the order of presentation. One thread at a time.
class FrameStream {
 public:
    virtual ~FrameStream() = default;
    /// The next frame; false at the end. Throws Error, which names the frame, if it is not whole.
    virtual bool next(AVFrame& frame) = 0;
    /// Number of the frame that comes next.
    virtual uint64_t frames() const = 0;
};

/// A GPU's decoders don't decode the stream.
class GpuRefusal : public Error {
 public:
    /// `words`: which stream, and why.
    explicit GpuRefusal(const std::string& words)
        : Error(EINVAL, words + "; leave out --decoder cuda, and the CPU decodes it"), words(words) {}

    const std::string words;
};

/// Gives the next packet; false at the end. What it throws comes behind the last frame before it. The packets may go on elsewhere in the stream, with one that shows frame
/// `first_frame`, which the source then sets. That packet forgets all before it, of H.264.
using PacketSource = std::function<bool(AVPacket& packet, uint64_t& first_frame)>;

/// Decodes on threads of its own, a frame each where the codec allows it, or on a GPU.
class Decoder final : public FrameStream {
 public:
    /// Of packets of the stream of `demuxer`, which must outlive this, from a start that shows frame `frame`. With a `device` its decoders do it, and frames stay in its memory. Throws
    /// Error if there is no decoder for the stream.
    Decoder(const Demuxer& demuxer, PacketSource packets, uint64_t frame, unsigned threads,
            std::optional<unsigned> device);

    bool next(AVFrame& frame) override;
    uint64_t frames() const override { return frames_; }
    /// Number of the frame with which the packets began, or went on elsewhere, that the last frame came of.
    uint64_t first_frame() const { return first_frame_; }
    /// Forgets all, to go on with `packets`, of which the first can be decoded alone and shows frame `frame`.
    void restart(PacketSource packets, uint64_t frame);

 private:
    void send_packet();
    void find_place(const AVFrame& frame);
    void check_frame(const AVFrame& frame) const;
    void crop(AVFrame& frame) const;
    void use_gpu(unsigned device);
    [[noreturn]] void refuse_gpu(const std::string& reason) const;
    [[noreturn]] void fail_decoding(const std::string& reason) const;

    const Demuxer& demuxer_;
    PacketSource packets_;
    const Demuxer::Crop crop_;
    DecoderLog log_;  ///< outlives the context
    Libav<AVPacket> packet_;
    Libav<AVCodecContext> context_;
    Libav<AVBufferRef> surfaces_;  ///< copies of what a GPU has decoded
    bool drained_ = false;         ///< the end of the packets has been sent
    std::exception_ptr
        cut_;  ///< why the packets ended there, if not for the file's end; thrown behind the last frame before it
    uint64_t sent_first_frame_;       ///< of the last packet
    std::deque<uint64_t> elsewhere_;  ///< first frames that have been sent, and have not come out
    uint64_t first_frame_;            ///< of the last frame
    uint64_t frames_;
};

}  // namespace vmaf::tool
