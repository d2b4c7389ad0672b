// A text file: a line that names format and stream, then one line for each start.
#include "input/media/keyframe_index.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "report/output_file.h"

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
    if (!file || !std::getline(file, line) || line != header(demuxer)) return {};
    while (std::getline(file, line) && line != "end") {
        const uint64_t last = index.starts_.empty() ? 0 : index.starts_.back().frame;
        Start& start = index.starts_.emplace_back();
        const bool is_start =
            std::sscanf(line.c_str(), "%" SCNu64 " %" SCNd64 " %" SCNd64, &start.frame, &start.pts, &start.dts) == 3;
        if (!is_start || start.frame < last) return {};
    }
    index.whole_ = line == "end";
    return index.whole_ ? index : KeyframeIndex();
}

void KeyframeIndex::save(const std::string& path, const Demuxer& demuxer) const {
    std::error_code made;  // what is wrong shows when the file is opened
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), made);
    write_durable_file(path, [&](std::ostream& file) {
        file << header(demuxer) << '\n';
        for (const Start& start : starts_) file << cat(start.frame, ' ', start.pts, ' ', start.dts, '\n');
        file << "end\n";
    });
}

const Start* KeyframeIndex::before(uint64_t frame) const {
    const auto behind = std::ranges::upper_bound(starts_, frame, {}, &Start::frame);
    return behind == starts_.begin() ? nullptr : &*(behind - 1);
}

}  // namespace vmaf::tool
