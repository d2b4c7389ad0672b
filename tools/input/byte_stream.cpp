// Reads descriptors in pieces; waits on pipes with a timeout so that a reader can be stopped.
#include "input/byte_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <system_error>

#include "base/error.h"

namespace vmaf::tool {

namespace {

[[noreturn]] void fail_errno(const std::string& name, const char* what) {
    const int code = errno;
    fail(code, what, ": ", name, ": ", std::generic_category().message(code));
}

int open_input(const std::string& path) {
    if (path == "-") return STDIN_FILENO;
    // Without O_NONBLOCK the open of a FIFO would wait for its writer, who may be waiting for the other input to be opened.
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) fail_errno(path, "could not open file");
    return fd;
}

/// Drops `count` bytes from the front of `pieces`.
std::span<iovec> without_front(std::span<iovec> pieces, size_t count) {
    while (!pieces.empty() && count >= pieces.front().iov_len) {
        count -= pieces.front().iov_len;
        pieces = pieces.subspan(1);
    }
    if (!pieces.empty()) {
        pieces.front().iov_base = static_cast<uint8_t*>(pieces.front().iov_base) + count;
        pieces.front().iov_len -= count;
    }
    return pieces;
}

}  // namespace

ByteStream::ByteStream(const std::string& path) : ByteStream(open_input(path), path == "-" ? "standard input" : path) {}

ByteStream::ByteStream(int fd, std::string name) : name_(std::move(name)), fd_(fd) {
    try {
        prepare();
    } catch (...) {
        close(fd_);
        throw;
    }
}

ByteStream::~ByteStream() { close(fd_); }

void ByteStream::prepare() {
    struct stat status;
    if (fstat(fd_, &status) != 0) fail_errno(name_, "could not open file");
    if (S_ISDIR(status.st_mode)) fail(EISDIR, "could not open file: ", name_, ": is a directory");
    seekable_ = S_ISREG(status.st_mode);
    if (seekable_) {
        position_ = static_cast<uint64_t>(std::max<off_t>(0, lseek(fd_, 0, SEEK_CUR)));
        posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    if (S_ISFIFO(status.st_mode)) fcntl(fd_, F_SETPIPE_SZ, 1 << 20);  // fewer, larger reads; a refusal does no harm
}

std::optional<uint64_t> ByteStream::remaining() const {
    struct stat status;
    if (!seekable_ || fstat(fd_, &status) != 0) return std::nullopt;
    const auto size = static_cast<uint64_t>(status.st_size);
    return size - std::min(size, position_) + (end_ - begin_);
}

std::unique_ptr<ByteStream> ByteStream::twin() const {
    const int fd = seekable_ ? fcntl(fd_, F_DUPFD_CLOEXEC, 0) : -1;
    if (fd < 0) return nullptr;
    auto twin = std::make_unique<ByteStream>(fd, name_);
    twin->position_ = position_ - (end_ - begin_);
    twin->stop_ = stop_;
    return twin;
}

void ByteStream::wait_readable() const {
    constexpr int kStopCheckMs = 100;
    pollfd wanted{fd_, POLLIN, 0};
    while (!*stop_)
        if (poll(&wanted, 1, kStopCheckMs) > 0) return;
    fail(ECANCELED, name_, ": stopped");
}

size_t ByteStream::read_some(std::span<iovec> pieces) {
    for (;;) {
        if (!seekable_) wait_readable();
        const int count = static_cast<int>(std::min<size_t>(pieces.size(), IOV_MAX));
        const ssize_t got = seekable_ ? preadv(fd_, pieces.data(), count, static_cast<off_t>(position_))
                                      : readv(fd_, pieces.data(), count);
        if (got >= 0) {
            position_ += static_cast<size_t>(got);
            return static_cast<size_t>(got);
        }
        if (errno != EINTR && errno != EAGAIN) fail_errno(name_, "could not read");
    }
}

bool ByteStream::refill() {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    iovec rest{buffer_.data() + end_, buffer_.size() - end_};
    const size_t count = read_some({&rest, 1});
    end_ += count;
    return count > 0;
}

bool ByteStream::begins_with(std::string_view text) {
    for (;;) {
        const std::string_view ready = buffered().substr(0, text.size());
        if (!text.starts_with(ready)) return false;
        if (ready.size() == text.size()) return true;
        if (!refill()) return false;
    }
}

bool ByteStream::has(size_t count) {
    while (end_ - begin_ < count)
        if (!refill()) return false;
    return true;
}

bool ByteStream::at_end() { return begin_ == end_ && !refill(); }

int ByteStream::get() { return at_end() ? -1 : buffer_[begin_++]; }

size_t ByteStream::take_buffered(void* to, size_t size) {
    const size_t count = std::min(size, end_ - begin_);
    if (count > 0) std::memcpy(to, buffer_.data() + begin_, count);
    begin_ += count;
    return count;
}

uint64_t ByteStream::read(std::span<iovec> pieces) {
    uint64_t total = 0;
    pieces = without_front(pieces, 0);
    while (!pieces.empty()) {
        size_t count = take_buffered(pieces.front().iov_base, pieces.front().iov_len);
        if (count == 0) count = read_some(pieces);
        if (count == 0) break;
        total += count;
        pieces = without_front(pieces, count);
    }
    return total;
}

size_t ByteStream::read_part(void* to, size_t size) {
    if (const size_t count = take_buffered(to, size)) return count;
    iovec piece{to, size};
    return read_some({&piece, 1});
}

void ByteStream::seek(uint64_t position) {
    begin_ = end_ = 0;
    position_ = position;
}

uint64_t ByteStream::skip(uint64_t count) {
    uint64_t skipped = std::min<uint64_t>(count, end_ - begin_);
    begin_ += skipped;
    if (seekable_) {
        const uint64_t step = std::min(count - skipped, *remaining());
        position_ += step;
        return skipped + step;
    }
    while (skipped < count && !at_end()) {
        const uint64_t step = std::min<uint64_t>(count - skipped, end_ - begin_);
        begin_ += step;
        skipped += step;
    }
    return skipped;
}

}  // namespace vmaf::tool
