// Memory that the GPU can reach: device memory and page-locked host memory, each with one owner.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "cuda/context.h"

namespace vmaf::cuda {

/// Device memory, uninitialised, 256-byte aligned; the size is rounded up to 16 bytes. Move-only.
class Buffer {
 public:
    Buffer() = default;
    /// Throws cuda::Error(ENOMEM) with the bytes wanted and free.
    Buffer(std::shared_ptr<const Context> context, size_t bytes);
    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer&& other) noexcept {
        Buffer(std::move(other)).swap(*this);
        return *this;
    }
    ~Buffer();

    CUdeviceptr address() const { return address_; }
    size_t size() const { return size_; }
    /// The address as kernels take it; not for the host to read.
    template <class T>
    T* as(size_t byte_offset = 0) const {
        return reinterpret_cast<T*>(static_cast<uintptr_t>(address_ + byte_offset));
    }

 private:
    void swap(Buffer& other) noexcept {
        std::swap(context_, other.context_);
        std::swap(address_, other.address_);
        std::swap(size_, other.size_);
    }

    std::shared_ptr<const Context> context_;
    CUdeviceptr address_ = 0;
    size_t size_ = 0;
};

/// Page-locked host memory, uninitialised. Move-only.
class PinnedBuffer {
 public:
    PinnedBuffer() = default;
    PinnedBuffer(std::shared_ptr<const Context> context, size_t bytes);
    PinnedBuffer(PinnedBuffer&& other) noexcept { swap(other); }
    PinnedBuffer& operator=(PinnedBuffer&& other) noexcept {
        PinnedBuffer(std::move(other)).swap(*this);
        return *this;
    }
    ~PinnedBuffer();

    std::byte* data() const { return data_; }
    size_t size() const { return size_; }

 private:
    void swap(PinnedBuffer& other) noexcept {
        std::swap(context_, other.context_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }

    std::shared_ptr<const Context> context_;
    std::byte* data_ = nullptr;
    size_t size_ = 0;
};

}  // namespace vmaf::cuda
