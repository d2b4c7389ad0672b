// From the bytes of an input to the packets of one of its video streams.
#pragma once

#include <atomic>
#include <exception>

#include "input/media/libav.h"
#include "input/media/media.h"

namespace vmaf::tool {

/// One open container. One thread at a time.
class Demuxer {
 public:
    /// Throws Error naming the input and the way out if it can't be read or has no video.
    Demuxer(std::unique_ptr<ByteStream> stream, const MediaChoice& choice);

    const std::string& name() const { return bytes_->name(); }
    /// "FILE: video stream 0 (h264)", for messages.
    const std::string& label() const { return label_; }
    const AVStream& stream() const { return *stream_; }
    const ByteStream::StopFlag& stop_flag() const { return bytes_->stop_flag(); }

    /// True for a file, which can be read from any place.
    bool seekable() const { return bytes_->seekable(); }
    /// Frames a second; 0 over 0 if nothing tells it.
    AVRational frame_rate() const { return frame_rate_; }
    /// Seconds of the stream, or of all that is in the container if it does not tell them apart; 0: it tells none.
    double duration() const;
    /// True for a bare stream, which has no times.
    bool is_bare() const { return container_->iformat->flags & AVFMT_NOTIMESTAMPS; }

    /// What the container has cut off each decoded frame, in samples; 0 where it says nothing.
    struct Crop {
        unsigned top = 0, bottom = 0, left = 0, right = 0;
    };
    Crop crop() const;
    /// Number of the stream's frames that are to be shown, where the container tells it.
    std::optional<uint64_t> frames() const { return frames_; }
    /// Among the container's video streams.
    unsigned stream_number() const { return stream_number_; }
    int64_t file_bytes() const { return size_; }  ///< -1: unknown

    /// The next packet of the stream; false at the end. Throws Error naming the place if the file is damaged or cut there.
    bool read(AVPacket& packet);
    /// Makes the packet with these times, which is a keyframe, the next one. False if it is not found, and the place is lost then.
    bool seek(int64_t pts, int64_t dts);

 private:
    static int read_bytes(void* self, uint8_t* to, int size);
    static int64_t seek_bytes(void* self, int64_t offset, int whence);

    void open();
    void choose_stream(const std::optional<unsigned>& wanted);
    void check_stream() const;
    void check_end();
    std::optional<uint64_t> count_frames() const;
    bool is_mp4() const;  ///< or MOV
    [[noreturn]] void fail_reading(int code);

    std::unique_ptr<ByteStream> bytes_;
    unsigned stream_number_ = 0;
    int64_t size_ = -1;                ///< of the file, in bytes; -1: unknown
    std::exception_ptr byte_failure_;  ///< of `bytes_`, which may not pass through the libraries
    ErrorLog log_;
    Libav<AVIOContext> io_;
    Libav<AVFormatContext> container_;
    AVStream* stream_ = nullptr;
    std::string label_;
    std::string early_error_;  ///< about packets that were read ahead when the streams were found
    uint64_t packets_ = 0;
    AVRational frame_rate_ = {0, 0};
    std::optional<uint64_t> frames_;
    Libav<AVPacket> found_;  ///< by seek(): the next one
};

/// "12.345 s", or "an unknown time".
std::string time_text(int64_t timestamp, AVRational unit);

}  // namespace vmaf::tool
