// Registers blocks with the driver and undoes it exactly once.
#include "cuda/engine/page_locks.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

namespace vmaf::cuda {

namespace {

constexpr auto kAlreadyRegistered = static_cast<CUresult>(712);
constexpr int kMemoryTypeAttribute = 2;  // CU_POINTER_ATTRIBUTE_MEMORY_TYPE
constexpr unsigned kPortable = 1;        // CU_MEMHOSTREGISTER_PORTABLE: locked for all contexts

uintptr_t page_size() {
    static const auto size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    return size;
}

/// Memory that any locks of this process hold. To the driver it looks like memory that a client has page-locked, but it may end at any time.
class OwnMemory {
 public:
    void add(void* address, size_t bytes) {
        const std::lock_guard lock(mutex_);
        end_of_[reinterpret_cast<uintptr_t>(address)] = reinterpret_cast<uintptr_t>(address) + bytes;
    }
    void remove(void* address) {
        const std::lock_guard lock(mutex_);
        end_of_.erase(reinterpret_cast<uintptr_t>(address));
    }
    bool has(uintptr_t address) const {
        const std::lock_guard lock(mutex_);
        const auto next = end_of_.upper_bound(address);
        return next != end_of_.begin() && address < std::prev(next)->second;
    }

 private:
    mutable std::mutex mutex_;
    std::map<uintptr_t, uintptr_t> end_of_;  // by its begin
};

/// Never destroyed: blocks of static storage may end later.
OwnMemory& own_memory() {
    static auto* const memory = new OwnMemory;
    return *memory;
}

}  // namespace

/// One block's registration. Ended by whichever comes first, the block's end or that of the locks.
class PageLocks::Claim final : public MemoryClaim {
 public:
    Claim(std::shared_ptr<const Context> context, void* address) : context_(std::move(context)), address_(address) {}

    CUresult begin(size_t bytes) {
        const CUresult result = context_->driver().functions().cuMemHostRegister(address_, bytes, kPortable);
        active_ = result == CUDA_SUCCESS;
        if (active_) own_memory().add(address_, bytes);
        return result;
    }

    void end() noexcept override {
        if (!context_->driver().usable()) return;  // a child's copy of the block was never locked
        const std::lock_guard lock(mutex_);
        if (!active_) return;
        active_ = false;
        own_memory().remove(address_);
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

std::shared_ptr<PageLocks> PageLocks::of(const std::shared_ptr<const Context>& context, size_t most) {
    static std::mutex mutex;
    static std::map<CUcontext, std::weak_ptr<PageLocks>> known;
    const std::lock_guard lock(mutex);
    std::erase_if(known, [](const auto& entry) { return entry.second.expired(); });
    std::weak_ptr<PageLocks>& entry = known[context->handle()];
    if (std::shared_ptr<PageLocks> locks = entry.lock()) {
        locks->grow(most);
        return locks;
    }
    auto locks = std::make_shared<PageLocks>(context, most);
    entry = locks;
    return locks;
}

void PageLocks::grow(size_t most) {
    const std::lock_guard lock(mutex_);
    most_ += most;
}

/// Ended before they are let go of: who frees a block meanwhile either waits for that or finds it done.
PageLocks::~PageLocks() {
    for (const auto& claim : claims_) claim->end();
}

bool PageLocks::make_room() {
    if (claims_.size() >= most_) std::erase_if(claims_, [](const auto& claim) { return claim->ended(); });
    return claims_.size() < most_;
}

bool PageLocks::lock(HostMemory& block) {
    const std::lock_guard lock(mutex_);
    if (const auto claim = block.claim())  // ours, or another session's, which may end at any time
        return std::find(claims_.begin(), claims_.end(), claim) != claims_.end();
    if (!block.recurs() || !block.whole_pages() || !make_room()) return false;
    const auto claim = std::make_shared<Claim>(context_, block.data());
    if (claim->begin(block.size()) != CUDA_SUCCESS) {
        most_ = 0;  // where it fails once, as without enough lockable memory, it would again
        return false;
    }
    claims_.push_back(claim);
    block.claim(claim);
    return true;
}

// ---------------------------------------------------------------------------------------------- clients' own memory

/// The stored planes; those that share a page are one, so that no page is locked twice.
std::vector<PageLocks::Extent> PageLocks::extents_of(const PictureView& picture, SampleLayout layout) {
    std::vector<Extent> planes;
    for (unsigned p = 0; p < layout.stored_planes(picture.format.planes()); ++p) {
        const size_t row = layout.row_bytes(picture.format, p), rows = picture.format.plane_h(p);
        if (!row || !rows) continue;
        const auto begin = reinterpret_cast<uintptr_t>(picture.data[p]);
        planes.push_back({begin, begin + static_cast<size_t>(picture.stride[p]) * (rows - 1) + row});
    }
    std::sort(planes.begin(), planes.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    std::vector<Extent> extents;
    for (const Extent& plane : planes)
        if (!extents.empty() && plane.begin < extents.back().end + page_size())
            extents.back().end = std::max(extents.back().end, plane.end);
        else
            extents.push_back(plane);
    return extents;
}

/// The driver knows the addresses of page-locked memory, and no others. What another session has locked ends with that session.
bool PageLocks::locked_by_client(const Extent& extent) const {
    const auto known = [this](uintptr_t address) {
        unsigned type = 0;
        return context_->driver().functions().cuPointerGetAttribute(&type, kMemoryTypeAttribute, address) ==
                   CUDA_SUCCESS &&
               type == CU_MEMORYTYPE_HOST && !own_memory().has(address);
    };
    return known(extent.begin) && known(extent.end - 1);
}

bool PageLocks::lock(const PictureView& picture, const ClientMemory& memory) {
    const std::lock_guard guard(mutex_);
    const std::vector<Extent> extents = extents_of(picture, memory.layout);
    bool all = true;
    for (const Extent& extent : extents) {
        const bool locked = memory.stays_mapped && lock(extent);
        all = all && (locked || locked_by_client(extent));
    }
    return all;
}

bool PageLocks::lock(const Extent& extent) {
    if (mapped_.size() > 4 * most_) std::erase_if(mapped_, [](const auto& entry) { return !entry.second.claim; });
    const auto [entry, first_time] = mapped_.try_emplace(extent.begin, Mapped{extent.end, nullptr});
    Mapped& mapped = entry->second;
    if (mapped.claim) return extent.end <= mapped.end;
    if (first_time || mapped.end != extent.end) {
        mapped = {extent.end, nullptr};
        return false;
    }
    if (mapped.refused || !make_room()) return false;
    const uintptr_t begin = extent.begin / page_size() * page_size();
    const uintptr_t end = (extent.end + page_size() - 1) / page_size() * page_size();
    const auto claim = std::make_shared<Claim>(context_, reinterpret_cast<void*>(begin));
    if (const CUresult result = claim->begin(end - begin); result != CUDA_SUCCESS) {
        mapped.refused = true;
        if (result != kAlreadyRegistered) most_ = 0;
        return false;
    }
    claims_.push_back(claim);
    mapped.claim = claim;
    return true;
}

}  // namespace vmaf::cuda
