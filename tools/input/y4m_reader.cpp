// Y4M input: parses the header line and the line before each frame. Tags: W H size, F rate, I interlacing, A pixel aspect,
// C chroma format, X comments. Interlaced material is refused: the metrics take whole frames.
#include "input/y4m_reader.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "input/foreign_file.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

constexpr size_t kHeaderLimit = 1 << 20;  ///< bytes; a header that long is something else
constexpr std::string_view kFrameMark = "FRAME";

unsigned parse_unsigned(std::string_view text, std::string_view what, unsigned low, unsigned high) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
        fail(EINVAL, "Y4M header: ", what, " '", text, "' is not a number from ", low, " to ", high);
    return value;
}

struct Chroma {
    VmafPixelFormat pix_fmt;
    unsigned bpc;
    bool quarter = false, alpha = false;
};

Chroma unknown_chroma(std::string_view tag) {
    fail(EINVAL, "Y4M header: unknown chroma format 'C", tag,
         "'; known are 420 (also 420jpeg, 420mpeg2, 420paldv), 411, 422, 444, "
         "444alpha, mono, and 420p10, 422p10, 444p10, mono10 and so on for 9 to 16 bits");
}

/// The formats of 9 to 16 bits: <family>p<bits>, mono<bits>.
Chroma parse_deep_chroma(std::string_view tag) {
    constexpr std::pair<std::string_view, VmafPixelFormat> kFamilies[] = {{"420p", VMAF_PIX_FMT_YUV420P},
                                                                          {"422p", VMAF_PIX_FMT_YUV422P},
                                                                          {"444p", VMAF_PIX_FMT_YUV444P},
                                                                          {"mono", VMAF_PIX_FMT_YUV400P}};
    for (const auto& [family, pix_fmt] : kFamilies) {
        if (!tag.starts_with(family)) continue;
        const std::string_view digits = tag.substr(family.size());
        unsigned bits = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (error != std::errc{} || end != digits.data() + digits.size() || bits < 9 || bits > 16) break;
        return {pix_fmt, bits};
    }
    return unknown_chroma(tag);
}

Chroma parse_chroma(std::string_view tag) {
    // All sitings of 4:2:0 are read alike: the samples are compared where they are, never moved.
    if (tag == "420" || tag == "420jpeg" || tag == "420mpeg2" || tag == "420paldv") return {VMAF_PIX_FMT_YUV420P, 8};
    if (tag == "411") return {VMAF_PIX_FMT_YUV422P, 8, true};
    if (tag == "422") return {VMAF_PIX_FMT_YUV422P, 8};
    if (tag == "444") return {VMAF_PIX_FMT_YUV444P, 8};
    if (tag == "444alpha") return {VMAF_PIX_FMT_YUV444P, 8, false, true};
    if (tag == "mono") return {VMAF_PIX_FMT_YUV400P, 8};
    return parse_deep_chroma(tag);
}

/// The comment that older writers put in place of the C tag: "YSCSS=420JPEG".
std::optional<std::string> comment_chroma(std::string_view comment) {
    constexpr std::string_view kKey = "YSCSS=";
    if (!comment.starts_with(kKey)) return std::nullopt;
    std::string tag(comment.substr(kKey.size()));
    for (char& c : tag)
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    return tag;
}

/// FFmpeg's comment on the samples' range.
std::string comment_range(std::string_view comment) {
    return comment == "COLORRANGE=FULL" ? "full" : comment == "COLORRANGE=LIMITED" ? "limited" : "";
}

/// The rate "25:1"; without effect if it is something else.
void set_rate(VideoTraits& traits, std::string_view text) {
    unsigned frames = 0, seconds = 0;
    const char* const last = text.data() + text.size();
    const auto [colon, error] = std::from_chars(text.data(), last, frames);
    if (error != std::errc{} || colon == last || *colon != ':') return;
    const auto [end, next_error] = std::from_chars(colon + 1, last, seconds);
    if (next_error != std::errc{} || end != last || frames == 0 || seconds == 0) return;
    traits.frame_rate = static_cast<double>(frames) / seconds;
    traits.rate_text = seconds == 1 ? cat(frames) : cat(frames, "/", seconds);
}

/// Values of the tags, as text.
struct Tags {
    std::string_view width, height, rate, interlacing = "?", chroma;
    std::string comment_chroma = "420";  ///< what counts without the C tag
    std::string range;                   ///< from FFmpeg's comment; empty: none
};

Tags split_tags(std::string_view line) {
    Tags tags;
    while (!line.empty()) {
        const size_t blank = std::min(line.find(' '), line.size());
        const std::string_view tag = line.substr(0, blank);
        line.remove_prefix(std::min(blank + 1, line.size()));
        if (tag.empty()) continue;
        const std::string_view value = tag.substr(1);
        switch (tag[0]) {
            case 'W': tags.width = value; break;
            case 'H': tags.height = value; break;
            case 'F': tags.rate = value; break;
            case 'I': tags.interlacing = value; break;
            case 'C': tags.chroma = value; break;
            case 'X':
                tags.comment_chroma = comment_chroma(value).value_or(tags.comment_chroma);
                if (const std::string range = comment_range(value); !range.empty()) tags.range = range;
                break;
            default: break;  // A and what later writers may add
        }
    }
    return tags;
}

/// Bytes that are no text, as \xNN.
std::string printable(std::string_view text) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string shown;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= ' ' && byte < 0x7f)
            shown += c;
        else
            shown += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return shown;
}

/// A warning, or empty.
std::string check_interlacing(std::string_view value) {
    if (value == "p") return {};
    if (value == "?" || value.empty())
        return "Warning: Input video interlacing format unknown; assuming progressive scan.";
    fail(EINVAL, "Y4M header: interlaced video (tag 'I", value, "') is not supported; deinterlace it first");
}

class Y4mReader final : public PlanarReader {
 public:
    Y4mReader(std::unique_ptr<ByteStream> stream, const Y4mHeader& header, const std::optional<Rectangle>& part)
        : PlanarReader(std::move(stream), header.format, part, header.layout, kFrameMark.size() + 1),
          traits_(header.traits) {}
    Y4mReader(std::unique_ptr<ByteStream> stream, const Y4mReader& other)
        : PlanarReader(std::move(stream), other), traits_(other.traits_) {}

    VideoTraits traits() const override { return traits_; }
    std::unique_ptr<VideoReader> twin() const override {
        auto twin = stream().twin();
        return twin ? std::make_unique<Y4mReader>(std::move(twin), *this) : nullptr;
    }

 private:
    bool is_plain_frame() override { return stream().begins_with(cat(kFrameMark, '\n')); }

    bool begin_frame() override {
        if (stream().at_end()) return false;
        for (const char expected : kFrameMark)
            if (stream().get() != expected) return lost("'FRAME' expected");
        int c = stream().get();
        if (c != ' ' && c != '\n') return lost("'FRAME' expected");
        while (c != '\n' && c >= 0) c = stream().get();
        return c >= 0 || lost("the input ends in the frame's header");
    }

    /// What is here is no frame. If too few bytes follow for one, it is a loose end.
    bool lost(const char* what) {
        const std::string text = cat(name(), ": frame ", frame_index(), ": loss of framing: ", what);
        if (stream().skip(layout().bytes()) == layout().bytes()) fail(EINVAL, text);
        set_loose_end(text);
        return false;
    }

    const VideoTraits traits_;
};

std::string read_header_line(ByteStream& stream) {
    if (!stream.begins_with(kY4mMagic)) fail(EINVAL, why_not_y4m(stream.buffered()));
    std::string line;
    for (int c; (c = stream.get()) != '\n';) {
        if (c < 0) fail(EINVAL, "Y4M header: the input ends in the header");
        line += static_cast<char>(c);
        if (line.size() > kHeaderLimit) fail(EINVAL, "Y4M header: no end of line in ", kHeaderLimit, " bytes");
    }
    if (line.ends_with('\r'))
        fail(EINVAL,
             "Y4M header: the line ends in CR LF: the file went through a conversion of line ends, "
             "which damages frames as well; make or copy it again as binary data");
    return line;
}

}  // namespace

Y4mHeader parse_y4m_header(std::string_view line) {
    const size_t blank = line.find(' ');
    if (!line.starts_with(kY4mMagic)) fail(EINVAL, "not a Y4M file");
    const Tags tags = split_tags(blank == line.npos ? "" : line.substr(blank));
    if (tags.width.empty() || tags.height.empty() || tags.rate.empty())
        fail(EINVAL, "Y4M header: the tags W, H and F are needed, ",
             tags.width.empty()    ? "W"
             : tags.height.empty() ? "H"
                                   : "F",
             " is missing");
    Y4mHeader header;
    header.warning = check_interlacing(tags.interlacing);
    if (line.substr(0, blank) != "YUV4MPEG2")
        header.warning += cat(header.warning.empty() ? "" : "\n", "Warning: unknown Y4M version '",
                              printable(line.substr(0, blank)), "', read as YUV4MPEG2.");
    const Chroma chroma = parse_chroma(!tags.chroma.empty() ? tags.chroma : tags.comment_chroma);
    header.format = {chroma.pix_fmt, chroma.bpc, parse_unsigned(tags.width, "width", 1, kMaxSide),
                     parse_unsigned(tags.height, "height", 1, kMaxSide)};
    set_rate(header.traits, tags.rate);
    header.traits.range = tags.range;
    header.layout = FrameLayout::of(header.format);
    header.layout.quarter_chroma = chroma.quarter;
    if (chroma.quarter) header.layout.plane[1].w = header.layout.plane[2].w = (header.format.w + 3) / 4;
    if (chroma.alpha) header.layout.trailing_bytes = header.layout.plane_bytes(0);
    return header;
}

std::unique_ptr<VideoReader> open_y4m(std::unique_ptr<ByteStream> stream, const std::optional<Rectangle>& part) {
    const std::string name = stream->name();
    try {
        const Y4mHeader header = parse_y4m_header(read_header_line(*stream));
        if (!header.warning.empty()) tell(header.warning);
        return std::make_unique<Y4mReader>(std::move(stream), header, part);
    } catch (const Error& error) {
        fail(error.code(), name, ": ", printable(error.what()));
    }
}

}  // namespace vmaf::tool
