// Inputs for the readers' tests: descriptors with given bytes in them.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "input/byte_stream.h"

namespace vmaf::tool {

/// A stream over a regular file in memory, named "clip".
inline std::unique_ptr<ByteStream> file_stream(const std::string& bytes) {
    const int fd = memfd_create("clip", MFD_CLOEXEC);
    size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = write(fd, bytes.data() + done, bytes.size() - done);
        if (count <= 0) break;
        done += static_cast<size_t>(count);
    }
    lseek(fd, 0, SEEK_SET);
    return std::make_unique<ByteStream>(fd, "clip");
}

/// A stream over a pipe that a thread fills, in pieces of `piece` bytes.
class PipedStream {
 public:
    PipedStream(std::string bytes, size_t piece) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        stream = std::make_unique<ByteStream>(ends[0], "pipe");
        writer_ = std::thread([bytes = std::move(bytes), piece, to = ends[1]] {
            for (size_t at = 0; at < bytes.size(); at += piece)
                if (write(to, bytes.data() + at, std::min(piece, bytes.size() - at)) < 0) break;
            close(to);
        });
    }
    ~PipedStream() { writer_.join(); }

    std::unique_ptr<ByteStream> stream;  ///< to be read to its end

 private:
    std::thread writer_;
};

}  // namespace vmaf::tool
