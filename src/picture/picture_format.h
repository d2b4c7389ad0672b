// Sizes and sample layout of a picture and its planes, and views into them: what extractors see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "libvmaf/picture.h"

namespace vmaf {

struct PictureFormat {
    VmafPixelFormat pix_fmt = VMAF_PIX_FMT_UNKNOWN;
    unsigned bpc = 0;  ///< bits per sample, 8 to 16; samples above 8 bit are 16-bit little-endian, low-aligned
    unsigned w = 0, h = 0;

    bool operator==(const PictureFormat&) const = default;
    unsigned planes() const { return pix_fmt == VMAF_PIX_FMT_YUV400P ? 1 : 3; }
    bool subsampled_x() const { return pix_fmt == VMAF_PIX_FMT_YUV420P || pix_fmt == VMAF_PIX_FMT_YUV422P; }
    bool subsampled_y() const { return pix_fmt == VMAF_PIX_FMT_YUV420P; }
    /// Chroma sizes round down, as in libvmaf's VmafPicture; 0 for planes that the format lacks.
    unsigned plane_w(unsigned p) const { return p == 0 ? w : p >= planes() ? 0 : w >> subsampled_x(); }
    unsigned plane_h(unsigned p) const { return p == 0 ? h : p >= planes() ? 0 : h >> subsampled_y(); }
    size_t sample_bytes() const { return bpc > 8 ? 2 : 1; }
};

/// How samples lie in a client's own memory. Pictures that the library allocates, and all that extractors see, are plain.
struct SampleLayout {
    bool interleaved_chroma = false;  ///< a V behind each U, in one plane, as in NV12
    bool high_aligned = false;        ///< samples of 9 to 15 bits in the high bits of their words, as in P010

    bool operator==(const SampleLayout&) const = default;
    /// True if planes 0 to `planes` - 1 can be read as a plain picture's.
    bool plain(unsigned planes) const { return !high_aligned && (planes == 1 || !interleaved_chroma); }
    /// Samples from one of plane p to the next.
    unsigned step(unsigned p) const { return p && interleaved_chroma ? 2 : 1; }
    /// The low bits of a word that hold no sample.
    unsigned padding_bits(unsigned bpc) const { return high_aligned ? 16 - bpc : 0; }
    /// The first `planes` planes as they are stored: U and V may be one.
    unsigned stored_planes(unsigned planes) const { return interleaved_chroma && planes > 1 ? 2 : planes; }
    /// Bytes of samples in a row of stored plane p.
    size_t row_bytes(const PictureFormat& format, unsigned p) const {
        return format.plane_w(p) * format.sample_bytes() * step(p);
    }
};

/// A read-only plane. Does not own; `stride` counts samples. Any stride >= w; no alignment is promised.
template <class T>
struct Plane {
    const T* data = nullptr;
    ptrdiff_t stride = 0;
    unsigned w = 0, h = 0;

    const T* row(ptrdiff_t y) const { return data + y * stride; }
};

/// A read-only picture, in host or device memory. Does not own.
struct PictureView {
    PictureFormat format;
    const void* data[3] = {};
    ptrdiff_t stride[3] = {};  ///< bytes

    explicit operator bool() const { return data[0] != nullptr; }

    /// Plane p as samples of type T: uint8_t for 8 bit, uint16_t above.
    template <class T>
    Plane<T> plane(unsigned p) const {
        return {static_cast<const T*>(data[p]), stride[p] / static_cast<ptrdiff_t>(sizeof(T)), format.plane_w(p),
                format.plane_h(p)};
    }
};

/// Frames before a frame that an extractor may look back to.
inline constexpr unsigned kMaxLookback = 2;

/// Both pictures of a frame.
struct PicturePair {
    PictureView ref, dis;
};

/// One frame as an extractor gets it.
struct FramePictures {
    unsigned index = 0;    ///< the caller's frame index
    PictureView ref, dis;  ///< `ref` may be empty for a metric that does not read it
    /// [0] the frame read just before this one, [1] the one before that. A picture is empty where there is none or where
    /// the metric does not ask for it.
    PicturePair previous[kMaxLookback];
};

/// Calls body(T{}) with the sample type of `bpc`.
template <class Body>
decltype(auto) with_sample_type(unsigned bpc, Body&& body) {
    if (bpc > 8) return body(std::type_identity<uint16_t>{});
    return body(std::type_identity<uint8_t>{});
}

}  // namespace vmaf
