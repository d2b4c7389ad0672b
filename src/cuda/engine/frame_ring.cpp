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

FrameRing::FrameRing(Device& device, const PictureFormat& format, unsigned slots, unsigned copy_helpers,
                     std::shared_ptr<PageLocks> locks)
    : device_(device),
      context_(device.context()),
      placement_(format),
      places_(2 * slots),
      sizes_(2 * slots),
      staging_(kStagingPictures),
      team_(copy_helpers),
      client_locks_(locks ? locks : std::make_shared<PageLocks>(context_, kPictures * slots)),
      block_locks_(locks ? locks : PageLocks::of(context_, kPictures * slots)),
      uploads_(std::make_shared<UploadedPictures>(context_, format)) {
    if (locks) locks->grow(kPictures * slots);
}

/// True for device memory of the ring's own context, which kernels can read.
bool FrameRing::ours(const Picture& picture) const {
    const void* const context = picture.device_context();
    return picture.memory() == VmafRef::Memory::kDevice && (!context || context == context_->handle());
}

bool FrameRing::in_place(const Picture& picture, unsigned planes) const {
    return ours(picture) && picture.layout().plain(planes) && picture.view().format.bpc == placement_.format.bpc &&
           aligned(picture.view(), planes);
}

Brought FrameRing::bring(const Picture& picture, unsigned slot, Side side, unsigned planes, const Stream& stream) {
    if (in_place(picture, planes)) return {picture.view(), true};
    return fill(picture, place(slot, side, planes, stream), planes, stream);
}

FrameRing::Upload FrameRing::upload(const Picture& picture, unsigned planes, const Stream& stream) {
    UploadedPictures::Taken taken = uploads_->take(stream);
    const auto to = reinterpret_cast<CUdeviceptr>(taken.picture.view().data[0]);
    const bool holds = fill(picture, to, planes, stream).holds_picture;
    return {std::move(taken.picture), taken.ready, holds};
}

/// Queues what brings the picture to `to`.
Brought FrameRing::fill(const Picture& picture, CUdeviceptr to, unsigned planes, const Stream& stream) {
    const PictureView view = placement_.view_at(to, planes);
    if (!picture.layout().plain(planes) || picture.view().format.bpc != placement_.format.bpc)
        return unpack(picture, view, planes, stream);
    return {view, copy(picture, placement_, to, planes, stream)};
}

/// Luma that kernels can read stays where it is, though chroma has to be unpacked.
Brought FrameRing::unpack(const Picture& picture, const PictureView& to, unsigned planes, const Stream& stream) {
    const PictureView from = picture.view();
    const Packed& way = packed(from.format.bpc, picture.layout());
    if (!ours(picture)) {
        const bool holds = copy(picture, way.placement, way.memory.address(), planes, stream);
        way.unpack.enqueue(way.placement.view_at(way.memory.address(), planes), to, 0, planes, stream.get());
        return {to, holds};
    }
    PictureView view = to;
    const bool luma_stays = in_place(picture, 1);
    if (luma_stays) {
        view.data[0] = from.data[0];
        view.stride[0] = from.stride[0];
    }
    way.unpack.enqueue(from, to, luma_stays, planes, stream.get());
    return {view, true};
}

FrameRing::Placement::Placement(const PictureFormat& picture_format, SampleLayout sample_layout)
    : format(picture_format), samples(sample_layout), layout(picture_format, kRowAlignment, sample_layout) {}

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

/// The way of pictures of that depth and layout; the depth is the same for all.
FrameRing::Packed& FrameRing::packed(unsigned bpc, SampleLayout samples) {
    for (const auto& way : packed_)
        if (way->placement.samples == samples) return *way;
    PictureFormat format = placement_.format;
    format.bpc = bpc;
    const Placement placement(format, samples);
    packed_.push_back(std::make_unique<Packed>(Packed{placement, Buffer(context_, placement.layout.bytes),
                                                      Unpack(format, samples, placement_.format, device_)}));
    return *packed_.back();
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

/// True if the GPU can read the picture's memory by itself.
bool FrameRing::reads_directly(const Picture& picture) {
    if (picture.memory() != VmafRef::Memory::kHost) return true;
    if (HostMemory* const block = picture.host_memory()) return block_locks_->lock(*block);
    const ClientMemory* const client = picture.client_memory();
    return client && client_locks_->lock(picture.view(), *client);
}

/// Queues a copy of the picture, `placement` at `to`. True if that reads the client's memory.
bool FrameRing::copy(const Picture& picture, const Placement& placement, CUdeviceptr to, unsigned planes,
                     const Stream& stream) {
    const bool direct = reads_directly(picture);
    if (direct)
        copy_planes(picture, placement, to, planes, stream);
    else
        copy_pageable(picture.view(), placement, to, planes, stream);
    return direct;
}

void FrameRing::copy_pageable(const PictureView& from, const Placement& placement, CUdeviceptr to, unsigned planes,
                              const Stream& stream) {
    const size_t bytes = placement.bytes_of(planes);
    Staging& staging = next_staging(bytes);
    for (unsigned p = 0; p < placement.stored_planes(planes); ++p)
        team_.copy({staging.memory.data() + placement.layout.offset[p], static_cast<const std::byte*>(from.data[p]),
                    static_cast<ptrdiff_t>(placement.layout.stride[p]), from.stride[p], placement.row_bytes(p),
                    placement.format.plane_h(p)});
    VMAF_CUDA_TRY(stream.driver(), cuMemcpyHtoDAsync, to, staging.memory.data(), bytes, stream.get());
    staging.copied.record(stream.get());
}

void FrameRing::copy_planes(const Picture& picture, const Placement& placement, CUdeviceptr to, unsigned planes,
                            const Stream& stream) const {
    const PictureView from = picture.view();
    const bool device = picture.memory() == VmafRef::Memory::kDevice;
    for (unsigned p = 0; p < placement.stored_planes(planes); ++p) {
        const size_t row = placement.row_bytes(p), rows = placement.format.plane_h(p);
        const auto pitch = static_cast<size_t>(from.stride[p]);
        if (row == 0 || rows == 0) continue;
        if (!device && pitch == placement.layout.stride[p]) {  // in one piece, which travels faster than row by row
            VMAF_CUDA_TRY(stream.driver(), cuMemcpyHtoDAsync, to + placement.layout.offset[p], from.data[p],
                          pitch * (rows - 1) + row, stream.get());
            continue;
        }
        CUDA_MEMCPY2D copy{};
        copy.srcMemoryType = device ? kUnifiedMemory : CU_MEMORYTYPE_HOST;
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
