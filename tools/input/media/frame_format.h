// What a decoded frame is in the library's terms: format, layout, traits; and what can't be scored.
#pragma once

#include "input/media/libav.h"
#include "input/video_reader.h"
#include "libvmaf/libvmaf_ext.h"

namespace vmaf::tool {

/// A pixel format that can be scored where it lies.
struct SampleFormat {
    VmafPixelFormat pix_fmt = VMAF_PIX_FMT_UNKNOWN;
    unsigned bpc = 0;
    SampleLayout layout;
};

/// Absent for what is not planar YUV or grey of 8 to 16 bits in this machine's byte order. An alpha plane does not count.
std::optional<SampleFormat> sample_format(AVPixelFormat format);

/// Format of the frame's picture. Throws Error(EINVAL) with the reason and the way out, which has no name of the input in it.
PictureFormat picture_format(const AVFrame& frame);

/// Throws Error(EINVAL) as picture_format() if the frame is interlaced, to be rotated, or not of `format`.
void check_frame_format(const AVFrame& frame, const PictureFormat& format);

/// The frame for vmaf_picture_wrap(), luma alone if `planes` is 1; without `release`.
VmafFrame client_frame(const AVFrame& frame, unsigned planes);

/// Copies the planes with a bit in `planes` into a picture of picture_format().
void copy_frame(const AVFrame& frame, VmafPicture& picture, unsigned planes);

/// Range and matrix of the frame's samples.
VideoTraits frame_traits(const AVFrame& frame);

}  // namespace vmaf::tool
