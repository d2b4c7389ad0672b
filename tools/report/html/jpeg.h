// Pictures for the page: from the samples of a video's frame to a small JPEG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libvmaf/picture.h"

namespace vmaf::tool::html {

/// Red, green, blue, a byte each, rows without gaps.
struct RgbImage {
    unsigned w = 0, h = 0;
    std::vector<uint8_t> samples;
};

/// How samples stand for colours, as FFmpeg names it; empty: by the size of the picture, limited range.
struct ColourTags {
    std::string range, matrix;
};

/// The picture, which lies in host memory, at most `width` wide: each pixel is the mean of what it covers.
RgbImage shrink(const VmafPicture& picture, const ColourTags& tags, unsigned width);

/// False in a build without a JPEG library.
inline constexpr bool kJpegInThisBuild = VMAF_HAVE_JPEG;

/// Throws Error if the library can't; without a library always.
std::vector<uint8_t> encode_jpeg(const RgbImage& image);

}  // namespace vmaf::tool::html
