// Bytes of one input: a regular file, a pipe, a FIFO or standard input, read in large pieces straight to where they belong.
#pragma once

#include <sys/uio.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vmaf::tool {

/// Owns a file descriptor. One thread at a time; another may ask it to stop.
class ByteStream {
 public:
    static constexpr size_t kBuffer = 4096;

    /// Opens `path`; "-" is standard input. Throws Error with the errno value if that fails. Does not wait for a FIFO's writer.
    explicit ByteStream(const std::string& path);
    /// Takes over an open descriptor; `name` is for messages.
    ByteStream(int fd, std::string name);
    ~ByteStream();
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    const std::string& name() const { return name_; }
    /// Bytes from here to the end; empty for what has no known end.
    std::optional<uint64_t> remaining() const;

    /// True for a regular file, in which seek() works.
    bool seekable() const { return seekable_; }
    /// Place of the next byte, from the start of a regular file.
    uint64_t position() const { return position_ - (end_ - begin_); }
    void seek(uint64_t position);

    /// Another stream over the same regular file, at the same place, for another thread; null for what can be read only once. Both have one
    /// stop flag.
    std::unique_ptr<ByteStream> twin() const;

    /// True if what comes next is `text`; at most kBuffer bytes. Waits for as many bytes as it takes to know.
    bool begins_with(std::string_view text);
    /// True if `count` bytes, at most kBuffer, are left. Waits for them.
    bool has(size_t count);
    /// What lies ready to be read, in a small part.
    std::string_view buffered() const { return {reinterpret_cast<const char*>(&buffer_[begin_]), end_ - begin_}; }

    /// True if no byte is left. Waits for one.
    bool at_end();
    /// The next byte, -1 at the end. Waits for it.
    int get();
    /// Fills the pieces one after the other, which it changes. Returns the bytes read: fewer than asked for only at the end.
    uint64_t read(std::span<iovec> pieces);
    /// Reads what comes next, at most `size` bytes. Returns their number: 0 only at the end. Waits for the first one alone.
    size_t read_part(void* to, size_t size);
    /// Passes over bytes, without reading them where the input can seek. Returns their number: fewer only at the end.
    uint64_t skip(uint64_t count);

    /// Setting it makes reads that wait for a pipe fail with Error(ECANCELED), soon. From any thread, and beyond the stream's life.
    using StopFlag = std::shared_ptr<std::atomic<bool>>;
    const StopFlag& stop_flag() const { return stop_; }

 private:
    void prepare();
    void wait_readable() const;
    /// One read into `pieces`; 0 at the end.
    size_t read_some(std::span<iovec> pieces);
    /// Adds to what is buffered; false at the end.
    bool refill();
    size_t take_buffered(void* to, size_t size);

    std::string name_;
    int fd_ = -1;
    bool seekable_ = false;
    uint64_t position_ =
        0;  ///< in a file that can seek, of the next byte to read: the descriptor's own place is not used
    StopFlag stop_ = std::make_shared<std::atomic<bool>>(false);
    /// What was read ahead to find the end or a header: small, so that little of a frame takes this way.
    std::array<uint8_t, kBuffer> buffer_;
    size_t begin_ = 0, end_ = 0;
};

}  // namespace vmaf::tool
