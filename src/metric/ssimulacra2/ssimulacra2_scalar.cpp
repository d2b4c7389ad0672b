// ssimulacra2 in plain loops, plane by plane.
#include <algorithm>
#include <array>

#include "metric/colour/colour_rows.h"
#include "metric/float/image.h"
#include "metric/ssimulacra2/ssimulacra2.h"

namespace vmaf::ssimulacra2 {
namespace {

/// The components of a picture.
using Planes = std::array<Image, kChannels>;

Planes planes_of(Size size) { return {Image(size.w, size.h), Image(size.w, size.h), Image(size.w, size.h)}; }

Planes linear_light(const PictureView& picture, const colour::Conversion& conversion) {
    Planes light = planes_of({conversion.w, conversion.h});
    with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
        const colour::PixelReader<T> reader(picture, conversion);
        for (int y = 0; y < conversion.h; y++)
            for (int x = 0; x < conversion.w; x++) {
                const colour::Rgb rgb = reader.at(x, y);
                light[0].at(x, y) = rgb.r;
                light[1].at(x, y) = rgb.g;
                light[2].at(x, y) = rgb.b;
            }
    });
    return light;
}

Planes next_scale(const Planes& in, Size size) {
    Planes out = planes_of(size);
    for (size_t c = 0; c < kChannels; c++) {
        const Image& plane = in[c];
        for (int y = 0; y < size.h; y++)
            for (int x = 0; x < size.w; x++) {
                const int right = std::min(2 * x + 1, plane.w() - 1), below = std::min(2 * y + 1, plane.h() - 1);
                out[c].at(x, y) = mean_of_four(plane.at(2 * x, 2 * y), plane.at(right, 2 * y), plane.at(2 * x, below),
                                               plane.at(right, below));
            }
    }
    return out;
}

Planes xyb_of(const Planes& light) {
    Planes out = planes_of({light[0].w(), light[0].h()});
    for (int y = 0; y < light[0].h(); y++)
        for (int x = 0; x < light[0].w(); x++) {
            const Xyb xyb = to_xyb(light[0].at(x, y), light[1].at(x, y), light[2].at(x, y));
            out[0].at(x, y) = xyb.x;
            out[1].at(x, y) = xyb.y;
            out[2].at(x, y) = xyb.b;
        }
    return out;
}

/// Of value(x, y), which is 0 beyond the w x h samples.
template <class Value>
Image blur(int w, int h, Value value) {
    Image across(w, h), out(w, h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            across.at(x, y) = blurred([&](int i) { return x + i >= 0 && x + i < w ? value(x + i, y) : 0; });
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            out.at(x, y) = blurred([&](int i) { return y + i >= 0 && y + i < h ? across.at(x, y + i) : 0; });
    return out;
}

/// Adds value(x, y) and its fourth power, tile by tile.
template <class Value>
void add_map(int w, int h, Map map, ChannelSums& sums, Value value) {
    for (int top = 0; top < h; top += kTileHeight)
        for (int left = 0; left < w; left += kTileWidth) {
            float column[kNorms][kTileWidth] = {};
            for (int y = top; y < std::min(top + kTileHeight, h); y++)
                for (int x = left; x < std::min(left + kTileWidth, w); x++) {
                    const float u = value(x, y) * kTermScale;
                    column[0][x - left] += u;
                    column[1][x - left] += fourth_power(u);
                }
            for (int norm = 0; norm < kNorms; norm++) {
                for (int apart = kTileWidth / 2; apart > 0; apart /= 2)
                    for (int i = 0; i < apart; i++) column[norm][i] += column[norm][i + apart];
                sums.term[norm * kMaps + map].add(column[norm][0]);
            }
        }
}

ChannelSums compare(const Image& a, const Image& b, MapSet maps) {
    ChannelSums sums;
    const int w = a.w(), h = a.h();
    if (!maps.structure && !maps.edges) return sums;
    const Image m1 = blur(w, h, [&](int x, int y) { return a.at(x, y); }),
                m2 = blur(w, h, [&](int x, int y) { return b.at(x, y); });
    if (maps.structure) {
        const Image p = blur(w, h, [&](int x, int y) {
            const float difference = a.at(x, y) - b.at(x, y);
            return difference * difference;
        });
        const Image q =
            blur(w, h, [&](int x, int y) { return a.at(x, y) * a.at(x, y) + b.at(x, y) * b.at(x, y); });
        add_map(w, h, kStructure, sums,
                [&](int x, int y) { return structure_error(m1.at(x, y), m2.at(x, y), p.at(x, y), q.at(x, y)); });
    }
    if (maps.edges) {
        const auto change = [&](int x, int y) { return edge_change(a.at(x, y), m1.at(x, y), b.at(x, y), m2.at(x, y)); };
        add_map(w, h, kArtefact, sums, [&](int x, int y) { return std::max(change(x, y), 0.f); });
        add_map(w, h, kLoss, sums, [&](int x, int y) { return std::max(-change(x, y), 0.f); });
    }
    return sums;
}

class ScalarExtractor final : public Extractor {
 public:
    ScalarExtractor(Variants variants, const PictureFormat& format)
        : variants_(variants.size()), scales_(format), conversion_(variants[0], format) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Planes light[2] = {linear_light(frame.ref, conversion_), linear_light(frame.dis, conversion_)};
        Sums sums;
        for (int s = 0; s < scales_.count; s++) {
            if (s > 0)
                for (Planes& planes : light) planes = next_scale(planes, scales_.size[s]);
            const Planes ref = xyb_of(light[0]), dis = xyb_of(light[1]);
            for (int c = 0; c < kChannels; c++)
                sums.of[s][c] =
                    compare(ref[static_cast<size_t>(c)], dis[static_cast<size_t>(c)], scales_.maps(s, c));
        }
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    Scales scales_;
    colour::Conversion conversion_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<ScalarExtractor>(variants, format);
}

}  // namespace vmaf::ssimulacra2
