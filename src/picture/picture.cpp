// Allocates picture memory and counts references to it.
#include "picture/picture.h"

#include <limits>
#include <memory>
#include <new>

#include "base/enum_number.h"
#include "base/error.h"

namespace vmaf {

namespace {

class HeapPicture final : public VmafRef {
 public:
    explicit HeapPicture(size_t bytes) : memory_(take_memory(bytes)) {}
    ~HeapPicture() override { recycle_memory(std::move(memory_)); }
    HostMemory* host_memory() noexcept override { return &memory_; }

 protected:
    void release() noexcept override { delete this; }

 private:
    HostMemory memory_;
};

}  // namespace

void check_picture_format(const PictureFormat& format) {
    const int pix_fmt = enum_number(format.pix_fmt);
    if (pix_fmt < VMAF_PIX_FMT_YUV420P || pix_fmt > VMAF_PIX_FMT_YUV400P)
        fail(EINVAL, "pixel format ", pix_fmt, " is unknown; use 4:2:0, 4:2:2, 4:4:4 or 4:0:0");
    if (format.bpc < 8 || format.bpc > 16) fail(EINVAL, "bit depth ", format.bpc, " is not in the range 8 to 16");
}

PictureLayout::PictureLayout(const PictureFormat& format, size_t row_alignment, SampleLayout samples) {
    constexpr size_t kLargestPlane = std::numeric_limits<ptrdiff_t>::max() / 4;
    for (unsigned p = 0; p < samples.stored_planes(format.planes()); p++) {
        const size_t row = samples.row_bytes(format, p);
        stride[p] = (row + row_alignment - 1) / row_alignment * row_alignment;
        offset[p] = bytes;
        if (format.plane_h(p) && stride[p] > kLargestPlane / format.plane_h(p)) throw std::bad_alloc();
        bytes += stride[p] * format.plane_h(p);
    }
    if (samples.interleaved_chroma) {
        stride[2] = stride[1];
        offset[2] = offset[1] + format.sample_bytes();
    }
}

VmafPicture picture_over(void* block, const PictureFormat& format, const PictureLayout& layout) {
    VmafPicture picture = {};
    picture.pix_fmt = format.pix_fmt;
    picture.bpc = format.bpc;
    for (unsigned p = 0; p < format.planes(); p++) {
        picture.w[p] = format.plane_w(p);
        picture.h[p] = format.plane_h(p);
        picture.stride[p] = static_cast<ptrdiff_t>(layout.stride[p]);
        picture.data[p] = static_cast<std::byte*>(block) + layout.offset[p];
    }
    return picture;
}

Picture Picture::allocate(const PictureFormat& format) {
    check_picture_format(format);
    const PictureLayout layout(format);
    auto heap = std::make_unique<HeapPicture>(layout.bytes);
    Picture owner;
    owner.picture_ = picture_over(heap->host_memory()->data(), format, layout);
    owner.picture_.ref = heap.release();
    return owner;
}

Picture Picture::share() const noexcept {
    Picture owner;
    owner.picture_ = picture_;
    if (picture_.ref) picture_.ref->add();
    return owner;
}

void Picture::reset() noexcept {
    const VmafPicture picture = std::exchange(picture_, {});
    if (picture.ref) picture.ref->drop();
}

PictureView Picture::view_of(const VmafPicture& picture) {
    PictureView view;
    view.format = {picture.pix_fmt, picture.bpc, picture.w[0], picture.h[0]};
    for (int p = 0; p < 3; p++) {
        view.data[p] = picture.data[p];
        view.stride[p] = picture.stride[p];
    }
    return view;
}

}  // namespace vmaf
