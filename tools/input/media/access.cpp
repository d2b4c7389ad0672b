// Reads no more of a packet than what precedes its first slice, or the first bytes of its frames' headers.
#include "input/media/access.h"

#include <algorithm>
#include <utility>

namespace vmaf::tool {

namespace {

// Types of NAL units.
constexpr unsigned kH264LastSlice = 5, kH264Idr = 5, kH264Sps = 7, kH264Pps = 8;
constexpr unsigned kHevcRadlN = 6, kHevcRaslN = 8, kHevcRaslR = 9, kHevcIdrWithRadl = 19, kHevcCra = 21,
                   kHevcLastSlice = 31, kHevcVps = 32, kHevcPps = 34;

/// Precedes a NAL unit where no length does.
constexpr std::string_view kMark("\0\0\1", 3);

// Types of units of AV1.
constexpr unsigned kAv1Sequence = 1, kAv1FrameHeader = 3, kAv1Frame = 6;

unsigned byte(std::string_view data, size_t index) {
    return index < data.size() ? static_cast<uint8_t>(data[index]) : 0;
}

unsigned bit(std::string_view data, size_t index) { return byte(data, index / 8) >> (7 - index % 8) & 1; }

std::string_view bytes_of(const uint8_t* data, int size) {
    return {reinterpret_cast<const char*>(data), static_cast<size_t>(std::max(size, 0))};
}

/// Bits of a VP9 frame's header.
struct Vp9Header {
    explicit Vp9Header(std::string_view data) {
        const bool reserved_bit = bit(data, 2) && bit(data, 3);  // profile 3
        const size_t at = reserved_bit ? 5 : 4;
        shows_existing = bit(data, at);
        is_key = !shows_existing && !bit(data, at + 1);
        is_shown = shows_existing || bit(data, at + 2);
    }
    bool shows_existing, is_key, is_shown;
};

}  // namespace

AccessFinder::AccessFinder(const AVCodecParameters& parameters, bool mid_stream)
    : codec_(parameters.codec_id),
      intra_only_([&] {
          const AVCodecDescriptor* descriptor = avcodec_descriptor_get(parameters.codec_id);
          return descriptor && descriptor->props & AV_CODEC_PROP_INTRA_ONLY;
      }()),
      mid_stream_(mid_stream) {
    const std::string_view extra = bytes_of(parameters.extradata, parameters.extradata_size);
    if (codec_ == AV_CODEC_ID_H264 && extra.size() > 6 && byte(extra, 0) == 1) length_bytes_ = (byte(extra, 4) & 3) + 1;
    if (codec_ == AV_CODEC_ID_HEVC && extra.size() > 22 && (byte(extra, 0) || byte(extra, 1) || byte(extra, 2) > 1))
        length_bytes_ = (byte(extra, 21) & 3) + 1;
}

Access AccessFinder::next(const AVPacket& packet) {
    shown_ = 1;
    const Access access = look(bytes_of(packet.data, packet.size), packet.flags & AV_PKT_FLAG_KEY);
    if (packet.flags & AV_PKT_FLAG_DISCARD) shown_ = 0;
    behind_first_ = first_ || (behind_first_ && access == Access::kLeading);
    if (std::exchange(first_, false)) return Access::kStart;
    if (access == Access::kLeading && behind_first_ && !mid_stream_) return Access::kNone;
    return access;
}

Access AccessFinder::look(std::string_view data, bool key) {
    switch (codec_) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_HEVC: return look_nals(data);
        case AV_CODEC_ID_VP8: return look_vp8(data);
        case AV_CODEC_ID_VP9: return look_vp9(data);
        case AV_CODEC_ID_AV1: return look_av1(data);
        default: return intra_only_ && key ? Access::kStart : Access::kNone;
    }
}

/// Leaves `rest` at the first byte of its first unit, which has `size` bytes, or all if start codes alone tell. False if there is none.
bool AccessFinder::go_to_nal(std::string_view& rest, size_t& size) const {
    if (length_bytes_ == 0) {
        const size_t start = rest.find(kMark);
        rest.remove_prefix(start == rest.npos ? rest.size() : start + kMark.size());
        size = rest.size();
    } else {
        size = 0;
        for (unsigned i = 0; i < length_bytes_; i++) size = size << 8 | byte(rest, i);
        rest.remove_prefix(std::min<size_t>(rest.size(), length_bytes_));
        size = std::min(size, rest.size());
    }
    return !rest.empty();
}

Access AccessFinder::look_nals(std::string_view data) {
    const bool hevc = codec_ == AV_CODEC_ID_HEVC;
    std::set<std::string> sets;
    for (size_t size; go_to_nal(data, size); data.remove_prefix(size)) {
        const unsigned type = hevc ? byte(data, 0) >> 1 & 63 : byte(data, 0) & 31;
        if (size > 0 && (hevc ? type <= kHevcLastSlice : type >= 1 && type <= kH264LastSlice))
            return picture_access(data, sets);
        if (length_bytes_ == 0) size = std::min(size, data.find(kMark));
        if (hevc ? type >= kHevcVps && type <= kHevcPps : type == kH264Sps || type == kH264Pps)
            sets.emplace(data.substr(0, size));
    }
    return Access::kNone;
}

/// Of a picture whose first slice is `nal`, behind `sets`.
Access AccessFinder::picture_access(std::string_view nal, const std::set<std::string>& sets) {
    if (first_) first_sets_ = sets;
    other_sets_ |= !std::ranges::includes(first_sets_, sets);
    const bool complete = sets == first_sets_ && !other_sets_;
    if (codec_ == AV_CODEC_ID_H264) return complete && (byte(nal, 0) & 31) == kH264Idr ? Access::kStart : Access::kNone;
    const unsigned type = byte(nal, 0) >> 1 & 63;
    // Before the first picture such frames refer to nothing, and are not shown.
    if ((type == kHevcRaslN || type == kHevcRaslR) && behind_first_) shown_ = 0;
    if (type >= kHevcRadlN && type <= kHevcRaslR) return Access::kLeading;
    const bool drops_earlier_output = bit(nal.substr(2), 1);
    return complete && type >= kHevcIdrWithRadl && type <= kHevcCra && !drops_earlier_output ? Access::kStart
                                                                                             : Access::kNone;
}

Access AccessFinder::look_vp8(std::string_view data) {
    if (data.empty()) return Access::kNone;
    shown_ = byte(data, 0) >> 4 & 1;
    return byte(data, 0) & 1 ? Access::kNone : Access::kStart;
}

/// One frame, or several with an index behind them.
Access AccessFinder::look_vp9(std::string_view data) {
    if (data.empty()) return Access::kNone;
    const Access access = Vp9Header(data).is_key ? Access::kStart : Access::kNone;
    const unsigned mark = byte(data, data.size() - 1);
    const size_t frames = (mark & 7) + 1, size_bytes = (mark >> 3 & 3) + 1, index = 2 + frames * size_bytes;
    if ((mark & 0xe0) != 0xc0 || data.size() < index || byte(data, data.size() - index) != mark) {
        shown_ = Vp9Header(data).is_shown;
        return access;
    }
    shown_ = 0;
    std::string_view sizes = data.substr(data.size() - index + 1);
    for (size_t frame = 0; frame < frames; frame++, sizes.remove_prefix(size_bytes)) {
        size_t size = 0;
        for (size_t i = 0; i < size_bytes; i++) size |= size_t{byte(sizes, i)} << 8 * i;
        if (!data.substr(0, size).empty()) shown_ += Vp9Header(data).is_shown;
        data.remove_prefix(std::min(size, data.size()));
    }
    return access;
}

/// A start has the sequence's header, and a key frame that is shown at once.
Access AccessFinder::look_av1(std::string_view data) const {
    bool has_sequence = false;
    while (!data.empty()) {
        const unsigned type = byte(data, 0) >> 3 & 15;
        const bool extended = byte(data, 0) & 4, sized = byte(data, 0) & 2;
        data.remove_prefix(std::min<size_t>(data.size(), extended ? 2 : 1));
        size_t size = data.size();
        if (sized) {
            size = 0;
            for (unsigned shift = 0; shift < 56 && !data.empty(); shift += 7) {
                const size_t part = byte(data, 0);
                data.remove_prefix(1);
                size |= (part & 0x7f) << shift;
                if (!(part & 0x80)) break;
            }
        }
        has_sequence |= type == kAv1Sequence;
        if (type == kAv1Frame || type == kAv1FrameHeader) {
            constexpr unsigned kNewKeyFrameShown = 0b0001;  // exists: 0, type: 00, shown: 1
            return has_sequence && byte(data, 0) >> 4 == kNewKeyFrameShown ? Access::kStart : Access::kNone;
        }
        data.remove_prefix(std::min(size, data.size()));
    }
    return Access::kNone;
}

}  // namespace vmaf::tool
