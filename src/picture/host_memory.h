// Ordinary memory of pictures: whole pages, recycled among pictures, and known to those who want to page-lock it.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace vmaf {

/// What somebody does to a block of memory that must be undone before the memory goes, such as page-locking.
class MemoryClaim {
 public:
    virtual ~MemoryClaim() = default;
    /// Undoes it. Called once at most, on the thread that frees the memory; nobody uses the memory any more.
    virtual void end() noexcept = 0;
};

/// A block of memory, zeroed at first. Move-only.
class HostMemory {
 public:
    HostMemory() = default;
    /// Throws std::bad_alloc.
    explicit HostMemory(size_t bytes);
    HostMemory(HostMemory&& other) noexcept { swap(other); }
    HostMemory& operator=(HostMemory&& other) noexcept {
        HostMemory(std::move(other)).swap(*this);
        return *this;
    }
    ~HostMemory();

    explicit operator bool() const { return data_ != nullptr; }
    std::byte* data() const { return data_; }
    size_t size() const { return size_; }

    /// True if the memory starts and ends with a page, so that page-locking it concerns nobody else.
    bool whole_pages() const;
    /// True once the memory has been recycled, or is known to be: it will come back, so that preparing it pays.
    bool recurs() const { return recurs_; }
    void expect_recurrence() { recurs_ = true; }

    /// The claim on this memory; its owner decides how long it lasts. One thread at a time, as for all of this class.
    std::shared_ptr<MemoryClaim> claim() const { return claim_.lock(); }
    void claim(const std::shared_ptr<MemoryClaim>& claim) { claim_ = claim; }

 private:
    void swap(HostMemory& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(recurs_, other.recurs_);
        claim_.swap(other.claim_);
    }

    std::byte* data_ = nullptr;
    size_t size_ = 0;
    bool recurs_ = false;
    std::weak_ptr<MemoryClaim> claim_;
};

/// Zeroed memory, recycled if there is some of that size. Any thread. Throws std::bad_alloc.
HostMemory take_memory(size_t bytes);
/// Gives memory back for recycling. Any thread.
void recycle_memory(HostMemory memory) noexcept;

/// Memory is recycled while one of these lives; the last one's end frees what is kept.
class Recycling {
 public:
    Recycling();
    ~Recycling();
    Recycling(const Recycling&) = delete;
    Recycling& operator=(const Recycling&) = delete;
};

}  // namespace vmaf
