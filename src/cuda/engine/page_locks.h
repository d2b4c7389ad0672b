// Page-locks ordinary memory of pictures that come back, so that the GPU reads them where they lie.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "cuda/driver/context.h"
#include "picture/picture.h"

namespace vmaf::cuda {

/// Blocks that stay page-locked until they are freed, or until this object ends, whichever is first. Any thread, but one at a time for one
/// block or picture.
class PageLocks {
 public:
    /// Those of all pipelines in one CUDA context, among which blocks wander: locked for one, they are for all. Room for `most` more.
    static std::shared_ptr<PageLocks> of(const std::shared_ptr<const Context>& context, size_t most);
    /// Locks at most `most` blocks at a time, for all contexts.
    PageLocks(std::shared_ptr<const Context> context, size_t most);
    /// Nothing may be reading the blocks any more.
    ~PageLocks();
    PageLocks(const PageLocks&) = delete;
    PageLocks& operator=(const PageLocks&) = delete;

    /// Room for `most` more blocks.
    void grow(size_t most);
    /// True if the GPU can read the block directly from now on. False if locking it would not pay, since it is not known to
    /// come back, or is not possible: copying through memory of the engine's own always is.
    bool lock(HostMemory& block);
    /// The same for a client's picture: true if the client has page-locked its memory, or, where that stays mapped as long as this object
    /// lives and comes back, once it is locked here.
    bool lock(const PictureView& picture, const ClientMemory& memory);

 private:
    class Claim;
    /// Bytes of a client's memory.
    struct Extent {
        uintptr_t begin = 0, end = 0;
    };
    /// Memory that stays mapped: seen once, then locked, or refused by the driver.
    struct Mapped {
        uintptr_t end = 0;
        std::shared_ptr<Claim> claim;
        bool refused = false;
    };
    static std::vector<Extent> extents_of(const PictureView& picture, SampleLayout layout);
    bool locked_by_client(const Extent& extent) const;
    bool lock(const Extent& extent);
    bool make_room();

    std::shared_ptr<const Context> context_;
    std::mutex mutex_;  // covers the next
    size_t most_;
    std::vector<std::shared_ptr<Claim>> claims_;
    std::map<uintptr_t, Mapped> mapped_;  // by its begin; the claims are of claims_
};

}  // namespace vmaf::cuda
