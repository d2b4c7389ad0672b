// Uploads: staged through page-locked memory, straight from it, or not at all.
#include "cuda/engine/frame_ring.h"

#include "cuda/engine/pictures.h"
#include "cuda/kernel/frame_args.h"

namespace vmaf::cuda {

namespace {

/// Pictures on their way from ordinary memory: enough to copy one while others travel.
constexpr unsigned kStagingPictures = 8;
/// Blocks to page-lock, for each frame in device memory: those of its pair, and as many in the client's hands.
constexpr unsigned kPictures = 4;
constexpr size_t kPlaneAlignment = 16;  // PlaneArg's rule

bool aligned(const PictureView& view, unsigned planes) {
    for (unsigned p = 0; p < planes; ++p)
        if (reinterpret_cast<uintptr_t>(view.data[p]) % kPlaneAlignment ||
            view.stride[p] % static_cast<ptrdiff_t>(kPlaneAlignment))
            return false;
    return true;
}

}  // namespace

FrameRing::FrameRing(Device& device, const PictureFormat& format, unsigned slots, unsigned copy_helpers)
    : device_(device),
      context_(device.context()),
      placement_(format),
      places_(2 * slots),
      sizes_(2 * slots),
      staging_(kStagingPictures),
      team_(copy_helpers),
      page_locks_(context_, kPictures * slots) {}

bool FrameRing::in_place(const Picture& picture, unsigned planes) const {
    return picture.memory() == VmafRef::Memory::kDevice && picture.view().format.bpc == placement_.format.bpc &&
           aligned(picture.view(), planes);
}

Brought FrameRing::bring(const Picture& picture, unsigned slot, Side side, unsigned planes, const Stream& stream) {
    const PictureView from = picture.view();
    if (in_place(picture, planes)) return {from, true};
    const CUdeviceptr to = place(slot, side, planes, stream);
    const PictureView view = placement_.view_at(to, planes);
    if (from.format.bpc == placement_.format.bpc) return {view, copy(picture, placement_, to, planes, stream)};
    Shallow& way = shallow(from.format.bpc);
    if (picture.memory() == VmafRef::Memory::kDevice) {
        way.lift.enqueue(from, view, planes, stream.get());
        return {view, true};
    }
    const bool reads_picture = copy(picture, way.placement, way.memory.address(), planes, stream);
    way.lift.enqueue(way.placement.view_at(way.memory.address(), planes), view, planes, stream.get());
    return {view, reads_picture};
}

FrameRing::Placement::Placement(const PictureFormat& picture_format)
    : format(picture_format), layout(picture_format, kRowAlignment) {}

size_t FrameRing::Placement::bytes_of(unsigned planes) const {
    return planes < format.planes() ? layout.offset[planes] : layout.bytes;
}

PictureView FrameRing::Placement::view_at(CUdeviceptr base, unsigned planes) const {
    PictureView view;
    view.format = format;
    for (unsigned p = 0; p < planes; ++p) {
        view.data[p] = reinterpret_cast<const void*>(static_cast<uintptr_t>(base + layout.offset[p]));
        view.stride[p] = static_cast<ptrdiff_t>(layout.stride[p]);
    }
    return view;
}

CUdeviceptr FrameRing::place(unsigned slot, Side side, unsigned planes, const Stream& stream) {
    const size_t index = 2 * slot + (side == Side::kDistorted);
    const size_t bytes = placement_.bytes_of(planes);
    if (sizes_[index] < bytes) {
        places_[index] = Buffer(context_, bytes);
        sizes_[index] = bytes;
        // Kernels read whole units of 16 bytes: what lies behind a row's end reaches no result, but is no garbage either.
        VMAF_CUDA_TRY(context_->driver(), cuMemsetD8Async, places_[index].address(), 0, bytes, stream.get());
    }
    return places_[index].address();
}

/// The way of pictures of less depth, all of which have the same.
FrameRing::Shallow& FrameRing::shallow(unsigned bpc) {
    if (!shallow_) {
        PictureFormat format = placement_.format;
        format.bpc = bpc;
        const Placement placement(format);
        shallow_.emplace(Shallow{placement, Buffer(context_, placement.layout.bytes),
                                 DepthLift(format, placement_.format, device_)});
    }
    return *shallow_;
}

FrameRing::Staging& FrameRing::next_staging(size_t bytes) {
    if (staging_size_ < bytes) {  // the first frame, or the first that needs chroma
        for (Staging& staging : staging_) {
            if (staging.copied.get()) staging.copied.wait();
            staging = Staging{};
        }
        staging_size_ = bytes;
    }
    Staging& staging = staging_[next_staging_++ % staging_.size()];
    if (staging.memory.data()) {
        staging.copied.wait();
    } else {
        staging.memory = PinnedBuffer(context_, staging_size_);
        staging.copied = Event(context_);
    }
    return staging;
}

/// Queues a copy of the picture, `placement` at `to`. True if that reads the client's memory.
bool FrameRing::copy(const Picture& picture, const Placement& placement, CUdeviceptr to, unsigned planes,
                     const Stream& stream) {
    const bool device = picture.memory() == VmafRef::Memory::kDevice;
    HostMemory* const block = picture.host_memory();
    const bool direct = picture.memory() != VmafRef::Memory::kHost || (block && page_locks_.lock(*block));
    if (direct)
        copy_planes(picture.view(), device, placement, to, planes, stream);
    else
        copy_pageable(picture.view(), placement, to, planes, stream);
    return direct;
}

void FrameRing::copy_pageable(const PictureView& from, const Placement& placement, CUdeviceptr to, unsigned planes,
                              const Stream& stream) {
    const size_t bytes = placement.bytes_of(planes);
    Staging& staging = next_staging(bytes);
    for (unsigned p = 0; p < planes; ++p)
        team_.copy({staging.memory.data() + placement.layout.offset[p], static_cast<const std::byte*>(from.data[p]),
                    static_cast<ptrdiff_t>(placement.layout.stride[p]), from.stride[p],
                    placement.format.plane_w(p) * placement.format.sample_bytes(), placement.format.plane_h(p)});
    VMAF_CUDA_TRY(stream.driver(), cuMemcpyHtoDAsync, to, staging.memory.data(), bytes, stream.get());
    staging.copied.record(stream.get());
}

void FrameRing::copy_planes(const PictureView& from, bool device, const Placement& placement, CUdeviceptr to,
                            unsigned planes, const Stream& stream) const {
    for (unsigned p = 0; p < planes; ++p) {
        const size_t row = placement.format.plane_w(p) * placement.format.sample_bytes(),
                     rows = placement.format.plane_h(p);
        const auto pitch = static_cast<size_t>(from.stride[p]);
        if (row == 0 || rows == 0) continue;
        if (!device && pitch == placement.layout.stride[p]) {  // in one piece, which travels faster than row by row
            VMAF_CUDA_TRY(stream.driver(), cuMemcpyHtoDAsync, to + placement.layout.offset[p], from.data[p],
                          pitch * (rows - 1) + row, stream.get());
            continue;
        }
        CUDA_MEMCPY2D copy{};
        copy.srcMemoryType = device ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
        copy.srcHost = from.data[p];
        copy.srcDevice = reinterpret_cast<CUdeviceptr>(from.data[p]);
        copy.srcPitch = pitch;
        copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        copy.dstDevice = to + placement.layout.offset[p];
        copy.dstPitch = placement.layout.stride[p];
        copy.WidthInBytes = row;
        copy.Height = rows;
        VMAF_CUDA_TRY(stream.driver(), cuMemcpy2DAsync, &copy, stream.get());
    }
}

}  // namespace vmaf::cuda
