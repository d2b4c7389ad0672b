// FFmpeg's libraries as C++ sees them: owners, error texts, and what they log about one input.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/pixdesc.h>
}

#include <memory>
#include <mutex>
#include <string>

namespace vmaf::tool {

struct LibavReleaser {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
    void operator()(AVIOContext* io) const {
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
};
template <class T>
using Libav = std::unique_ptr<T, LibavReleaser>;

/// `pointer` with an owner. Throws std::bad_alloc for null.
template <class T>
Libav<T> owned(T* pointer) {
    if (!pointer) throw std::bad_alloc();
    return Libav<T>(pointer);
}

/// The errors that the libraries log about one input. Contexts name it as their `opaque`. From any thread.
class ErrorLog {
 public:
    void add(std::string text);
    /// The first error since the last call, or empty.
    std::string take();

 private:
    std::mutex mutex_;
    std::string first_;
};

/// From now on the libraries print nothing: errors of contexts with an ErrorLog go there, all else is dropped.
void capture_libav_log();

/// "Invalid data found when processing input" and the like.
std::string libav_error(int code);

/// What went wrong: what the libraries logged, which tells more than `code`, or else the text of `code`.
std::string libav_reason(ErrorLog& log, int code);

}  // namespace vmaf::tool
