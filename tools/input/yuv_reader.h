// Raw YUV input: nothing but frames.
#pragma once

#include "input/video_reader.h"

namespace vmaf::tool {

std::unique_ptr<VideoReader> open_yuv(std::unique_ptr<ByteStream> stream, const PictureFormat& format,
                                      const std::optional<Rectangle>& part);

}  // namespace vmaf::tool
