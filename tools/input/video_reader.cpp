// Reads the planes of a frame from the byte stream into a picture's rows.
#include "input/video_reader.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "input/y4m_reader.h"
#include "input/yuv_reader.h"

namespace vmaf::tool {

static_assert(std::endian::native == std::endian::little, "samples above 8 bit are taken from the file as they are");

namespace {

unsigned half_up(unsigned size, bool halve) { return halve ? size / 2 + size % 2 : size; }

uint8_t* row_of(VmafPicture& picture, unsigned p, unsigned y) {
    return static_cast<uint8_t*>(picture.data[p]) + static_cast<ptrdiff_t>(y) * picture.stride[p];
}

/// 4:1:1 chroma to 4:2:2, both with the first sample on the first luma sample: even outputs are samples of the input,
/// odd ones the mean of their neighbours rounded up; after the last sample, that sample. Writes outputs `first` and on.
void expand_quarter_row(const std::vector<uint8_t>& in, uint8_t* out, unsigned first, unsigned count) {
    for (unsigned x = first; x < first + count; x++) {
        const unsigned left = x / 2;
        const unsigned right = std::min<unsigned>(left + x % 2, static_cast<unsigned>(in.size()) - 1);
        out[x - first] = static_cast<uint8_t>((in[left] + in[right] + 1) >> 1);
    }
}

}  // namespace

PictureFormat cropped(PictureFormat format, const std::optional<Rectangle>& part) {
    if (!part) return format;
    const std::string what = cat("crop ", part->w, ":", part->h, ":", part->x, ":", part->y, " of frames that are ",
                                 format.w, "x", format.h);
    if (part->w == 0 || part->h == 0) fail(EINVAL, what, ": it leaves nothing; width and height come first");
    if (part->w > format.w || part->x > format.w - part->w || part->h > format.h || part->y > format.h - part->h)
        fail(EINVAL, what, ": it reaches outside; it is WIDTH:HEIGHT:X:Y");
    if ((format.subsampled_x() && part->x % 2) || (format.subsampled_y() && part->y % 2))
        fail(EINVAL, what, ": its corner lies within a sample of ", describe(format.pix_fmt),
             "'s chroma; take an even ", format.subsampled_x() && part->x % 2 ? "X" : "Y");
    format.w = part->w;
    format.h = part->h;
    return format;
}

std::string describe(VmafPixelFormat format) {
    switch (format) {
        case VMAF_PIX_FMT_YUV420P: return "420";
        case VMAF_PIX_FMT_YUV422P: return "422";
        case VMAF_PIX_FMT_YUV444P: return "444";
        case VMAF_PIX_FMT_YUV400P: return "400";
        default: return "unknown";
    }
}

std::string describe(const PictureFormat& format) {
    return cat(format.w, "x", format.h, " ", describe(format.pix_fmt), " ", format.bpc, "-bit");
}

FrameLayout FrameLayout::of(const PictureFormat& format) {
    FrameLayout layout;
    layout.sample_bytes = static_cast<unsigned>(format.sample_bytes());
    layout.plane[0] = {format.w, format.h};
    for (unsigned p = 1; p < format.planes(); p++)
        layout.plane[p] = {half_up(format.w, format.subsampled_x()), half_up(format.h, format.subsampled_y())};
    return layout;
}

void VideoReader::seek(uint64_t frame) {
    if (frame < position())
        fail(ESPIPE, name(), ": frame ", frame, " has been passed, at frame ", position(),
             ", and this input can be read only once; give the name of a file");
    while (position() < frame && skip()) {
    }
}

PlanarReader::PlanarReader(std::unique_ptr<ByteStream> stream, const PictureFormat& format,
                           const std::optional<Rectangle>& part, const FrameLayout& layout, unsigned header_bytes)
    : VideoReader(cropped(format, part)),
      stream_(std::move(stream)),
      stored_(format),
      part_(part.value_or(Rectangle{format.w, format.h, 0, 0})),
      layout_(layout),
      first_frame_(stream_->position()),
      header_bytes_(header_bytes) {}

PlanarReader::PlanarReader(std::unique_ptr<ByteStream> stream, const PlanarReader& other)
    : VideoReader(other.format()),
      stream_(std::move(stream)),
      stored_(other.stored_),
      part_(other.part_),
      layout_(other.layout_),
      first_frame_(other.first_frame_),
      header_bytes_(other.header_bytes_),
      frame_index_(other.frame_index_) {}

bool PlanarReader::take_share(const RowShare& share) {
    if (layout_.quarter_chroma) return share.count == 1;
    share_ = share;
    return true;
}

std::optional<uint64_t> PlanarReader::frames_left() const {
    const auto bytes = stream_->remaining();
    if (!bytes) return std::nullopt;
    return *bytes / (layout_.bytes() + header_bytes_);
}

FrameLayout::Size PlanarReader::origin(unsigned p) const {
    return {part_.x >> (p > 0 && stored_.subsampled_x()), part_.y >> (p > 0 && stored_.subsampled_y())};
}

uint64_t PlanarReader::read_plane(VmafPicture& picture, unsigned p) {
    const size_t row_bytes = size_t{layout_.sample_bytes} * layout_.plane[p].w;
    const size_t kept_bytes = size_t{layout_.sample_bytes} * format().plane_w(p);
    const FrameLayout::Size start = origin(p);
    const size_t left_bytes = size_t{layout_.sample_bytes} * start.w;
    const unsigned first = share_.begin(format().plane_h(p)), end = share_.end(format().plane_h(p));
    dropped_.resize(std::max(dropped_.size(), row_bytes - kept_bytes));
    pieces_.clear();
    if (kept_bytes == row_bytes && static_cast<ptrdiff_t>(row_bytes) == picture.stride[p]) {
        pieces_.push_back({row_of(picture, p, first), row_bytes * (end - first)});
    } else {
        for (unsigned y = first; y < end; y++) {
            if (left_bytes > 0) pieces_.push_back({dropped_.data(), left_bytes});
            pieces_.push_back({row_of(picture, p, y), kept_bytes});
            if (left_bytes + kept_bytes < row_bytes)
                pieces_.push_back({dropped_.data(), row_bytes - left_bytes - kept_bytes});
        }
    }
    const uint64_t above = stream_->skip(row_bytes * (start.h + first)), got = stream_->read(pieces_);
    return above + got + stream_->skip(row_bytes * (layout_.plane[p].h - start.h - end));
}

uint64_t PlanarReader::read_quarter_plane(VmafPicture& picture, unsigned p) {
    row_.resize(layout_.plane[p].w);
    const FrameLayout::Size start = origin(p);
    uint64_t got = 0;
    for (unsigned y = 0; y < layout_.plane[p].h; y++) {
        iovec piece{row_.data(), row_.size()};
        got += stream_->read({&piece, 1});
        if (y >= start.h && y - start.h < format().plane_h(p))
            expand_quarter_row(row_, row_of(picture, p, y - start.h), start.w, format().plane_w(p));
    }
    return got;
}

std::string PlanarReader::incomplete(uint64_t frame, uint64_t bytes) const {
    const std::string doubt = header_bytes_ == 0 ? cat("; is ", describe(stored_), " its format?") : "";
    return cat(name(), ": frame ", frame, " is incomplete: the input ends after ", bytes, " of its ", layout_.bytes(),
               " bytes", doubt);
}

/// False, with a loose end, if only `bytes` bytes of the frame were there.
bool PlanarReader::end_frame(uint64_t bytes) {
    if (bytes < layout_.bytes()) {
        loose_end_ = incomplete(frame_index_, bytes);
        return false;
    }
    begun_ = false;
    frame_index_++;
    return true;
}

std::string PlanarReader::loose_end() const {
    const auto bytes = header_bytes_ == 0 && loose_end_.empty() ? stream_->remaining() : std::nullopt;
    if (!bytes || *bytes % layout_.bytes() == 0) return loose_end_;
    return incomplete(frame_index_ + *bytes / layout_.bytes(), *bytes % layout_.bytes());
}

void PlanarReader::check_first_frame() const {
    const auto bytes = stream_->remaining();
    if (!bytes || *bytes >= layout_.bytes() + header_bytes_) return;
    if (*bytes == 0) fail(EINVAL, name(), ": no frames to score: the input is empty");
    fail(EINVAL, incomplete(frame_index_, *bytes - std::min<uint64_t>(*bytes, header_bytes_)));
}

bool PlanarReader::frame_begins() {
    if (begun_) return true;
    if (!loose_end_.empty() || !begin_frame()) return false;
    constexpr uint64_t kBeginning =
        ByteStream::kBuffer / 2;  // bytes; what is buffered with a header is no less in a file
    begun_ = stream_->has(std::min(layout_.bytes(), kBeginning));
    if (!begun_) loose_end_ = incomplete(frame_index_, stream_->buffered().size());
    return begun_;
}

bool PlanarReader::read(VmafPicture& picture, unsigned planes) {
    if (!frame_begins()) return false;
    uint64_t bytes = 0;
    for (unsigned p = 0; p < format().planes(); p++) {
        if (!(planes >> p & 1))
            bytes += stream_->skip(layout_.plane_bytes(p));
        else if (p > 0 && layout_.quarter_chroma)
            bytes += read_quarter_plane(picture, p);
        else
            bytes += read_plane(picture, p);
    }
    return end_frame(bytes + stream_->skip(layout_.trailing_bytes));
}

bool PlanarReader::skip() {
    if (!frame_begins()) return false;
    return end_frame(stream_->skip(layout_.bytes()));
}

void PlanarReader::go_to(uint64_t frame, uint64_t place) {
    stream_->seek(place);
    frame_index_ = frame;
    begun_ = false;
    loose_end_.clear();
}

/// By arithmetic to a whole frame, from which the rest of the way, to the end at most, is walked. Where that meets no plain frame, all of it is.
void PlanarReader::seek(uint64_t frame) {
    if (!stream_->seekable() || frame == frame_index_) return VideoReader::seek(frame);
    const uint64_t step = layout_.bytes() + header_bytes_;
    stream_->seek(first_frame_);
    const uint64_t whole = *stream_->remaining() / step;
    const uint64_t goal = std::min(frame, whole > 0 ? whole - 1 : 0);
    go_to(goal, first_frame_ + goal * step);
    if (!is_plain_frame()) go_to(0, first_frame_);
    VideoReader::seek(frame);
}

std::unique_ptr<VideoReader> open_video(std::unique_ptr<ByteStream> stream, const std::optional<PictureFormat>& raw,
                                        const std::optional<Rectangle>& part) {
    return raw ? open_yuv(std::move(stream), *raw, part) : open_y4m(std::move(stream), part);
}

}  // namespace vmaf::tool
