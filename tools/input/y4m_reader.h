// Y4M input: a header line, then frames each with a line of its own.
#pragma once

#include <functional>
#include <string_view>

#include "input/video_reader.h"

namespace vmaf::tool {

/// How every Y4M file begins.
inline constexpr std::string_view kY4mMagic = "YUV4MPEG";

/// What a Y4M header line says.
struct Y4mHeader {
    PictureFormat format;
    FrameLayout layout;
    VideoTraits traits;
    std::string warning;  ///< for the user; empty: none
};

/// Parses a header line, without its newline. Throws Error(EINVAL) naming the tag at fault.
Y4mHeader parse_y4m_header(std::string_view line);

/// Reads the header. Warnings about it go to standard error.
std::unique_ptr<VideoReader> open_y4m(std::unique_ptr<ByteStream> stream, const std::optional<Rectangle>& part);

}  // namespace vmaf::tool
