// Kernel images inside the library, and the functions found in them.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cuda/context.h"

namespace vmaf::cuda {

/// The kernels of one .cu file: its compiled image and its entry points, by the names they have in the image.
struct KernelSet {
    std::string_view name;
    const unsigned char* image = nullptr;
    std::span<const char* const> kernels;
};

/// An entry point, ready to launch. A view: the device's module owns it.
class Kernel {
 public:
    Kernel() = default;
    Kernel(const Driver& driver, CUfunction function, const char* name)
        : driver_(&driver), function_(function), name_(name) {}

    const Driver& driver() const { return *driver_; }
    CUfunction function() const { return function_; }
    const char* name() const { return name_; }
    /// Lets launches ask for up to `bytes` of dynamic shared memory; needed above 48 KB, limit in DeviceInfo.
    void allow_dynamic_shared(unsigned bytes) const;

 private:
    const Driver* driver_ = nullptr;
    CUfunction function_ = nullptr;
    const char* name_ = "";
};

/// A loaded image. Move-only.
class Module {
 public:
    /// Throws cuda::Error(ENOTSUP) naming the GPU if the image has nothing that runs on it.
    Module(std::shared_ptr<const Context> context, const KernelSet& set);
    Module(Module&& other) noexcept
        : context_(std::move(other.context_)), set_(other.set_), handle_(std::exchange(other.handle_, nullptr)) {}
    Module& operator=(Module&&) = delete;
    ~Module();

    const KernelSet& set() const { return *set_; }
    /// `name` must be one of set().kernels.
    Kernel kernel(std::string_view name) const;

 private:
    std::shared_ptr<const Context> context_;
    const KernelSet* set_;
    CUmodule handle_ = nullptr;
};

/// Every kernel set of the library.
std::span<const KernelSet* const> kernel_sets();

}  // namespace vmaf::cuda
