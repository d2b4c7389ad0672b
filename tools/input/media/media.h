// Compressed video: any file that FFmpeg's libraries can take apart and decode.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "input/video_reader.h"

namespace vmaf::tool {

/// False in a build without FFmpeg's libraries, in which nothing looks like media.
inline constexpr bool kMediaInThisBuild = VMAF_HAVE_MEDIA;

/// What the user says about a media file.
struct MediaChoice {
    /// Which of the file's video streams, counted from 0; absent: the first one that is no picture of a cover.
    std::optional<unsigned> stream;
    std::optional<Rectangle> part;  ///< of its frames, which alone is delivered
    unsigned threads = 1;           ///< that decode
    unsigned inputs = 2;            ///< that are decoded at a time, and share a GPU
    /// Decoders at pieces of the file; absent: as many as keep the GPU's engines busy, or one on the CPU.
    std::optional<unsigned> sessions;
    std::optional<unsigned> device;  ///< the CUDA device whose decoders are to do it; frames then stay in its memory
    std::string
        keyframes;  ///< path of a file that keeps where decoding can begin, written if it is not there; empty: none
    bool or_cpu = false;  ///< what they can't decode the CPU does; a line says who decodes
};

/// True if the input is for open_media(): neither Y4M, nor `raw`, nor one of the files that the error for a bad Y4M file knows to name.
/// Waits for its first bytes.
bool looks_like_media(ByteStream& stream, bool raw);

/// The video in a container, or in a bare stream. Finds out what it is and decodes the first frame. Throws Error naming the input.
std::unique_ptr<VideoReader> open_media(std::unique_ptr<ByteStream> stream, const MediaChoice& choice);

/// "libavformat 59.27.100, libavcodec 59.37.100", or that there are none.
std::string media_words();

}  // namespace vmaf::tool
