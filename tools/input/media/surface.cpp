// Frames in device memory, for libavcodec on the one side and for the library on the other.
#include "input/media/surface.h"

#include <ffnvcodec/dynlink_cuda.h>  // before the header below, which asks for CUDA's own otherwise

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/hwcontext_cuda.h>
}

#include "base/error.h"
#include "nvdec.h"

namespace vmaf::tool {

Libav<AVBufferRef> open_decoding_device(unsigned device) {
    auto stream = std::make_unique<DecodingStream>(device);
    Libav<AVBufferRef> buffer(av_hwdevice_ctx_alloc(AV_HWDEVICE_TYPE_CUDA));
    if (!buffer) fail(ENOSYS, "the installed libavutil was built without CUDA");
    // Not by av_hwdevice_ctx_create(): that refuses a primary context that is active with other flags than its own.
    auto& context = *reinterpret_cast<AVHWDeviceContext*>(buffer->data);
    auto& cuda = *static_cast<AVCUDADeviceContext*>(context.hwctx);
    cuda.cuda_ctx = static_cast<CUcontext>(stream->context());
    cuda.stream = static_cast<CUstream>(stream->stream());
    context.user_opaque = stream.release();
    context.free = [](AVHWDeviceContext* self) { delete static_cast<DecodingStream*>(self->user_opaque); };
    if (const int result = av_hwdevice_ctx_init(buffer.get()); result < 0)
        fail(EIO, "libavutil can't use the GPU: ", libav_error(result));
    return buffer;
}

void place_surface(const AVFrame& frame, VmafFrame& client) {
    const auto& frames = *reinterpret_cast<const AVHWFramesContext*>(frame.hw_frames_ctx->data);
    const auto& cuda = *static_cast<const AVCUDADeviceContext*>(frames.device_ctx->hwctx);
    client.flags |= VMAF_FRAME_DEVICE;
    client.cu_context = cuda.cuda_ctx;
    client.cu_stream = cuda.stream;
}

namespace {

void must(int result, const char* what) {
    if (result < 0) fail(result == AVERROR(ENOMEM) ? ENOMEM : EIO, what, ": ", libav_error(result));
}

bool fits(const AVBufferRef& pool, const AVHWFramesContext& surfaces) {
    const auto& own = *reinterpret_cast<const AVHWFramesContext*>(pool.data);
    return own.device_ctx == surfaces.device_ctx && own.sw_format == surfaces.sw_format &&
           own.width == surfaces.width && own.height == surfaces.height;
}

Libav<AVBufferRef> make_pool(const AVHWFramesContext& surfaces) {
    Libav<AVBufferRef> pool = owned(av_hwframe_ctx_alloc(surfaces.device_ref));
    auto& own = *reinterpret_cast<AVHWFramesContext*>(pool->data);
    own.format = surfaces.format;
    own.sw_format = surfaces.sw_format;
    own.width = surfaces.width;
    own.height = surfaces.height;
    must(av_hwframe_ctx_init(pool.get()), "no memory for frames can be had on the GPU");
    return pool;
}

}  // namespace

void leave_surface(AVFrame& frame, Libav<AVBufferRef>& pool) {
    const bool in_decoder = frame.buf[1] != nullptr;  // what gives the surface back
    if (!in_decoder) return;
    const auto& surfaces = *reinterpret_cast<const AVHWFramesContext*>(frame.hw_frames_ctx->data);
    if (!pool || !fits(*pool, surfaces)) pool = make_pool(surfaces);
    auto copy = owned(av_frame_alloc());
    must(av_hwframe_get_buffer(pool.get(), copy.get(), 0), "no memory for a frame can be had on the GPU");
    copy->width = frame.width;
    copy->height = frame.height;
    must(av_hwframe_transfer_data(copy.get(), &frame, 0), "a frame can't be copied on the GPU");
    must(av_frame_copy_props(copy.get(), &frame), "a frame can't be copied on the GPU");
    av_frame_unref(&frame);
    av_frame_move_ref(&frame, copy.get());
}

void crop_surface(AVFrame& frame) {
    const auto& frames = *reinterpret_cast<const AVHWFramesContext*>(frame.hw_frames_ctx->data);
    const AVPixFmtDescriptor& format = *av_pix_fmt_desc_get(frames.sw_format);
    for (int p = 0; p < av_pix_fmt_count_planes(frames.sw_format); p++) {
        const AVComponentDescriptor& component = format.comp[p];
        const size_t x = frame.crop_left >> (p ? format.log2_chroma_w : 0);
        const size_t y = frame.crop_top >> (p ? format.log2_chroma_h : 0);
        frame.data[p] += y * static_cast<size_t>(frame.linesize[p]) + x * static_cast<size_t>(component.step);
    }
    frame.width -= static_cast<int>(frame.crop_left);
    frame.height -= static_cast<int>(frame.crop_top);
    frame.crop_left = frame.crop_top = 0;
}

}  // namespace vmaf::tool
