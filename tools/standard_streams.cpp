// Tells what the three standard descriptors are good for.
#include "standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>

namespace vmaf::tool {

void prepare_standard_streams() {
    for (const int fd :
         {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})  // the lowest free number is the one that is closed
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

int standard_output_error() {
    const int mode = fcntl(STDOUT_FILENO, F_GETFL);
    if (mode < 0) return errno;
    if ((mode & O_ACCMODE) == O_RDONLY) return EBADF;
    struct stat status;
    if (fstat(STDOUT_FILENO, &status) != 0) return errno;
    // A device that takes nothing refuses even an empty write.
    if (S_ISCHR(status.st_mode) && write(STDOUT_FILENO, "", 0) < 0) return errno;
    pollfd reader{STDOUT_FILENO, POLLOUT, 0};
    if (S_ISFIFO(status.st_mode) && poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR)) return EPIPE;
    return 0;
}

bool is_standard_output(const std::string& path) {
    constexpr const char* kNames[] = {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
    if (std::find(std::begin(kNames), std::end(kNames), path) != std::end(kNames)) return true;
    struct stat file, stream;
    if (stat(path.c_str(), &file) != 0 || fstat(STDOUT_FILENO, &stream) != 0) return false;
    const bool same = file.st_dev == stream.st_dev && file.st_ino == stream.st_ino;
    return same && (!S_ISCHR(stream.st_mode) || isatty(STDOUT_FILENO));
}

namespace {

std::string current_subject;

}  // namespace

Subject::Subject(const std::string& name) { current_subject = name; }
Subject::~Subject() { current_subject.clear(); }
const std::string& Subject::current() { return current_subject; }

std::string with_subject(const std::string& text) {
    return current_subject.empty() ? text : current_subject + ": " + text;
}

void tell(const std::string& text) {
    std::fprintf(stderr, "%s%s\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", with_subject(text).c_str());
}

void warn(const std::string& text) { tell("Warning: " + text + "."); }

int print(const std::string& text) {
    errno = 0;
    std::fputs(text.c_str(), stdout);
    return std::fflush(stdout) == 0 && !std::ferror(stdout) ? 0 : errno ? errno : EIO;
}

}  // namespace vmaf::tool
