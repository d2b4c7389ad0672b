// The one crossing from C++ to C: runs a body that may throw and turns the outcome into an errno value.
#pragma once

#include <initializer_list>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace vmaf {

/// What a failed call does with its text besides keeping it as the thread's last error.
enum class OnFailure {
    kError,   ///< logs an error
    kAnswer,  ///< nothing: 'no' is an answer to this call
    kScore,   ///< logs an error, save for -EAGAIN, which means 'not yet'
};

/// Keeps `text` as the thread's last error, logs it, and returns -code. `log` null: that of calls without a context.
int report_failure(const Log* log, OnFailure how, int code, const char* text) noexcept;

/// 0 if `body` returns; -code of an Error, -ENOMEM for exhausted memory, the system's code where it refused something, -EINVAL for
/// anything else. Messages go to `log`; null: to that of calls without a context.
template <class Body>
int guard(const Log* log, OnFailure how, Body&& body) noexcept {
    try {
        std::forward<Body>(body)();
        return 0;
    } catch (const Error& error) {
        return report_failure(log, how, error.code(), error.what());
    } catch (const std::bad_alloc&) {
        return report_failure(log, how, ENOMEM, "out of memory");
    } catch (const std::system_error& error) {
        const int code = error.code().value();
        return report_failure(log, how, code > 0 ? code : EINVAL, error.what());
    } catch (const std::exception& error) {
        return report_failure(log, how, EINVAL, error.what());
    } catch (...) {
        return report_failure(log, how, EINVAL, "unexpected failure");
    }
}

/// For calls that belong to no context.
template <class Body>
int guard(Body&& body) noexcept {
    return guard(nullptr, OnFailure::kError, std::forward<Body>(body));
}

/// For questions: the answer 'no' goes to vmaf_last_error() alone.
template <class Body>
int guard_quietly(Body&& body) noexcept {
    return guard(nullptr, OnFailure::kAnswer, std::forward<Body>(body));
}

/// A pointer that a client passes, and what the header calls it.
struct Argument {
    const char* name;
    const void* value;
};

/// Error(EINVAL) naming the first of the pointers that is null.
inline void check_arguments(std::initializer_list<Argument> arguments) {
    for (const Argument& argument : arguments)
        if (!argument.value) fail(EINVAL, "the argument '", argument.name, "' is NULL");
}

/// Hands `words` to a client whose buffer has `size` bytes: what does not fit is cut off. Error(EINVAL) without a buffer.
inline void answer_text(std::string_view words, char* text, size_t size) {
    check_arguments({{"text", text}});
    if (!size) fail(EINVAL, "the buffer for the text is empty");
    text[words.copy(text, size - 1)] = 0;
}

}  // namespace vmaf
