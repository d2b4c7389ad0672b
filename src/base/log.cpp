// The default log callback and the per-thread text of the last failure.
#include "base/log.h"

#include <unistd.h>

#include <cstdio>
#include <optional>

#include "base/enum_number.h"
#include "base/error.h"
#include "base/process_lock.h"

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

VmafLogLevel valid_level(const VmafLogLevel& level) {
    const int number = enum_number(level);
    if (number < VMAF_LOG_LEVEL_NONE || number > VMAF_LOG_LEVEL_DEBUG)
        fail(EINVAL, "log level ", number, " is unknown; the levels are ", int{VMAF_LOG_LEVEL_NONE}, " to ",
             int{VMAF_LOG_LEVEL_DEBUG});
    return level;
}

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

namespace {

struct ProcessChoice {
    std::optional<ProcessLog> chosen;
    VmafLogLevel context_level = VMAF_LOG_LEVEL_NONE;
};
constinit ProcessChoice process_choice;  // under the process lock

}  // namespace

void set_process_log(const ProcessLog& log) {
    const ProcessLock lock;
    process_choice.chosen = log;
}

void follow_context_level(VmafLogLevel level) {
    const ProcessLock lock;
    process_choice.context_level = level;
}

void write_without_context(VmafLogLevel level, const std::string& message) noexcept {
    ProcessLog choice;
    {
        const ProcessLock lock;
        choice = process_choice.chosen.value_or(ProcessLog{process_choice.context_level});
    }
    Log log(choice.level);
    log.set_callback(choice.callback, choice.data);
    log.write(level, message);
}

std::string& last_error() noexcept {
    thread_local std::string text;
    return text;
}

}  // namespace vmaf
