// Registers blocks with the driver and undoes it exactly once.
#include "cuda/engine/page_locks.h"

#include <algorithm>
#include <mutex>

namespace vmaf::cuda {

/// One block's registration. Ended by whichever comes first, the block's end or that of the locks.
class PageLocks::Claim final : public MemoryClaim {
 public:
    Claim(std::shared_ptr<const Context> context, HostMemory& block)
        : context_(std::move(context)), address_(block.data()) {}

    /// False if the driver refuses.
    bool begin(size_t bytes) {
        active_ = context_->driver().functions().cuMemHostRegister(address_, bytes, 0) == CUDA_SUCCESS;
        return active_;
    }

    void end() noexcept override {
        if (!context_->driver().usable()) return;  // a child's copy of the block was never locked
        const std::lock_guard lock(mutex_);
        if (!active_) return;
        active_ = false;
        const Functions& cu = context_->driver().functions();
        if (cu.cuCtxPushCurrent(context_->handle()) != CUDA_SUCCESS) return;
        cu.cuMemHostUnregister(address_);
        CUcontext popped = nullptr;
        cu.cuCtxPopCurrent(&popped);
    }

    bool ended() const {
        const std::lock_guard lock(mutex_);
        return !active_;
    }

 private:
    std::shared_ptr<const Context> context_;
    void* address_;
    mutable std::mutex mutex_;
    bool active_ = false;
};

PageLocks::PageLocks(std::shared_ptr<const Context> context, size_t most) : context_(std::move(context)), most_(most) {}

/// Ended before they are let go of: who frees a block meanwhile either waits for that or finds it done.
PageLocks::~PageLocks() {
    for (const auto& claim : claims_) claim->end();
}

bool PageLocks::make_room() {
    if (claims_.size() >= most_) std::erase_if(claims_, [](const auto& claim) { return claim->ended(); });
    return claims_.size() < most_;
}

bool PageLocks::lock(HostMemory& block) {
    if (const auto claim = block.claim())  // ours, or another session's, which may end at any time
        return std::find(claims_.begin(), claims_.end(), claim) != claims_.end();
    if (!block.recurs() || !block.whole_pages() || !make_room()) return false;
    const auto claim = std::make_shared<Claim>(context_, block);
    if (!claim->begin(block.size())) {
        most_ = 0;  // where it fails once, as without enough lockable memory, it would again
        return false;
    }
    claims_.push_back(claim);
    block.claim(claim);
    return true;
}

}  // namespace vmaf::cuda
