// Any bytes as a media file, read as both inputs of a pair: frames, scores or an Error, nothing else, in one go and in pieces, and sought.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.h"
#include "input/comparison.h"
#include "input/media/media.h"
#include "libvmaf/libvmaf.h"

namespace {

using vmaf::tool::ByteStream;
using vmaf::tool::VideoReader;

constexpr uint64_t kMostSamples = 1 << 18;  // of a frame: larger ones tell nothing new
constexpr unsigned kMostFrames = 40;

std::unique_ptr<ByteStream> stream_of(const uint8_t* data, size_t size) {
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != static_cast<ssize_t>(size) || lseek(fd, 0, SEEK_SET) != 0) std::abort();
    return std::make_unique<ByteStream>(fd, "fuzz");
}

/// The frames of a reader as pictures that lie where the decoder has left them.
bool next(VideoReader& reader, VmafPicture& picture) {
    picture = {};
    return reader.read_picture(
        picture, [] { return VmafPicture{}; }, 7);
}

void score(VideoReader& reference, VideoReader& distorted) {
    VmafContext* context = nullptr;
    if (vmaf_init(&context, VmafConfiguration{}) < 0) std::abort();
    const std::unique_ptr<VmafContext, decltype(&vmaf_close)> owned(context, vmaf_close);
    if (vmaf_use_feature(context, "psnr", nullptr) < 0) std::abort();
    VmafPicture pair[2];
    for (unsigned frame = 0; frame < kMostFrames; frame++) {
        if (!next(reference, pair[0])) return;
        try {
            if (!next(distorted, pair[1])) return static_cast<void>(vmaf_picture_unref(&pair[0]));
        } catch (...) {
            vmaf_picture_unref(&pair[0]);
            throw;
        }
        if (vmaf_read_pictures(context, &pair[0], &pair[1], frame) == 0) continue;
        for (VmafPicture& picture : pair) vmaf_picture_unref(&picture);
        return;
    }
}

void pair_up(VideoReader& reference, VideoReader& distorted, unsigned choice) {
    if (uint64_t{reference.format().w} * reference.format().h > kMostSamples) return;
    if (!vmaf::tool::format_problems(reference.format(), distorted.format(), {}).empty()) return;
    vmaf::tool::compare_traits(reference, distorted, {});
    vmaf::tool::duration_difference(reference, distorted);
    reference.frames_left();
    if (choice & 4) reference.seek(choice >> 3);
    if (choice & 4) distorted.seek(choice >> 4);
    score(reference, distorted);
    if (choice & 8) reference.seek(choice >> 5);
    if (choice & 8) reference.skip();
}

}  // namespace

/// The first byte chooses how it is read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const unsigned choice = data[0];
    const auto open = [&](unsigned sessions) {
        return open_media(stream_of(data + 1, size - 1), {.threads = 1, .sessions = sessions});
    };
    try {
        const auto reference = open(1 + (choice & 1)), distorted = open(1 + (choice >> 1 & 1));
        pair_up(*reference, *distorted, choice);
    } catch (const vmaf::Error&) {
    }
    return 0;
}
