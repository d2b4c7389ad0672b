// A text file: a line that names format and stream, then one line for each start.
#include "input/media/keyframe_index.h"

#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/error.h"

namespace vmaf::tool {

namespace {

Start start_of(const Piece& piece) {
    const AVPacket& packet = *piece.packets.front();
    return {piece.first_frame, packet.pts, packet.dts};
}

/// First line of the file. Another size of the video is another video.
std::string header(const Demuxer& demuxer) {
    return cat("vmaf keyframes 1: stream ", demuxer.stream_number(), " of ", demuxer.file_bytes(), " bytes");
}

}  // namespace

KeyframeIndex KeyframeIndex::build(Demuxer& demuxer, uint64_t last) {
    KeyframeIndex index;
    Cutter cutter(demuxer, std::nullopt);
    for (Piece piece; cutter.take(piece);) {
        index.starts_.push_back(start_of(piece));
        if (piece.first_frame > last) return index;
        while (!piece.whole) {
            piece.packets.clear();
            cutter.extend(piece);
        }
        if (piece.failure) std::rethrow_exception(piece.failure);
    }
    index.whole_ = true;
    return index;
}

KeyframeIndex KeyframeIndex::load(const std::string& path, const Demuxer& demuxer) {
    KeyframeIndex index;
    std::ifstream file(path);
    std::string line;
    if (!file || !std::getline(file, line) || line != header(demuxer)) return index;
    while (std::getline(file, line) && line != "end") {
        Start start;
        if (std::sscanf(line.c_str(), "%" SCNu64 " %" SCNd64 " %" SCNd64, &start.frame, &start.pts, &start.dts) != 3 ||
            (!index.starts_.empty() && start.frame < index.starts_.back().frame))
            fail(EINVAL, path, ": line ", index.starts_.size() + 2, " is no keyframe of an index; remove the file");
        index.starts_.push_back(start);
    }
    if (line != "end") fail(EINVAL, path, ": the index of keyframes is cut short; remove the file");
    index.whole_ = true;
    return index;
}

void KeyframeIndex::save(const std::string& path, const Demuxer& demuxer) const {
    const std::string temporary = cat(path, ".", getpid());
    {
        std::ofstream file(temporary);
        file << header(demuxer) << '\n';
        for (const Start& start : starts_) file << cat(start.frame, ' ', start.pts, ' ', start.dts, '\n');
        file << "end\n";
        file.flush();
        if (!file || std::rename(temporary.c_str(), path.c_str()) != 0) {
            const int code = errno;
            std::remove(temporary.c_str());
            fail(code ? code : EIO, "could not write the index of keyframes: ", path, ": ", std::strerror(code));
        }
    }
}

const Start* KeyframeIndex::before(uint64_t frame) const {
    const auto behind = std::ranges::upper_bound(starts_, frame, {}, &Start::frame);
    return behind == starts_.begin() ? nullptr : &*(behind - 1);
}

}  // namespace vmaf::tool
