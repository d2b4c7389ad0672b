// Routes the libraries' log to the input that it is about.
#include "input/media/libav.h"

#include <cstring>

#include "base/error.h"

namespace vmaf::tool {

namespace {

/// Errors that the decoders tell about files whose frames they decode whole.
constexpr const char* kHarmless[] = {"mmco: ", "SEI type ", "overread ", "unable to decode APP fields"};

/// Contexts of other classes have no place for a log.
ErrorLog* log_of(void* context) {
    const AVClass* const kind = context ? *static_cast<const AVClass**>(context) : nullptr;
    if (!kind) return nullptr;
    if (std::strcmp(kind->class_name, "AVFormatContext") == 0)
        return static_cast<ErrorLog*>(static_cast<AVFormatContext*>(context)->opaque);
    if (std::strcmp(kind->class_name, "AVCodecContext") == 0)
        return static_cast<ErrorLog*>(static_cast<AVCodecContext*>(context)->opaque);
    return nullptr;
}

void take_line(void* context, int level, const char* format, va_list arguments) {
    ErrorLog* const log = level <= AV_LOG_ERROR ? log_of(context) : nullptr;
    if (!log) return;
    char text[512];
    std::vsnprintf(text, sizeof text, format, arguments);
    for (const char* harmless : kHarmless)
        if (std::strncmp(text, harmless, std::strlen(harmless)) == 0) return;
    std::string line(text);
    while (line.ends_with('\n') || line.ends_with('.') || line.ends_with(' ')) line.pop_back();
    if (!line.empty()) log->add(std::move(line));
}

}  // namespace

void ErrorLog::add(std::string text) {
    const std::lock_guard lock(mutex_);
    if (first_.empty()) first_ = std::move(text);
}

std::string ErrorLog::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(first_, {});
}

void capture_libav_log() {
    static std::once_flag once;  // the libraries' place for the callback is a plain variable
    std::call_once(once, [] { av_log_set_callback(take_line); });
}

std::string libav_error(int code) {
    // The libraries' own words for these say nothing of files.
    switch (code) {
        case AVERROR_INVALIDDATA: return "what is there does not fit the format";
        case AVERROR_EOF: return "the file ends there";
        case AVERROR(EIO): return "nothing more can be read";
        case AVERROR(EINVAL): return "it asks for what FFmpeg's libraries do not allow";
        case AVERROR(ENOMEM): return "there is not enough memory";
        case AVERROR_PATCHWELCOME: return "this build of FFmpeg's libraries lacks what it needs";
        default: break;
    }
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, text, sizeof text);
    return text;
}

std::string libav_reason(ErrorLog& log, int code) {
    const std::string said = log.take();
    if (said.empty()) return libav_error(code);
    return code == AVERROR_INVALIDDATA || code == AVERROR_EOF || code >= 0 ? said : cat(libav_error(code), ": ", said);
}

}  // namespace vmaf::tool
