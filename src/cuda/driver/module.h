// Kernel images inside the library, and the functions found in them.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "cuda/driver/owned.h"

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

inline CUresult unload_module(const Functions& cu, CUmodule module) { return cu.cuModuleUnload(module); }

/// A loaded image. Move-only.
class Module : public Owned<CUmodule, unload_module> {
 public:
    /// Throws cuda::Error(ENOTSUP) naming the GPU if the image has nothing that runs on it.
    Module(std::shared_ptr<const Context> context, const KernelSet& set);

    /// `name` must be one of the set's kernels.
    Kernel kernel(std::string_view name) const;

 private:
    const KernelSet* set_;
};

}  // namespace vmaf::cuda
