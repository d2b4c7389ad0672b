// Owners of picture memory: references that end on their own, and the hidden end of VmafPicture's `ref`.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "picture/host_memory.h"
#include "picture/picture_format.h"

namespace vmaf {
struct Loans;
}

namespace vmaf {

/// What a client says of memory of its own, in which a picture lies.
struct ClientMemory {
    SampleLayout layout;
    bool stays_mapped = false;  ///< host memory: until the context that reads it is closed
    void* stream = nullptr;     ///< device memory: the CUstream whose work fills it, or null
    void* event = nullptr;      ///< likewise a CUevent
};

}  // namespace vmaf

/// Reference count of a picture's memory, and what to do when the last reference ends.
struct VmafRef {
    /// Where the samples lie.
    enum class Memory { kHost, kPinnedHost, kDevice };

    /// Throws std::bad_alloc.
    explicit VmafRef(Memory memory = Memory::kHost);
    virtual ~VmafRef();
    VmafRef(const VmafRef&) = delete;
    VmafRef& operator=(const VmafRef&) = delete;

    void add() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
    void drop() noexcept {
        if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) release();
    }

    /// The block of ordinary memory that the samples lie in; null if they lie elsewhere.
    virtual vmaf::HostMemory* host_memory() noexcept { return nullptr; }

    /// The CUDA context that device memory belongs to; null for host memory, and where the client leaves it to the reader.
    virtual const void* device_context() const noexcept { return nullptr; }

    /// Null for memory that the library allocated.
    virtual const vmaf::ClientMemory* client_memory() const noexcept { return nullptr; }

    const Memory memory;

    /// What a client holds of the picture, if it holds it; lending.cpp looks after it.
    struct Loan {
        uintptr_t number = 0;  ///< 0: the client holds no reference
        VmafPicture picture = {};
    };

 protected:
    /// The last reference has ended: free or recycle the memory, and this object with it.
    virtual void release() noexcept = 0;
    void revive() noexcept { count_.store(1, std::memory_order_relaxed); }

 private:
    friend struct vmaf::Loans;
    std::atomic<unsigned> count_{1};
    Loan loan_;
};

namespace vmaf {

/// One reference to a picture. Move-only.
class Picture {
 public:
    Picture() = default;
    ~Picture() { reset(); }
    Picture(Picture&& other) noexcept : picture_(std::exchange(other.picture_, {})) {}
    Picture& operator=(Picture&& other) noexcept {
        std::swap(picture_, other.picture_);
        return *this;
    }

    /// Takes a reference of the library's own over and clears the struct; clients' are taken back by take_back().
    static Picture adopt(VmafPicture& picture) noexcept {
        Picture owner;
        owner.picture_ = std::exchange(picture, {});
        return owner;
    }

    /// Zero-filled host memory, rows 32-byte aligned. Throws Error(EINVAL) for an impossible format, std::bad_alloc.
    static Picture allocate(const PictureFormat& format);

    explicit operator bool() const { return picture_.ref != nullptr; }
    /// Another reference to the same memory.
    Picture share() const noexcept;
    /// Gives the reference up to the library's own code; lend() hands it to clients.
    VmafPicture release() noexcept { return std::exchange(picture_, {}); }
    void reset() noexcept;

    /// As clients see it; the reference stays this object's.
    const VmafPicture& get() const { return picture_; }
    PictureView view() const { return view_of(picture_); }
    VmafRef::Memory memory() const { return picture_.ref->memory; }
    const void* device_context() const { return picture_.ref->device_context(); }
    HostMemory* host_memory() const { return picture_.ref->host_memory(); }
    const ClientMemory* client_memory() const { return picture_.ref->client_memory(); }
    SampleLayout layout() const { return client_memory() ? client_memory()->layout : SampleLayout(); }
    static PictureView view_of(const VmafPicture& picture);

 private:
    VmafPicture picture_ = {};
};

/// Throws Error(EINVAL) unless format and depth are ones that pictures can have.
void check_picture_format(const PictureFormat& format);

/// Byte offsets of planes in one block of memory: rows aligned to 32 bytes, planes one after the other. Planes that share their rows begin
/// where their first samples are.
struct PictureLayout {
    explicit PictureLayout(const PictureFormat& format, size_t row_alignment = 32, SampleLayout samples = {});

    size_t stride[3] = {}, offset[3] = {};
    size_t bytes = 0;
};

/// A VmafPicture over `block`, which `layout` describes; `ref` is left to the caller.
VmafPicture picture_over(void* block, const PictureFormat& format, const PictureLayout& layout);

}  // namespace vmaf
