// Makes device pictures that come back.
#include "cuda/engine/uploaded_pictures.h"

#include <utility>

namespace vmaf::cuda {

class UploadedPictures::Owner final : public VmafRef {
 public:
    Owner(std::shared_ptr<UploadedPictures> home, Block block)
        : VmafRef(Memory::kDevice), home_(std::move(home)), block_(std::move(block)) {}
    const void* device_context() const noexcept override { return home_->context_->handle(); }
    const Block& block() const { return block_; }

 protected:
    void release() noexcept override {
        home_->give_back(std::move(block_));
        delete this;
    }

 private:
    const std::shared_ptr<UploadedPictures> home_;
    Block block_;
};

UploadedPictures::Taken UploadedPictures::take(const Stream& stream) {
    Block block;
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            block = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!block.memory.address()) {
        block = {Buffer(context_, layout_.bytes), Event(context_)};
        // As in FrameRing: what lies behind a row's end is no garbage.
        VMAF_CUDA_TRY(context_->driver(), cuMemsetD8Async, block.memory.address(), 0, layout_.bytes, stream.get());
    }
    auto owner = std::make_unique<Owner>(shared_from_this(), std::move(block));
    const Block& taken = owner->block();
    VmafPicture picture = picture_over(taken.memory.as<void>(), format_, layout_);
    picture.ref = owner.release();
    return {Picture::adopt(picture), &taken.ready};
}

void UploadedPictures::give_back(Block block) noexcept {
    const std::lock_guard lock(mutex_);
    try {
        idle_.push_back(std::move(block));
    } catch (...) {  // no memory for the list: the block goes
    }
}

}  // namespace vmaf::cuda
