// Ties picture references to the engine's memory owners.
#include "cuda/engine/pictures.h"

#include "cuda/driver/buffer.h"
#include "cuda/driver/stream.h"

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

Picture copy_to_host(const Context& context, const PictureView& picture, unsigned planes) {
    Picture host = Picture::allocate(picture.format);
    const PictureView to = host.view();
    for (unsigned p = 0; p < planes; p++) {
        CUDA_MEMCPY2D copy = {};
        copy.srcMemoryType = CU_MEMORYTYPE_DEVICE;
        copy.srcDevice = reinterpret_cast<CUdeviceptr>(picture.data[p]);
        copy.srcPitch = static_cast<size_t>(picture.stride[p]);
        copy.dstMemoryType = CU_MEMORYTYPE_HOST;
        copy.dstHost = const_cast<void*>(to.data[p]);
        copy.dstPitch = static_cast<size_t>(to.stride[p]);
        copy.WidthInBytes = picture.format.plane_w(p) * picture.format.sample_bytes();
        copy.Height = picture.format.plane_h(p);
        if (copy.WidthInBytes && copy.Height) VMAF_CUDA_TRY(context.driver(), cuMemcpy2D, &copy);
    }
    return host;
}

}  // namespace vmaf::cuda
