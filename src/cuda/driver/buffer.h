// Memory that the GPU can reach: device memory and page-locked host memory, each with one owner.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/driver/owned.h"

namespace vmaf::cuda {

inline CUresult free_device(const Functions& cu, CUdeviceptr memory) { return cu.cuMemFree(memory); }
inline CUresult free_pinned(const Functions& cu, void* memory) { return cu.cuMemFreeHost(memory); }

/// Device memory, uninitialised, 256-byte aligned; the size is rounded up to 16 bytes. Move-only.
class Buffer : public Owned<CUdeviceptr, free_device> {
 public:
    Buffer() = default;
    /// Throws cuda::Error(ENOMEM) with the bytes wanted and free.
    Buffer(std::shared_ptr<const Context> context, size_t bytes);

    CUdeviceptr address() const { return get(); }
    /// The address as kernels take it; not for the host to read.
    template <class T>
    T* as(size_t byte_offset = 0) const {
        return reinterpret_cast<T*>(static_cast<uintptr_t>(address() + byte_offset));
    }
};

/// Page-locked host memory, uninitialised. Move-only.
class PinnedBuffer : public Owned<void*, free_pinned> {
 public:
    PinnedBuffer() = default;
    PinnedBuffer(std::shared_ptr<const Context> context, size_t bytes);

    std::byte* data() const { return static_cast<std::byte*>(get()); }
};

}  // namespace vmaf::cuda
