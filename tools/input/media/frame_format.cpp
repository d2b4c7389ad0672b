// Reads pixel formats from their descriptors, so that formats which later versions of FFmpeg add are taken as well.
#include "input/media/frame_format.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/hwcontext.h>
#include <libavutil/imgutils.h>
}

#include <cstring>

#include "base/error.h"
#include "input/media/surface.h"
#include "picture/unpack.h"

namespace vmaf::tool {

namespace {

constexpr uint64_t kUnwanted = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM |
                               AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;

bool is_interlaced(const AVFrame& frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
    return frame.flags & AV_FRAME_FLAG_INTERLACED;
#else
    return frame.interlaced_frame;
#endif
}

bool is_turned(const AVFrame& frame) {
    const AVFrameSideData* data = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    const auto* matrix = data ? reinterpret_cast<const int32_t*>(data->data) : nullptr;
    return matrix && (matrix[0] <= 0 || matrix[4] <= 0 || matrix[1] != 0 || matrix[3] != 0);
}

VmafPixelFormat chroma_format(const AVPixFmtDescriptor& format) {
    if (format.nb_components == 1) return VMAF_PIX_FMT_YUV400P;
    if (format.nb_components < 3) return VMAF_PIX_FMT_UNKNOWN;
    if (format.log2_chroma_w == 1 && format.log2_chroma_h == 1) return VMAF_PIX_FMT_YUV420P;
    if (format.log2_chroma_w == 1 && format.log2_chroma_h == 0) return VMAF_PIX_FMT_YUV422P;
    if (format.log2_chroma_w == 0 && format.log2_chroma_h == 0) return VMAF_PIX_FMT_YUV444P;
    return VMAF_PIX_FMT_UNKNOWN;
}

/// True if the format's components lie as `samples` says: each in a plane of its own, or U and V in one.
bool lies_as(const AVPixFmtDescriptor& format, const SampleFormat& samples) {
    const int bytes = samples.bpc > 8 ? 2 : 1, shift = static_cast<int>(samples.layout.padding_bits(samples.bpc));
    for (int c = 0; c < (samples.pix_fmt == VMAF_PIX_FMT_YUV400P ? 1 : 3); c++) {
        const AVComponentDescriptor& component = format.comp[c];
        const bool interleaved = c > 0 && samples.layout.interleaved_chroma;
        if (component.depth != static_cast<int>(samples.bpc) || component.shift != shift ||
            component.step != (interleaved ? 2 * bytes : bytes) || component.plane != (interleaved ? 1 : c) ||
            component.offset != (interleaved && c == 2 ? bytes : 0))
            return false;
    }
    return true;
}

/// What the frame's samples are called, also where they lie on the GPU.
AVPixelFormat coded_format(const AVFrame& frame) {
    if (!on_gpu(frame)) return static_cast<AVPixelFormat>(frame.format);
    return static_cast<AVPixelFormat>(reinterpret_cast<intptr_t>(frame.opaque) - 1);
}

std::optional<SampleFormat> sample_format_of(const AVFrame& frame) {
    if (!on_gpu(frame)) return sample_format(static_cast<AVPixelFormat>(frame.format));
    const auto* surfaces = reinterpret_cast<const AVHWFramesContext*>(frame.hw_frames_ctx->data);
    return surface_format(surfaces->sw_format, coded_format(frame));
}

/// What to convert a format to that can't be scored.
std::string nearest_format(const AVPixFmtDescriptor* format) {
    if (!format) return "yuv420p";
    const VmafPixelFormat chroma = chroma_format(*format);
    const int depth = format->comp[0].depth;
    const char* name = format->flags & AV_PIX_FMT_FLAG_RGB || chroma == VMAF_PIX_FMT_YUV444P ? "yuv444p"
                       : chroma == VMAF_PIX_FMT_YUV422P                                      ? "yuv422p"
                                                                                             : "yuv420p";
    return cat(name, depth > 8 ? cat(depth > 12 ? 16 : depth > 10 ? 12 : 10, "le") : "");
}

}  // namespace

std::optional<SampleFormat> sample_format(AVPixelFormat format) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(format);
    if (!descriptor || descriptor->flags & kUnwanted) return std::nullopt;
    SampleFormat samples{chroma_format(*descriptor), static_cast<unsigned>(descriptor->comp[0].depth), {}};
    if (samples.pix_fmt == VMAF_PIX_FMT_UNKNOWN || samples.bpc < 8 || samples.bpc > 16) return std::nullopt;
    if (samples.bpc > 8 && descriptor->flags & AV_PIX_FMT_FLAG_BE) return std::nullopt;
    samples.layout.high_aligned = descriptor->comp[0].shift != 0;
    samples.layout.interleaved_chroma =
        descriptor->nb_components > 1 && descriptor->comp[1].plane == descriptor->comp[2].plane;
    return lies_as(*descriptor, samples) ? std::optional(samples) : std::nullopt;
}

std::optional<SampleFormat> surface_format(AVPixelFormat stored, AVPixelFormat coded) {
    const auto surface = sample_format(stored), samples = sample_format(coded);
    if (!surface || !samples || (surface->bpc > 8) != (samples->bpc > 8)) return std::nullopt;
    if (samples->pix_fmt != surface->pix_fmt && samples->pix_fmt != VMAF_PIX_FMT_YUV400P) return std::nullopt;
    const bool high = samples->bpc > 8 && samples->bpc < 16;
    return SampleFormat{samples->pix_fmt, samples->bpc, {surface->layout.interleaved_chroma, high}};
}

bool on_gpu(const AVFrame& frame) { return frame.format == AV_PIX_FMT_CUDA && frame.hw_frames_ctx; }

void mark_coded_format(AVFrame& frame, AVPixelFormat coded) {
    frame.opaque = reinterpret_cast<void*>(intptr_t{coded} + 1);
}

PictureFormat picture_format(const AVFrame& frame) {
    const AVPixelFormat pixels = coded_format(frame);
    const auto samples = sample_format_of(frame);
    if (!samples) {
        const char* name = av_get_pix_fmt_name(pixels);
        fail(EINVAL, "its frames are ", name ? name : "of an unknown pixel format",
             ", which is not planar YUV of 8 to 16 bits; convert it first: ffmpeg -i FILE -pix_fmt ",
             nearest_format(av_pix_fmt_desc_get(pixels)), " -c:v ffv1 OUT.mkv");
    }
    const auto w = static_cast<unsigned>(frame.width), h = static_cast<unsigned>(frame.height);
    if (w > kMaxSide || h > kMaxSide)
        fail(EINVAL, "its frames are ", w, "x", h, ", which is more than ", kMaxSide, " a side");
    return {samples->pix_fmt, samples->bpc, w, h};
}

void check_frame_format(const AVFrame& frame, const PictureFormat& format) {
    if (is_interlaced(frame))
        fail(EINVAL,
             "it is interlaced, and the metrics take whole pictures; deinterlace it first: ffmpeg -i FILE -vf bwdif "
             "-c:v ffv1 OUT.mkv "
             "(or, if it is marked by mistake: -vf setfield=prog)");
    if (is_turned(frame))
        fail(EINVAL,
             "it is to be rotated or mirrored for display, which is not done here; turn it first: "
             "ffmpeg -i FILE -c:v ffv1 TURNED.mkv");
    const PictureFormat own = picture_format(frame);
    if (own != format)
        fail(EINVAL, "it is ", describe(own), " and the frames before it are ", describe(format),
             "; bring the file to one format first: ffmpeg -i FILE -vf scale=", format.w, ":", format.h,
             " -c:v ffv1 OUT.mkv");
}

VmafFrame client_frame(const AVFrame& frame, unsigned planes) {
    const auto samples = sample_format_of(frame).value();
    const bool luma = planes == 1;
    VmafFrame client = {};
    client.size = sizeof client;
    client.pix_fmt = luma ? VMAF_PIX_FMT_YUV400P : samples.pix_fmt;
    client.bpc = samples.bpc;
    client.w = static_cast<unsigned>(frame.width);
    client.h = static_cast<unsigned>(frame.height);
    if (samples.layout.interleaved_chroma && !luma) client.flags |= VMAF_FRAME_INTERLEAVED_CHROMA;
    if (samples.layout.high_aligned && samples.bpc < 16) client.flags |= VMAF_FRAME_HIGH_BITS;
    const unsigned stored = client.pix_fmt == VMAF_PIX_FMT_YUV400P ? 1 : samples.layout.interleaved_chroma ? 2 : 3;
    for (unsigned p = 0; p < stored; p++) {
        client.data[p] = frame.data[p];
        client.stride[p] = frame.linesize[p];
    }
    return client;
}

namespace {

/// The same samples in host memory.
Libav<AVFrame> host_frame(const AVFrame& frame) {
    auto host = owned(av_frame_alloc());
    if (const int result = av_hwframe_transfer_data(host.get(), &frame, 0); result < 0)
        fail(EIO, "it can't be copied from the GPU: ", libav_error(result));
    return host;
}

}  // namespace

void copy_frame(const AVFrame& source, VmafPicture& picture, unsigned planes) {
    const auto samples = sample_format_of(source).value();
    const PictureFormat format = picture_format(source);
    const Libav<AVFrame> copy = on_gpu(source) ? host_frame(source) : nullptr;
    const AVFrame& frame = copy ? *copy : source;
    with_sample_type(format.bpc, [&](auto type) {
        using T = typename decltype(type)::type;
        for (unsigned p = 0; p < format.planes(); p++) {
            if (!(planes >> p & 1)) continue;
            const bool interleaved = p > 0 && samples.layout.interleaved_chroma;
            const unsigned stored = interleaved ? 1 : p;
            const Plane<T> in{reinterpret_cast<const T*>(frame.data[stored]) + (interleaved ? p - 1 : 0),
                              frame.linesize[stored] / static_cast<ptrdiff_t>(sizeof(T)), format.plane_w(p),
                              format.plane_h(p)};
            unpack_plane(in, samples.layout.step(p), SampleShift::between(samples.layout, format.bpc, format.bpc),
                         static_cast<T*>(picture.data[p]), picture.stride[p] / static_cast<ptrdiff_t>(sizeof(T)));
        }
    });
}

void crop_frame(AVFrame& frame, const Rectangle& part) {
    frame.crop_left = part.x;
    frame.crop_top = part.y;
    frame.crop_right = static_cast<size_t>(frame.width) - part.x - part.w;
    frame.crop_bottom = static_cast<size_t>(frame.height) - part.y - part.h;
    if (const int result = av_frame_apply_cropping(&frame, AV_FRAME_CROP_UNALIGNED); result < 0)
        fail(EINVAL, "it can't be cropped: ", libav_error(result));
    if (on_gpu(frame)) crop_surface(frame);
}

uint64_t frame_hash(const AVFrame& source) {
    const Libav<AVFrame> copy = on_gpu(source) ? host_frame(source) : nullptr;
    const AVFrame& frame = copy ? *copy : source;
    const auto format = static_cast<AVPixelFormat>(frame.format);
    uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, of eight bytes at a time where there are as many
    const auto add = [&hash](uint64_t word) { hash = (hash ^ word) * 0x100000001b3, hash ^= hash >> 29; };
    for (int p = 0; p < av_pix_fmt_count_planes(format); p++) {
        const int bytes = av_image_get_linesize(format, source.width, p);
        const int shift = p == 1 || p == 2 ? av_pix_fmt_desc_get(format)->log2_chroma_h : 0;
        for (int y = 0; y < AV_CEIL_RSHIFT(source.height, shift); y++) {
            const uint8_t* row = frame.data[p] + static_cast<ptrdiff_t>(y) * frame.linesize[p];
            int x = 0;
            for (uint64_t word; x + 8 <= bytes; x += 8) std::memcpy(&word, row + x, 8), add(word);
            for (; x < bytes; x++) add(row[x]);
        }
    }
    return hash;
}

VideoTraits frame_traits(const AVFrame& frame) {
    VideoTraits traits;
    const char* name = av_get_pix_fmt_name(coded_format(frame));
    const bool full_by_name = name && std::strncmp(name, "yuvj", 4) == 0;
    if (full_by_name || frame.color_range == AVCOL_RANGE_JPEG)
        traits.range = "full";
    else if (frame.color_range == AVCOL_RANGE_MPEG)
        traits.range = "limited";
    const char* matrix = av_color_space_name(frame.colorspace);
    if (matrix && frame.colorspace != AVCOL_SPC_UNSPECIFIED) traits.matrix = matrix;
    const char* place = av_chroma_location_name(frame.chroma_location);
    if (place && frame.chroma_location != AVCHROMA_LOC_UNSPECIFIED) traits.chroma_place = place;
    return traits;
}

}  // namespace vmaf::tool
