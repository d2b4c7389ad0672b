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

/// How NVDEC's surfaces of the format `stored` hold video that a CPU would decode to `coded`, which alone tells depth and chroma: 10 and 12
/// bits lie in the high bits of words that FFmpeg may call 16-bit samples, and grey comes with chroma. Absent for other pairs.
std::optional<SampleFormat> surface_format(AVPixelFormat stored, AVPixelFormat coded);

/// True if the frame lies in a GPU's memory.
bool on_gpu(const AVFrame& frame);
/// Marks a frame on the GPU with what surface_format() calls `coded`, without which it is of no format.
void mark_coded_format(AVFrame& frame, AVPixelFormat coded);

/// Format of the frame's picture. Throws Error(EINVAL) with the reason and the way out, which has no name of the input in it.
PictureFormat picture_format(const AVFrame& frame);

/// Throws Error(EINVAL) as picture_format() if the frame is interlaced, to be rotated, or not of `format`.
void check_frame_format(const AVFrame& frame, const PictureFormat& format);

/// The frame for vmaf_picture_wrap(), luma alone if `planes` is 1; without `release`, and for a frame on the GPU without what
/// place_surface() adds.
VmafFrame client_frame(const AVFrame& frame, unsigned planes);

/// Copies the planes with a bit in `planes` into a picture of picture_format(). Throws Error if the GPU does not give its frame.
void copy_frame(const AVFrame& frame, VmafPicture& picture, unsigned planes);

/// Crops the frame, wherever it lies, without a copy. `part` has been found to be inside.
void crop_frame(AVFrame& frame, const Rectangle& part);

/// Of its samples, wherever they lie: equal for equal frames. Throws as copy_frame().
uint64_t frame_hash(const AVFrame& frame);

/// Range, matrix and place of the frame's samples.
VideoTraits frame_traits(const AVFrame& frame);

}  // namespace vmaf::tool
