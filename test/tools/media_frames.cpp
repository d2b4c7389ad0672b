// What a media file's reader gives, for tests:
//   media_frames FILE sequence SESSIONS [cuda]   a hash of every frame
//   media_frames FILE seek SESSIONS [cuda]       the same, each frame sought in a mixed-up order; fails if one is not always the same
//   media_frames FILE index PATH                 the frames at which decoding can begin, by an index that PATH has kept
//   media_frames FILE speed SESSIONS cpu|cuda READERS   frames a second of so many readers, which do nothing with them
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>
#include <vector>

#include "base/error.h"
#include "input/media/keyframe_index.h"
#include "input/media/media.h"

namespace {

using vmaf::tool::VideoReader;

/// Hash of the next frame; empty at the end.
std::optional<uint64_t> next_hash(VideoReader& reader) {
    const vmaf::PictureFormat& format = reader.format();
    VmafPicture picture = {};
    std::vector<uint8_t> planes[3];
    for (unsigned p = 0; p < format.planes(); p++) {
        const size_t row = format.plane_w(p) * format.sample_bytes();
        planes[p].resize(row * format.plane_h(p));
        picture.data[p] = planes[p].data();
        picture.stride[p] = static_cast<ptrdiff_t>(row);
    }
    if (!reader.read(picture, 7)) return std::nullopt;
    uint64_t hash = 0xcbf29ce484222325;
    for (const auto& plane : planes)
        for (const uint8_t byte : plane) hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

void print_sequence(VideoReader& reader) {
    while (const auto hash = next_hash(reader)) std::printf("%016llx\n", static_cast<unsigned long long>(*hash));
}

/// Far and near, forwards and backwards, and beyond the end; twice to each frame.
void print_sought(VideoReader& reader, uint64_t frames) {
    std::map<uint64_t, uint64_t> hashes;
    uint64_t random = 1;
    for (uint64_t i = 0; i < 2 * frames + 2; i++) {
        random = random * 6364136223846793005 + 1442695040888963407;
        const uint64_t frame = i < frames + 2 ? (i * 7919 + 3) % (frames + 2) : (random >> 33) % frames;
        reader.seek(frame);
        const auto hash = next_hash(reader);
        if (hash.has_value() != (frame < frames)) vmaf::fail(EIO, "frame ", frame, ": the end is elsewhere");
        if (hash && !hashes.emplace(frame, *hash).second && hashes[frame] != *hash)
            vmaf::fail(EIO, "frame ", frame, " is not always the same");
    }
    for (const auto& [frame, hash] : hashes) std::printf("%016llx\n", static_cast<unsigned long long>(hash));
}

void print_index(const char* file, const char* path) {
    using namespace vmaf::tool;
    Demuxer demuxer(std::make_unique<ByteStream>(file), {}), other(std::make_unique<ByteStream>(file), {.stream = 0});
    const KeyframeIndex built = KeyframeIndex::build(demuxer);
    built.save(path, demuxer);
    const KeyframeIndex loaded = KeyframeIndex::load(path, other);
    if (loaded.starts() != built.starts()) vmaf::fail(EIO, "the index is not what has been kept of it");
    for (const Start& start : loaded.starts()) std::printf("%llu\n", static_cast<unsigned long long>(start.frame));
}

/// In all, without what it takes to open them.
double frames_per_second(const std::vector<std::unique_ptr<VideoReader>>& readers) {
    std::atomic<uint64_t> frames = 0;
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (const auto& reader : readers)
            threads.emplace_back([&] {
                try {
                    while (reader->skip()) frames++;
                } catch (const std::exception& error) {
                    std::fprintf(stderr, "%s\n", error.what());
                }
            });
    }
    return static_cast<double>(frames) /
           std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    const vmaf::tool::MediaChoice choice{
        .threads = 2,
        .sessions = static_cast<unsigned>(std::atoi(argv[3])),
        .device = argc > 4 && std::strcmp(argv[4], "cuda") == 0 ? std::optional(0u) : std::nullopt};
    try {
        const auto open = [&] { return open_media(std::make_unique<vmaf::tool::ByteStream>(argv[1]), choice); };
        if (std::strcmp(argv[2], "sequence") == 0) {
            print_sequence(*open());
        } else if (std::strcmp(argv[2], "index") == 0) {
            print_index(argv[1], argv[3]);
        } else if (std::strcmp(argv[2], "speed") == 0 && argc > 5) {
            std::vector<std::unique_ptr<VideoReader>> readers;
            for (int i = 0; i < std::atoi(argv[5]); i++) readers.push_back(open());
            std::printf("%.0f\n", frames_per_second(readers));
        } else {
            const auto counter = open();
            uint64_t frames = 0;
            while (counter->skip()) frames++;
            print_sought(*open(), frames);
        }
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
