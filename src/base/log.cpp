// The default log callback and the per-thread text of the last failure.
#include "base/log.h"

#include <unistd.h>

#include <cstdio>

namespace vmaf {

namespace {

struct LevelStyle {
    const char* name;
    const char* colour;
};

constexpr LevelStyle kStyles[] = {
    {"", ""}, {"ERROR", "\x1b[31m"}, {"WARNING", "\x1b[33m"}, {"INFO", "\x1b[32m"}, {"DEBUG", "\x1b[34m"}};

void write_to_stderr(void*, VmafLogLevel level, const char* message) {
    const LevelStyle& style = kStyles[level];
    const bool terminal = isatty(STDERR_FILENO);
    std::fprintf(stderr, "libvmaf %s%s%s %s\n", terminal ? style.colour : "", style.name, terminal ? "\x1b[0m" : "",
                 message);
}

}  // namespace

void Log::set_callback(VmafLogCallback callback, void* data) {
    const std::lock_guard lock(mutex_);
    callback_ = callback;
    data_ = data;
}

void Log::write(VmafLogLevel level, const std::string& message) const noexcept {
    if (level > level_ || level <= VMAF_LOG_LEVEL_NONE || level > VMAF_LOG_LEVEL_DEBUG) return;
    const std::lock_guard lock(mutex_);
    (callback_ ? callback_ : write_to_stderr)(data_, level, message.c_str());
}

std::string& last_error() noexcept {
    thread_local std::string text;
    return text;
}

}  // namespace vmaf
