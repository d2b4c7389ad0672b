// Any bytes as a Y4M file, and as raw YUV: frames or an Error, nothing else, and the reader writes inside the picture's rows.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "input/video_reader.h"

namespace {

/// A stream over a file in memory that holds `data`.
std::unique_ptr<vmaf::tool::ByteStream> stream_of(const uint8_t* data, size_t size) {
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size) || lseek(fd, 0, SEEK_SET) != 0) std::abort();
    return std::make_unique<vmaf::tool::ByteStream>(fd, "fuzz");
}

/// Reads every frame into rows of exactly their size, so that the sanitizer sees a step outside. `choice` picks the planes.
void read_all(vmaf::tool::VideoReader& reader, unsigned choice) {
    constexpr uint64_t kLargestPlane = 1 << 20;  // bytes; larger frames than the input tell nothing new
    const vmaf::PictureFormat& format = reader.format();
    VmafPicture picture = {};
    std::vector<uint8_t> planes[3];
    for (unsigned p = 0; p < format.planes(); p++) {
        const uint64_t row = format.plane_w(p) * format.sample_bytes();
        if (row * format.plane_h(p) > kLargestPlane) return;
        planes[p].resize(row * format.plane_h(p));
        picture.data[p] = planes[p].data();
        picture.stride[p] = static_cast<ptrdiff_t>(row);
    }
    reader.frames_left();
    reader.loose_end();
    reader.check_first_frame();
    for (unsigned frame = 0; frame < 100; frame++)
        if (!((choice + frame) % 4 == 3 ? reader.skip() : reader.read(picture, choice + frame))) return;
}

}  // namespace

/// The first byte chooses: Y4M or a raw format, and the planes to read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    std::optional<vmaf::PictureFormat> raw;
    if (choice >= 224)
        raw = {static_cast<VmafPixelFormat>(1 + choice % 4), 8 + choice / 4 % 8, 1 + choice % 5, 1 + choice % 3};
    try {
        read_all(*vmaf::tool::open_video(stream_of(data + 1, size - 1), raw), choice);
    } catch (const vmaf::Error&) {
    }
    return 0;
}
