// Ties picture references to the engine's memory owners.
#include "cuda/engine/pictures.h"

#include "cuda/driver/buffer.h"
#include "cuda/driver/stream.h"
#include "picture/unpack.h"

namespace vmaf::cuda {

namespace {

template <class Block>
class Owner final : public VmafRef {
 public:
    /// `context`: that of device memory.
    Owner(Memory memory, Block block, CUcontext context = nullptr)
        : VmafRef(memory), block_(std::move(block)), context_(context) {}
    const void* device_context() const noexcept override { return context_; }

 protected:
    void release() noexcept override { delete this; }

 private:
    Block block_;
    CUcontext context_;
};

/// A picture whose samples begin at `samples`, in the memory that `owner` owns.
Picture make(std::unique_ptr<VmafRef> owner, void* samples, const PictureFormat& format, const PictureLayout& layout) {
    VmafPicture picture = picture_over(samples, format, layout);
    picture.ref = owner.release();
    return Picture::adopt(picture);
}

}  // namespace

Picture allocate_picture(std::shared_ptr<const Context> context, const PictureFormat& format, VmafRef::Memory memory) {
    check_picture_format(format);
    const PictureLayout layout(format, kRowAlignment);
    if (memory == VmafRef::Memory::kDevice) {
        Buffer buffer(context, layout.bytes);
        const Current current(*context);
        const Stream stream(context);
        VMAF_CUDA_TRY(context->driver(), cuMemsetD8Async, buffer.address(), 0, layout.bytes,
                      stream.get());  // the padding too
        stream.synchronize();
        void* samples = buffer.as<void>();
        return make(std::make_unique<Owner<Buffer>>(memory, std::move(buffer), context->handle()), samples, format,
                    layout);
    }
    PinnedBuffer buffer(std::move(context), layout.bytes);
    void* samples = buffer.data();
    return make(std::make_unique<Owner<PinnedBuffer>>(VmafRef::Memory::kPinnedHost, std::move(buffer)), samples, format,
                layout);
}

namespace {

/// Copies stored planes from a device to host memory.
void copy_rows(const Context& context, const PictureView& from, const PictureView& to, SampleLayout layout,
               unsigned planes) {
    for (unsigned p = 0; p < layout.stored_planes(planes); p++) {
        CUDA_MEMCPY2D copy = {};
        copy.srcMemoryType = kUnifiedMemory;
        copy.srcDevice = reinterpret_cast<CUdeviceptr>(from.data[p]);
        copy.srcPitch = static_cast<size_t>(from.stride[p]);
        copy.dstMemoryType = CU_MEMORYTYPE_HOST;
        copy.dstHost = const_cast<void*>(to.data[p]);
        copy.dstPitch = static_cast<size_t>(to.stride[p]);
        copy.WidthInBytes = layout.row_bytes(from.format, p);
        copy.Height = from.format.plane_h(p);
        if (copy.WidthInBytes && copy.Height) VMAF_CUDA_TRY(context.driver(), cuMemcpy2D, &copy);
    }
}

}  // namespace

Picture copy_to_host(const Context& context, const PictureView& picture, SampleLayout layout, unsigned planes) {
    if (layout.plain(planes)) {
        Picture host = Picture::allocate(picture.format);
        copy_rows(context, picture, host.view(), {}, planes);
        return host;
    }
    const PictureLayout places(picture.format, kRowAlignment, layout);
    const HostMemory block(places.bytes);
    PictureView packed{.format = picture.format};
    for (unsigned p = 0; p < planes; p++) {
        packed.data[p] = block.data() + places.offset[p];
        packed.stride[p] = static_cast<ptrdiff_t>(places.stride[p]);
    }
    copy_rows(context, picture, packed, layout, planes);
    return unpacked(packed, layout, picture.format.bpc, planes);
}

}  // namespace vmaf::cuda
