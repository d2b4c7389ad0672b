// The one way in which the engine owns what the driver hands out.
#pragma once

#include <memory>
#include <utility>

#include "cuda/driver/context.h"

namespace vmaf::cuda {

/// Owns a driver handle, which `destroy` gives back. Move-only. Owners are made and destroyed on any thread: they make the
/// context current themselves.
template <class Handle, CUresult (*destroy)(const Functions&, Handle)>
class Owned {
 public:
    Owned() = default;
    Owned(Owned&& other) noexcept { swap(other); }
    Owned& operator=(Owned&& other) noexcept {
        Owned(std::move(other)).swap(*this);
        return *this;
    }
    ~Owned() {
        if (!handle_ || !context_->driver().usable()) return;
        // Failures on the way out have no consequence that anyone could act on.
        const Functions& cu = context_->driver().functions();
        if (cu.cuCtxPushCurrent(context_->handle()) != CUDA_SUCCESS) return;
        destroy(cu, handle_);
        CUcontext popped = nullptr;
        cu.cuCtxPopCurrent(&popped);
    }

    Handle get() const { return handle_; }
    const Driver& driver() const { return context_->driver(); }

 protected:
    explicit Owned(std::shared_ptr<const Context> context) : context_(std::move(context)) {}
    void swap(Owned& other) noexcept {
        std::swap(context_, other.context_);
        std::swap(handle_, other.handle_);
    }

    std::shared_ptr<const Context> context_;
    Handle handle_{};
};

}  // namespace vmaf::cuda
