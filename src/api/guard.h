// The one crossing from C++ to C: runs a body that may throw and turns the outcome into an errno value.
#pragma once

#include <new>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace vmaf {

/// Records `text` as the thread's last error, logs it, and returns -code. -EAGAIN means 'not yet' and is no error to log.
inline int report_failure(const Log* log, int code, const char* text) noexcept {
    try {
        last_error() = text;
        const Log stderr_log;
        (log ? *log : stderr_log).write(code == EAGAIN ? VMAF_LOG_LEVEL_DEBUG : VMAF_LOG_LEVEL_ERROR, last_error());
    } catch (...) {  // no memory for the text: the code alone must do
    }
    return -code;
}

/// 0 if `body` returns; -code of an Error, -ENOMEM for exhausted memory, -EINVAL for anything else.
/// Messages go to `log`, or to standard error for calls that belong to no context.
template <class Body>
int guard(const Log* log, Body&& body) noexcept {
    try {
        std::forward<Body>(body)();
        return 0;
    } catch (const Error& error) {
        return report_failure(log, error.code(), error.what());
    } catch (const std::bad_alloc&) {
        return report_failure(log, ENOMEM, "out of memory");
    } catch (const std::exception& error) {
        return report_failure(log, EINVAL, error.what());
    } catch (...) {
        return report_failure(log, EINVAL, "unexpected failure");
    }
}

/// guard() for questions: the answer 'no' goes to vmaf_last_error() alone.
template <class Body>
int guard_quietly(Body&& body) noexcept {
    const Log silent(VMAF_LOG_LEVEL_NONE);
    return guard(&silent, std::forward<Body>(body));
}

template <class Body>
int guard(Body&& body) noexcept {
    return guard(nullptr, std::forward<Body>(body));
}

/// Error(EINVAL) if any of the pointers is null.
template <class... Pointers>
void check_arguments(const Pointers*... pointers) {
    if ((!pointers || ...)) fail(EINVAL, "an argument is NULL");
}

}  // namespace vmaf
