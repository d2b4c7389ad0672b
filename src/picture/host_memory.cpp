// Allocates blocks of pages and keeps a few that have come back.
#include "picture/host_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/process_lock.h"

namespace vmaf {

namespace {

constexpr size_t kLine = 64, kPage = 4096, kHugePage = 2 << 20;
/// The allocator serves and recycles smaller blocks well.
constexpr size_t kLeastPaged = 64 << 10;

size_t alignment_for(size_t bytes) { return bytes < kLeastPaged ? kLine : bytes < kHugePage ? kPage : kHugePage; }

size_t round_up(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

/// Whole huge pages, each of which is mapped and page-locked at once, where they are at most an eighth more than is asked for.
size_t rounded_size(size_t bytes) {
    const size_t huge = round_up(bytes, kHugePage);
    if (bytes > 0 && huge - bytes <= huge / 8) return huge;
    return round_up(std::max<size_t>(bytes, 1), bytes < kLeastPaged ? kLine : kPage);
}

/// Fewer faults when a large block is first filled, fewer address look-ups ever after. A wish only.
void prefer_huge_pages([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
    if (bytes >= kHugePage) madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
}

/// Memory of pictures that have ended, kept for the next ones: a client that allocates every frame's pictures anew would
/// otherwise have the system map and clear the same memory over and over. A few blocks of one size, and no score depends on it.
class Spares {
 public:
    HostMemory pop(size_t bytes) {
        const ProcessLock lock;
        return bytes == bytes_ && count_ ? std::move(blocks_[--count_]) : HostMemory();
    }

    /// True if a block of that size would be kept.
    bool wants(size_t bytes) {
        if (bytes < kLeastPaged || bytes > kMostBytes) return false;
        Blocks outdated;
        const ProcessLock lock;
        if (bytes != bytes_) {
            outdated = take_all();
            bytes_ = bytes;
        }
        return room();
    }

    void push(HostMemory memory) noexcept {
        const ProcessLock lock;
        if (memory.size() == bytes_ && room()) blocks_[count_++] = std::move(memory);
    }

    void add_user() {
        const ProcessLock lock;
        users_++;
    }

    void remove_user() {
        Blocks unused;
        const ProcessLock lock;
        if (--users_ == 0) unused = take_all();
    }

 private:
    static constexpr size_t kMost = 32;
    static constexpr size_t kMostBytes = 128 << 20;
    using Blocks = std::array<HostMemory, kMost>;

    bool room() const { return users_ > 0 && count_ < kMost && (count_ + 1) * bytes_ <= kMostBytes; }

    /// For the caller to free when it has given up the lock.
    Blocks take_all() {
        count_ = 0;
        return std::exchange(blocks_, {});
    }

    size_t bytes_ = 0, count_ = 0, users_ = 0;
    Blocks blocks_;
};

/// The one instance; never destroyed, since pictures may end later than any static object.
union Everlasting {
    Spares spares;
    constexpr Everlasting() : spares() {}
    ~Everlasting() {}
};
constinit Everlasting everlasting;
Spares& spares() { return everlasting.spares; }

}  // namespace

HostMemory::HostMemory(size_t bytes) : size_(rounded_size(bytes)) {
    if (size_ < bytes || size_ > PTRDIFF_MAX / 2) throw std::bad_alloc();
    data_ = static_cast<std::byte*>(std::aligned_alloc(alignment_for(size_), round_up(size_, alignment_for(size_))));
    if (!data_) throw std::bad_alloc();
    prefer_huge_pages(data_, size_);
    std::memset(data_, 0, size_);
}

HostMemory::~HostMemory() {
    if (const auto claim = claim_.lock()) claim->end();
    std::free(data_);
}

bool HostMemory::whole_pages() const { return size_ >= kLeastPaged; }

HostMemory take_memory(size_t bytes) {
    HostMemory memory = spares().pop(rounded_size(bytes));
    return memory ? std::move(memory) : HostMemory(bytes);
}

/// Clears the memory here rather than when it is taken: the thread that has done with a picture is seldom the one that fills it.
void recycle_memory(HostMemory memory) noexcept {
    if (!spares().wants(memory.size())) return;
    std::memset(memory.data(), 0, memory.size());
    memory.expect_recurrence();
    spares().push(std::move(memory));
}

Recycling::Recycling() { spares().add_user(); }
Recycling::~Recycling() { spares().remove_user(); }

}  // namespace vmaf
