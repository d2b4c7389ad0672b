// Ties picture references to the engine's memory owners.
#include "cuda/engine/pictures.h"

#include "cuda/driver/buffer.h"
#include "cuda/driver/stream.h"

namespace vmaf::cuda {

namespace {

template <class Block>
class Owner final : public VmafRef {
 public:
    Owner(Memory memory, Block block) : VmafRef(memory), block_(std::move(block)) {}

 protected:
    void release() noexcept override { delete this; }

 private:
    Block block_;
};

template <class Block>
Picture make(VmafRef::Memory memory, Block block, void* samples, const PictureFormat& format,
             const PictureLayout& layout) {
    VmafPicture picture = picture_over(samples, format, layout);
    picture.ref = new Owner<Block>(memory, std::move(block));
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
        return make(memory, std::move(buffer), samples, format, layout);
    }
    PinnedBuffer buffer(std::move(context), layout.bytes);
    void* samples = buffer.data();
    return make(VmafRef::Memory::kPinnedHost, std::move(buffer), samples, format, layout);
}

}  // namespace vmaf::cuda
