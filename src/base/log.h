// Where messages go: a level and a callback, one per context. The default callback writes to standard error.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "libvmaf/libvmaf.h"
#include "libvmaf/libvmaf_ext.h"

namespace vmaf {

/// The level, if it is one; else Error(EINVAL).
VmafLogLevel valid_level(const VmafLogLevel& level);

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

/// What is said by calls that belong to no context: nothing, until the process has opened a context and so chosen a level, or has chosen one
/// for them.
struct ProcessLog {
    VmafLogLevel level = VMAF_LOG_LEVEL_NONE;
    VmafLogCallback callback = nullptr;  ///< null: standard error
    void* data = nullptr;
};

/// Chooses it for good. Any thread.
void set_process_log(const ProcessLog& log);
/// A context was opened with this level, which holds unless set_process_log() was called. Any thread.
void follow_context_level(VmafLogLevel level);
/// Writes a message of a call that belongs to no context. Any thread.
void write_without_context(VmafLogLevel level, const std::string& message) noexcept;

/// The calling thread's last failure, as text; "" if there was none.
std::string& last_error() noexcept;

}  // namespace vmaf
