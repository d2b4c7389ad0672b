// Checks what clients say of their frames, and ends their references.
#include "picture/wrapping.h"

#include <memory>

#include "base/error.h"
#include "picture/sample_range.h"

namespace vmaf {

namespace {

constexpr unsigned kKnownFlags =
    VMAF_FRAME_INTERLEAVED_CHROMA | VMAF_FRAME_HIGH_BITS | VMAF_FRAME_DEVICE | VMAF_FRAME_STAYS_MAPPED;

/// What the frame's last reference ends with, and what is known of its memory.
class ClientPicture final : public VmafRef {
 public:
    ClientPicture(const VmafFrame& frame, const ClientMemory& memory)
        : VmafRef(frame.flags & VMAF_FRAME_DEVICE ? Memory::kDevice : Memory::kHost),
          memory_(memory),
          context_(frame.cu_context),
          release_(frame.release),
          data_(frame.release_data) {}
    const void* device_context() const noexcept override { return context_; }
    const ClientMemory* client_memory() const noexcept override { return &memory_; }

 protected:
    void release() noexcept override {
        const auto release = release_;
        void* const data = data_;
        delete this;
        if (release) release(data);
    }

 private:
    const ClientMemory memory_;
    const void* const context_;
    void (*const release_)(void*);
    void* const data_;
};

void check_plane(const VmafFrame& frame, const PictureFormat& format, SampleLayout layout, unsigned p) {
    const auto row = static_cast<ptrdiff_t>(layout.row_bytes(format, p));
    const auto samples = static_cast<ptrdiff_t>(format.sample_bytes());
    if (!row || !format.plane_h(p)) return;
    if (!frame.data[p]) fail(EINVAL, "the frame has no samples: data[", p, "] is NULL");
    if (frame.stride[p] < row)
        fail(EINVAL, "the frame's stride[", p, "] is ", frame.stride[p], " bytes, its rows have ", row,
             frame.stride[p] < 0 ? "; rows must follow each other from the top down" : "");
    if (frame.stride[p] % samples || reinterpret_cast<uintptr_t>(frame.data[p]) % static_cast<uintptr_t>(samples))
        fail(EINVAL, "data[", p, "] and stride[", p, "] of the frame must be even: samples of ", format.bpc,
             " bits are words");
}

void check_flags(const VmafFrame& frame) {
    if (frame.flags & ~kKnownFlags) fail(EINVAL, "the frame's flags ", frame.flags, " hold unknown bits");
    if (!(frame.flags & VMAF_FRAME_DEVICE) && (frame.cu_context || frame.cu_stream || frame.cu_event))
        fail(EINVAL, "a frame in host memory has no CUDA context, stream or event; is VMAF_FRAME_DEVICE missing?");
    if (frame.flags & VMAF_FRAME_DEVICE && frame.flags & VMAF_FRAME_STAYS_MAPPED)
        fail(EINVAL, "VMAF_FRAME_STAYS_MAPPED is for frames in host memory");
    if (frame.cu_stream && frame.cu_event)
        fail(EINVAL, "the frame names a stream and an event; one of them says when it is complete");
}

}  // namespace

Picture wrap(const VmafFrame& frame) {
    if (frame.size != sizeof frame)
        fail(EINVAL, "the frame's size is ", frame.size, ", this library's VmafFrame has ", sizeof frame, " bytes");
    const PictureFormat format{frame.pix_fmt, frame.bpc, frame.w, frame.h};
    check_picture_format(format);
    check_flags(frame);
    const ClientMemory memory{
        .layout = {.interleaved_chroma = format.planes() > 1 && frame.flags & VMAF_FRAME_INTERLEAVED_CHROMA,
                   .high_aligned = words_exceed_samples(format.bpc) && frame.flags & VMAF_FRAME_HIGH_BITS},
        .stays_mapped = (frame.flags & VMAF_FRAME_STAYS_MAPPED) != 0,
        .stream = frame.cu_stream,
        .event = frame.cu_event};
    VmafPicture picture = {};
    picture.pix_fmt = format.pix_fmt;
    picture.bpc = format.bpc;
    for (unsigned p = 0; p < memory.layout.stored_planes(format.planes()); p++) {
        check_plane(frame, format, memory.layout, p);
        picture.stride[p] = frame.stride[p];
        picture.data[p] = const_cast<void*>(frame.data[p]);
    }
    if (memory.layout.interleaved_chroma && picture.data[1]) {
        picture.stride[2] = picture.stride[1];
        picture.data[2] = static_cast<std::byte*>(picture.data[1]) + format.sample_bytes();
    }
    for (unsigned p = 0; p < format.planes(); p++) {
        picture.w[p] = format.plane_w(p);
        picture.h[p] = format.plane_h(p);
    }
    picture.ref = new ClientPicture(frame, memory);
    return Picture::adopt(picture);
}

}  // namespace vmaf
