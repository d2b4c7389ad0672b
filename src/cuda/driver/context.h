// A device's context, primary or the client's own, and the scope in which it is current.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "cuda/driver/driver.h"

namespace vmaf::cuda {

/// What the engine and the kernels' launchers want to know of a GPU.
struct DeviceInfo {
    int index = 0;
    std::string name;
    int major = 0, minor = 0;  ///< compute capability
    int multiprocessors = 0;
    size_t memory = 0;              ///< bytes in all
    int shared_per_block = 0;       ///< most shared memory of a block, bytes, after Kernel::allow_dynamic_shared
    int float_to_double_ratio = 0;  ///< how many times faster float arithmetic is than double
};

/// A context that lives as long as this object. Objects made in it hold it.
class Context {
 public:
    /// The primary context of the device with that index.
    static std::shared_ptr<const Context> primary(std::shared_ptr<const Driver> driver, int device_index);
    /// The client's context, which must outlive this object.
    static std::shared_ptr<const Context> foreign(std::shared_ptr<const Driver> driver, CUcontext context);

    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context();

    const Driver& driver() const { return *driver_; }
    const std::shared_ptr<const Driver>& shared_driver() const { return driver_; }
    CUcontext handle() const { return handle_; }
    /// Asked of the driver at the first call; throws Error then.
    const DeviceInfo& info() const;

 private:
    Context(std::shared_ptr<const Driver> driver, CUdevice device) : driver_(std::move(driver)), device_(device) {}

    std::shared_ptr<const Driver> driver_;
    CUdevice device_;
    CUcontext handle_ = nullptr;
    bool retained_ = false;
    mutable std::once_flag described_;
    mutable DeviceInfo info_;
};

/// Number of devices; 0 is not an error.
int device_count(const Driver& driver);
/// Properties of a device without making a context on it.
DeviceInfo device_info(const Driver& driver, int device_index);

/// Makes the context current on this thread until the end of the scope.
class Current {
 public:
    explicit Current(const Context& context);
    ~Current();
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

 private:
    const Context& context_;
};

}  // namespace vmaf::cuda
