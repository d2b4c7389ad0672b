// A GPU as a session uses it: its context, the kernels loaded so far, memory for extractors.
#pragma once

#include <map>
#include <memory>
#include <string_view>

#include "cuda/driver/buffer.h"
#include "cuda/driver/module.h"

namespace vmaf::cuda {

/// One session's view of a GPU. Used by one thread at a time; several on one context are fine.
class Device {
 public:
    explicit Device(std::shared_ptr<const Context> context) : context_(std::move(context)) {}

    const std::shared_ptr<const Context>& context() const { return context_; }
    const DeviceInfo& info() const { return context_->info(); }

    /// The kernel called `name` of a set, whose image is loaded on first use and stays as long as the device.
    /// Not for use per frame.
    Kernel kernel(const KernelSet& set, std::string_view name);
    /// Uninitialised device memory.
    Buffer allocate(size_t bytes) const { return Buffer(context_, bytes); }
    /// Device memory filled from host memory, for tables; returns when the copy is done. Not for use per frame.
    Buffer upload(const void* data, size_t bytes) const;

 private:
    std::shared_ptr<const Context> context_;
    std::map<std::string_view, Module> modules_;  // by KernelSet::name
};

}  // namespace vmaf::cuda
