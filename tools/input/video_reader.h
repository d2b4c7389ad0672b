// Video inputs: planar frames out of raw YUV or Y4M files, read into pictures.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "input/byte_stream.h"
#include "picture/picture_format.h"

namespace vmaf::tool {

/// Largest width and height, in samples.
constexpr unsigned kMaxSide = 65535;

/// How a frame lies in the file: its planes one after the other without gaps, chroma sizes rounded up.
struct FrameLayout {
    struct Size {
        unsigned w = 0, h = 0;  ///< samples
    };
    Size plane[3];
    unsigned sample_bytes = 1;    ///< 2: 16-bit little-endian words, value in the low bits
    uint64_t trailing_bytes = 0;  ///< planes that nobody wants, after the others
    bool quarter_chroma = false;  ///< 4:1:1: a chroma sample for four luma samples, delivered as 4:2:2

    /// The plain layout of `format`.
    static FrameLayout of(const PictureFormat& format);
    uint64_t plane_bytes(unsigned p) const { return uint64_t{plane[p].w} * plane[p].h * sample_bytes; }
    uint64_t bytes() const { return plane_bytes(0) + plane_bytes(1) + plane_bytes(2) + trailing_bytes; }
};

/// A part of a picture, in luma samples.
struct Rectangle {
    unsigned w = 0, h = 0, x = 0, y = 0;  ///< x and y are those of its upper left corner
};

/// The format of that part of a picture, or `format` itself without one. Throws Error(EINVAL) with the reason if it is none: it is empty or
/// reaches outside, or its corner lies within a sample of chroma.
PictureFormat cropped(PictureFormat format, const std::optional<Rectangle>& part);

/// "420" and so on, and "576x324 420 10-bit", for messages.
std::string describe(VmafPixelFormat format);
std::string describe(const PictureFormat& format);

/// What a file says of its video beside the format. Nothing of it changes how frames are read.
struct VideoTraits {
    bool of_container = false;  ///< not of a Y4M file, nor of raw video
    bool of_gpu = false;        ///< decoded by a GPU, in whose memory the pictures of read_picture() lie
    double frame_rate = 0;      ///< frames a second; 0: not told
    std::string rate_text;      ///< the same as the file has it
    double duration = 0;        ///< seconds, of the video alone where the container tells them; 0: not told
    bool guessed_rate = false;  ///< a bare stream, which has no times: the rate does not tell it from others
    std::string range, matrix;  ///< of the samples, as FFmpeg names them; empty: not told
    std::string chroma_place;   ///< of subsampled chroma's samples among luma's, likewise: "left", "center", "topleft"
    std::string codec;          ///< as FFmpeg names it; empty: none
};

/// Which rows of each plane a reader reads, where twins of it read the others: a run of them, one of `count` nearly equal ones.
struct RowShare {
    unsigned index = 0, count = 1;

    /// The first row of the share, of a plane that has `rows`; that of the next share is where it ends.
    unsigned begin(unsigned rows) const { return static_cast<unsigned>(uint64_t{rows} * index / count); }
    unsigned end(unsigned rows) const { return RowShare{index + 1, count}.begin(rows); }
};

/// Gives an empty picture of a reader's format; throws Error if there is none.
using PictureFetch = std::function<VmafPicture()>;

/// One open video. One thread at a time.
class VideoReader {
 public:
    virtual ~VideoReader() = default;

    /// What read() delivers.
    const PictureFormat& format() const { return format_; }
    virtual const std::string& name() const = 0;
    virtual VideoTraits traits() const { return {}; }
    /// Number of the frames from here to the end where the input's size tells it. For Y4M it counts on frame headers without parameters.
    virtual std::optional<uint64_t> frames_left() const = 0;

    /// Waits for the beginning of the next frame; false at the end, and where only that beginning is there.
    virtual bool frame_begins() = 0;
    /// Seconds at which the frame is shown that frame_begins() has found, on the input's own clock; none where it has no times.
    virtual std::optional<double> frame_time() const { return std::nullopt; }
    /// Reads the next frame into a picture of format(): rows of its data and stride, sizes as in VmafPicture (chroma rounded
    /// down: the file's last column or row is dropped). Planes whose bit of `planes` is clear are left as they are.
    /// False at the end, after the last whole frame; loose_end() tells what follows it. Throws Error naming the input and the frame if the
    /// frame is malformed.
    virtual bool read(VmafPicture& picture, unsigned planes) = 0;
    /// read() into a picture that it puts into `picture`: one from `fetch`, or one that lies where the reader has the frame. If that fails or
    /// returns false, `picture` may hold one nevertheless.
    virtual bool read_picture(VmafPicture& picture, const PictureFetch& fetch, unsigned planes) {
        picture = fetch();
        return read(picture, planes);
    }
    /// Passes over a frame; as read().
    virtual bool skip() = 0;
    /// Number of the frame that read() would deliver, counted from the first of the stream.
    virtual uint64_t position() const = 0;
    /// Makes frame `frame` of the stream the next one, or the end if the stream is shorter, which position() then tells. What lies between is
    /// passed over unread where the input allows it, and damage in it unnoticed. Throws Error(ESPIPE) if that is behind in an input that can be
    /// read only once; and as skip().
    virtual void seek(uint64_t frame);
    /// What follows the last whole frame, in words that name the input: an incomplete frame, or other bytes. Empty if nothing does, and as
    /// long as neither the end has been reached nor the input's size tells it.
    virtual std::string loose_end() const = 0;
    /// Throws Error if the input's size shows that it has no whole frame, before memory is taken for one.
    virtual void check_first_frame() const = 0;
    /// Makes waiting reads fail with Error(ECANCELED). From any thread.
    virtual void stop() = 0;
    /// True if reading a frame is work that twins can share between threads.
    virtual bool shares_work() const { return false; }
    /// From now on read() fills the rows of that share alone. False if the reader does not read row by row: it reads all of them.
    virtual bool take_share(const RowShare& share) { return share.count == 1; }
    /// Another reader of the same video from the same place, for another thread; null for what can be read only once.
    virtual std::unique_ptr<VideoReader> twin() const = 0;

 protected:
    explicit VideoReader(const PictureFormat& format) : format_(format) {}

 private:
    PictureFormat format_;
};

/// A video that lies in a byte stream in one FrameLayout; what precedes each frame is left to the derived class.
class PlanarReader : public VideoReader {
 public:
    const std::string& name() const override { return stream_->name(); }
    std::optional<uint64_t> frames_left() const override;
    bool frame_begins() override;
    bool read(VmafPicture& picture, unsigned planes) override;
    bool skip() override;
    uint64_t position() const override { return frame_index_; }
    void seek(uint64_t frame) override;
    std::string loose_end() const override;
    void check_first_frame() const override;
    void stop() override { *stream_->stop_flag() = true; }
    bool take_share(const RowShare& share) override;

 protected:
    /// Frames of `format` lie in the file, of which `part` is delivered if it is given. Throws Error as cropped().
    PlanarReader(std::unique_ptr<ByteStream> stream, const PictureFormat& format, const std::optional<Rectangle>& part,
                 const FrameLayout& layout, unsigned header_bytes);
    /// A twin of `other` on a stream of its own.
    PlanarReader(std::unique_ptr<ByteStream> stream, const PlanarReader& other);

    /// Reads what precedes a frame; false at the end of the stream, where it may leave a loose end.
    virtual bool begin_frame() = 0;
    /// True unless what comes next in a file is no frame for sure, or one whose header has another length than header_bytes.
    virtual bool is_plain_frame() { return true; }
    void set_loose_end(std::string text) { loose_end_ = std::move(text); }
    ByteStream& stream() { return *stream_; }
    const ByteStream& stream() const { return *stream_; }
    const FrameLayout& layout() const { return layout_; }
    uint64_t frame_index() const { return frame_index_; }

 private:
    uint64_t read_plane(VmafPicture& picture, unsigned p);
    uint64_t read_quarter_plane(VmafPicture& picture, unsigned p);
    bool end_frame(uint64_t bytes);
    void go_to(uint64_t frame, uint64_t place);
    std::string incomplete(uint64_t frame, uint64_t bytes) const;

    /// Samples of plane p to the left of what is delivered, and rows above it.
    FrameLayout::Size origin(unsigned p) const;

    std::unique_ptr<ByteStream> stream_;
    PictureFormat stored_;  ///< of the file's frames
    Rectangle part_;        ///< what is delivered of them
    FrameLayout layout_;
    RowShare share_;
    uint64_t first_frame_;   ///< its place in the stream, in bytes
    unsigned header_bytes_;  ///< before each frame; 0: frames without headers, so that the size tells their number
    uint64_t frame_index_ = 0;
    bool begun_ = false;     ///< what precedes the frame has been read
    std::string loose_end_;  ///< once it has been met
    std::vector<iovec> pieces_;
    std::vector<uint8_t> row_;
    std::vector<uint8_t> dropped_;  ///< receives what lies in a row and is not delivered
};

/// The video in a stream, or that part of it: raw frames of `*raw`, or Y4M. Throws Error if it can't be read or is malformed.
std::unique_ptr<VideoReader> open_video(std::unique_ptr<ByteStream> stream, const std::optional<PictureFormat>& raw,
                                        const std::optional<Rectangle>& part = std::nullopt);

}  // namespace vmaf::tool
