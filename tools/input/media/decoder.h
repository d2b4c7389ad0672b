// From the packets of a video stream to its frames, in the order of presentation.
#pragma once

#include "input/media/demuxer.h"

namespace vmaf::tool {

/// The log of a decoder on the GPU, and whether that has turned the stream down.
struct DecoderLog : ErrorLog {
    std::atomic<bool> refused = false;
};

/// Decodes on threads of its own, a frame each where the codec allows it, or on a GPU. One thread at a time.
class Decoder {
 public:
    /// `demuxer` must outlive this. With a `device` its decoders do it, and frames stay in its memory. Throws Error if there is no decoder for
    /// the stream.
    Decoder(Demuxer& demuxer, unsigned threads, std::optional<unsigned> device);

    /// The next frame; false at the end. Throws Error, which names the frame, if it is not whole.
    bool next(AVFrame& frame);
    /// Frames that next() has delivered.
    uint64_t frames() const { return frames_; }

 private:
    void send_packet();
    void check_frame(const AVFrame& frame) const;
    void crop(AVFrame& frame) const;
    void use_gpu(unsigned device);
    [[noreturn]] void refuse_gpu(const std::string& reason) const;
    [[noreturn]] void fail_decoding(const std::string& reason) const;

    Demuxer& demuxer_;
    const Demuxer::Crop crop_;
    DecoderLog log_;  ///< outlives the context
    Libav<AVPacket> packet_;
    Libav<AVCodecContext> context_;
    bool drained_ = false;  ///< the end of the packets has been sent
    std::exception_ptr
        cut_;  ///< why the packets ended there, if not for the file's end; thrown behind the last frame before it
    uint64_t frames_ = 0;
};

}  // namespace vmaf::tool
