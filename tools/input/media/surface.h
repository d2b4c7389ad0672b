// Frames that a GPU's decoders leave in its memory.
#pragma once

#include "input/media/libav.h"
#include "libvmaf/libvmaf_ext.h"

namespace vmaf::tool {

/// The primary context of a CUDA device as libavcodec takes it, with a stream of its own, for one decoder. Both live as long as a frame does.
/// Throws Error with the reason.
Libav<AVBufferRef> open_decoding_device(unsigned device);

/// Says where a frame on the GPU lies, and what work fills it.
void place_surface(const AVFrame& frame, VmafFrame& client);

/// Copies, within the GPU's memory, a frame that lies in one of its decoder's few surfaces, so that the decoder has that back: a decoder can't go
/// on while many are held. `pool` is that of the copies, made at the first one and when the surfaces change. Newer libraries copy by themselves.
/// Throws Error with the reason.
void leave_surface(AVFrame& frame, Libav<AVBufferRef>& pool);

/// The frame cropped at its left and top as its fields ask for; libavutil leaves that to us.
void crop_surface(AVFrame& frame);

}  // namespace vmaf::tool
