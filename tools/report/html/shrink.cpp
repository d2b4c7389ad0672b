// Scales a frame down and turns it into red, green and blue.
#include <algorithm>
#include <cmath>

#include "report/html/jpeg.h"

namespace vmaf::tool::html {

namespace {

/// Luma's weights of red and blue, from which the matrix follows.
struct Weights {
    double red, blue;
};

Weights weights_of(const std::string& matrix, unsigned height) {
    constexpr unsigned kHd = 720;  // rows from which video is taken for BT.709 where nothing is told
    if (matrix.starts_with("bt2020")) return {0.2627, 0.0593};
    if (matrix == "smpte240m") return {0.212, 0.087};
    if (matrix == "fcc") return {0.30, 0.11};
    if (matrix == "bt470bg" || matrix == "smpte170m") return {0.299, 0.114};
    if (matrix == "bt709" || height >= kHd) return {0.2126, 0.0722};
    return {0.299, 0.114};
}

/// A plane scaled to w x h, in 8-bit units.
std::vector<float> scaled_plane(const VmafPicture& picture, unsigned p, unsigned w, unsigned h) {
    std::vector<float> out(size_t{w} * h);
    const auto sample = [&](unsigned x, unsigned y) -> unsigned {
        const auto* row = static_cast<const uint8_t*>(picture.data[p]) + static_cast<ptrdiff_t>(y) * picture.stride[p];
        return picture.bpc > 8 ? reinterpret_cast<const uint16_t*>(row)[x] : row[x];
    };
    const auto span = [](unsigned place, unsigned from, unsigned to) {
        const auto first = static_cast<unsigned>(uint64_t{place} * from / to);
        const auto last = static_cast<unsigned>(uint64_t{place + 1} * from / to);
        return std::pair(first, std::max(first + 1, last));
    };
    const auto unit = static_cast<float>(1u << (picture.bpc - 8));
    for (unsigned y = 0; y < h; y++) {
        const auto [top, bottom] = span(y, picture.h[p], h);
        for (unsigned x = 0; x < w; x++) {
            const auto [left, right] = span(x, picture.w[p], w);
            uint64_t sum = 0;
            for (unsigned sy = top; sy < bottom; sy++)
                for (unsigned sx = left; sx < right; sx++) sum += sample(sx, sy);
            out[size_t{y} * w + x] =
                static_cast<float>(sum) / static_cast<float>((bottom - top) * (right - left)) / unit;
        }
    }
    return out;
}

uint8_t to_byte(double value) { return static_cast<uint8_t>(std::lround(std::clamp(value, 0., 255.))); }

}  // namespace

RgbImage shrink(const VmafPicture& picture, const ColourTags& tags, unsigned width) {
    RgbImage image;
    image.w = std::min(width, picture.w[0]);
    image.h = std::max(1u, static_cast<unsigned>(uint64_t{picture.h[0]} * image.w / picture.w[0]));
    const bool full = tags.range == "pc",
               grey = picture.pix_fmt == VMAF_PIX_FMT_YUV400P || picture.w[1] == 0 || picture.h[1] == 0;
    const double luma_low = full ? 0 : 16, luma_scale = full ? 1 : 255. / 219, chroma_scale = full ? 1 : 255. / 224;
    const auto [red, blue] = weights_of(tags.matrix, picture.h[0]);
    const double green = 1 - red - blue;
    std::vector<float> planes[3];
    for (unsigned p = 0; p < (grey ? 1u : 3u); p++) planes[p] = scaled_plane(picture, p, image.w, image.h);
    image.samples.reserve(size_t{image.w} * image.h * 3);
    for (size_t i = 0; i < planes[0].size(); i++) {
        const double y = (planes[0][i] - luma_low) * luma_scale;
        const double cb = grey ? 0 : (planes[1][i] - 128) * chroma_scale,
                     cr = grey ? 0 : (planes[2][i] - 128) * chroma_scale;
        const double r = y + 2 * (1 - red) * cr, b = y + 2 * (1 - blue) * cb;
        for (const double value : {r, (y - red * r - blue * b) / green, b}) image.samples.push_back(to_byte(value));
    }
    return image;
}

}  // namespace vmaf::tool::html
