// Where messages go: a level and a callback, one per context. The default callback writes to standard error.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"

namespace vmaf {

/// Thread-safe. Messages above the level are dropped; one call of the callback at a time.
class Log {
 public:
    explicit Log(VmafLogLevel level = VMAF_LOG_LEVEL_ERROR) : level_(level) {}

    /// Null restores the default.
    void set_callback(VmafLogCallback callback, void* data);
    void write(VmafLogLevel level, const std::string& message) const noexcept;
    void error(const std::string& message) const noexcept { write(VMAF_LOG_LEVEL_ERROR, message); }
    void warning(const std::string& message) const noexcept { write(VMAF_LOG_LEVEL_WARNING, message); }
    void info(const std::string& message) const noexcept { write(VMAF_LOG_LEVEL_INFO, message); }

 private:
    VmafLogLevel level_;
    mutable std::mutex mutex_;
    VmafLogCallback callback_ = nullptr;
    void* data_ = nullptr;
};

/// The calling thread's last failure, as text; "" if there was none.
std::string& last_error() noexcept;

}  // namespace vmaf
