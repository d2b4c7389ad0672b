// Work on a thread of its own; where the system gives no thread, the message says what it was for.
#pragma once

#include <future>
#include <system_error>

#include "base/error.h"

namespace vmaf::tool {

/// std::async on a new thread. Throws Error, with the system's errno, if there is none to be had.
template <class Body>
auto start_thread(const char* purpose, Body&& body) {
    try {
        return std::async(std::launch::async, std::forward<Body>(body));
    } catch (const std::system_error& error) {
        fail(error.code().value(), "can't start a thread ", purpose, ": ", error.code().message());
    }
}

}  // namespace vmaf::tool
