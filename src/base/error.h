// The one exception type inside the library: an errno value for the C caller and a sentence for the log.
#pragma once

#include <cerrno>
#include <exception>
#include <locale>
#include <sstream>
#include <string>
#include <utility>

namespace vmaf {

/// Thrown by everything below src/api; guard() there turns it into -code() and logs what().
class Error : public std::exception {
 public:
    /// `code` is a positive errno value; `text` names what failed, where, and the way out.
    Error(int code, std::string text) : code_(code), text_(std::move(text)) {}

    int code() const noexcept { return code_; }
    const char* what() const noexcept override { return text_.c_str(); }

 private:
    int code_;
    std::string text_;
};

/// Concatenates its arguments as text, whatever the process's locale.
template <class... Args>
std::string cat(const Args&... args) {
    std::ostringstream out;
    out.imbue(std::locale::classic());
    (out << ... << args);
    return out.str();
}

template <class... Args>
[[noreturn]] void fail(int code, const Args&... args) {
    throw Error(code, cat(args...));
}

}  // namespace vmaf
