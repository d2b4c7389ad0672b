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

FrameRing::FrameRing(std::shared_ptr<const Context> context, const PictureFormat& format, unsigned slots,
                     unsigned copy_helpers)
    : context_(std::move(context)),
      format_(format),
      layout_(format, kRowAlignment),
      places_(2 * slots),
      sizes_(2 * slots),
      staging_(kStagingPictures),
      team_(copy_helpers),
      page_locks_(context_, kPictures * slots) {}

bool FrameRing::in_place(const Picture& picture, unsigned planes) {
    return picture.memory() == VmafRef::Memory::kDevice && aligned(picture.view(), planes);
}

Brought FrameRing::bring(const Picture& picture, unsigned slot, Side side, unsigned planes, const Stream& stream) {
    const PictureView from = picture.view();
    if (in_place(picture, planes)) return {from, true};
    const bool device = picture.memory() == VmafRef::Memory::kDevice;
    const CUdeviceptr to = place(slot, side, planes, stream);
    HostMemory* const block = picture.host_memory();
    const bool direct = picture.memory() != VmafRef::Memory::kHost || (block && page_locks_.lock(*block));
    if (direct)
        copy_planes(from, device, to, planes, stream);
    else
        copy_pageable(from, to, planes, stream);
    return {view_at(to, planes), direct};
}

size_t FrameRing::bytes_of(unsigned planes) const {
    return planes < format_.planes() ? layout_.offset[planes] : layout_.bytes;
}

CUdeviceptr FrameRing::place(unsigned slot, Side side, unsigned planes, const Stream& stream) {
    const size_t index = 2 * slot + (side == Side::kDistorted);
    const size_t bytes = bytes_of(planes);
    if (sizes_[index] < bytes) {
        places_[index] = Buffer(context_, bytes);
        sizes_[index] = bytes;
        // Kernels read whole units of 16 bytes: what lies behind a row's end reaches no result, but is no garbage either.
        VMAF_CUDA_TRY(context_->driver(), cuMemsetD8Async, places_[index].address(), 0, bytes, stream.get());
    }
    return places_[index].address();
}

PictureView FrameRing::view_at(CUdeviceptr base, unsigned planes) const {
    PictureView view;
    view.format = format_;
    for (unsigned p = 0; p < planes; ++p) {
        view.data[p] = reinterpret_cast<const void*>(static_cast<uintptr_t>(base + layout_.offset[p]));
        view.stride[p] = static_cast<ptrdiff_t>(layout_.stride[p]);
    }
    return view;
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

void FrameRing::copy_pageable(const PictureView& from, CUdeviceptr to, unsigned planes, const Stream& stream) {
    const size_t bytes = bytes_of(planes);
    Staging& staging = next_staging(bytes);
    for (unsigned p = 0; p < planes; ++p)
        team_.copy({staging.memory.data() + layout_.offset[p], static_cast<const std::byte*>(from.data[p]),
                    static_cast<ptrdiff_t>(layout_.stride[p]), from.stride[p],
                    format_.plane_w(p) * format_.sample_bytes(), format_.plane_h(p)});
    VMAF_CUDA_TRY(stream.driver(), cuMemcpyHtoDAsync, to, staging.memory.data(), bytes, stream.get());
    staging.copied.record(stream.get());
}

void FrameRing::copy_planes(const PictureView& from, bool device, CUdeviceptr to, unsigned planes,
                            const Stream& stream) const {
    for (unsigned p = 0; p < planes; ++p) {
        const size_t row = format_.plane_w(p) * format_.sample_bytes(), rows = format_.plane_h(p);
        const auto pitch = static_cast<size_t>(from.stride[p]);
        if (row == 0 || rows == 0) continue;
        if (!device && pitch == layout_.stride[p]) {  // in one piece, which travels faster than row by row
            VMAF_CUDA_TRY(stream.driver(), cuMemcpyHtoDAsync, to + layout_.offset[p], from.data[p],
                          pitch * (rows - 1) + row, stream.get());
            continue;
        }
        CUDA_MEMCPY2D copy{};
        copy.srcMemoryType = device ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
        copy.srcHost = from.data[p];
        copy.srcDevice = reinterpret_cast<CUdeviceptr>(from.data[p]);
        copy.srcPitch = pitch;
        copy.dstMemoryType = CU_MEMORYTYPE_DEVICE;
        copy.dstDevice = to + layout_.offset[p];
        copy.dstPitch = layout_.stride[p];
        copy.WidthInBytes = row;
        copy.Height = rows;
        VMAF_CUDA_TRY(stream.driver(), cuMemcpy2DAsync, &copy, stream.get());
    }
}

}  // namespace vmaf::cuda
