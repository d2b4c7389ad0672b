// Page-locks ordinary memory of pictures that come back, so that the GPU reads them where they lie.
#pragma once

#include <memory>
#include <vector>

#include "cuda/driver/context.h"
#include "picture/host_memory.h"

namespace vmaf::cuda {

/// Blocks that stay page-locked until they are freed, or until this object ends, whichever is first. Used by one thread; the
/// blocks may be freed on any thread meanwhile.
class PageLocks {
 public:
    /// Locks at most `most` blocks at a time.
    PageLocks(std::shared_ptr<const Context> context, size_t most);
    /// Nothing may be reading the blocks any more.
    ~PageLocks();
    PageLocks(const PageLocks&) = delete;
    PageLocks& operator=(const PageLocks&) = delete;

    /// True if the GPU can read the block directly from now on. False if locking it would not pay, since it is not known to
    /// come back, or is not possible: copying through memory of the engine's own always is.
    bool lock(HostMemory& block);

 private:
    class Claim;
    bool make_room();

    std::shared_ptr<const Context> context_;
    size_t most_;
    std::vector<std::shared_ptr<Claim>> claims_;
};

}  // namespace vmaf::cuda
