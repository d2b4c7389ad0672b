// ssimulacra2 in plain loops, plane by plane.
#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

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

/// Row or column of `count` samples; 0 beyond them.
template <class At>
float pair_around(int n, int count, At at) {
    const int left = n - kBehind, right = n + kAhead;
    return (left >= 0 ? at(left) : 0) + (right < count ? at(right) : 0);
}

float sum_of(const float (&outputs)[kResonators]) { return outputs[0] + (outputs[1] + outputs[2]); }

constexpr GroupFactors kFactors[kResonators] = {group_factors(0), group_factors(1), group_factors(2)};

template <class At>
void blur_row(int w, At at, float* out) {
    Resonator resonators[kResonators];
    const auto sum_at = [&](int n) { return pair_around(n, w, at); };
    for (int n = kFirstStep; n < w;) {
        float outputs[kGroup][kResonators];
        const int steps = group_at(n, w) ? kGroup : 1;
        for (int k = 0; k < kResonators; k++) {
            if (steps == 1) {
                outputs[0][k] = resonators[k].step_across(kFactors[k], sum_at(n));
                continue;
            }
            const float sums[kGroup] = {sum_at(n), sum_at(n + 1), sum_at(n + 2), sum_at(n + 3)};
            float of_group[kGroup];
            resonators[k].group(kFactors[k], sums, of_group);
            for (int j = 0; j < kGroup; j++) outputs[j][k] = of_group[j];
        }
        for (int j = 0; j < steps; j++, n++)
            if (n >= 0) out[n] = sum_of(outputs[j]);
    }
}

/// Of value(x, y).
template <class Value>
Image blur(int w, int h, Value value) {
    Image across(w, h), out(w, h);
    for (int y = 0; y < h; y++)
        blur_row(
            w, [&](int x) { return value(x, y); }, across.row(y));
    std::vector<std::array<Resonator, kResonators>> resonators(static_cast<size_t>(w));
    for (int n = kFirstStep; n < h; n++)
        for (int x = 0; x < w; x++) {
            const float sum = pair_around(n, h, [&](int y) { return across.at(x, y); });
            float outputs[kResonators];
            for (size_t k = 0; k < kResonators; k++)
                outputs[k] = resonators[static_cast<size_t>(x)][k].step_down(static_cast<int>(k), sum);
            if (n >= 0) out.at(x, n) = sum_of(outputs);
        }
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

/// A component of a picture in a scale, with what is blurred of it alone, as far as maps need it.
struct Component {
    Component() = default;
    Component(Image samples, MapSet maps) : plane(std::move(samples)) {
        const int w = plane.w(), h = plane.h();
        if (maps.structure || maps.edges) mean = blur(w, h, [&](int x, int y) { return plane.at(x, y); });
        if (maps.structure) square = blur(w, h, [&](int x, int y) { return plane.at(x, y) * plane.at(x, y); });
    }

    Image plane, mean, square;
};

ChannelSums compare(const Component& a, const Component& b, MapSet maps) {
    ChannelSums sums;
    const int w = a.plane.w(), h = a.plane.h();
    if (maps.structure) {
        const Image product = blur(w, h, [&](int x, int y) { return a.plane.at(x, y) * b.plane.at(x, y); });
        add_map(w, h, kStructure, sums, [&](int x, int y) {
            return structure_error(a.mean.at(x, y), b.mean.at(x, y), a.square.at(x, y), b.square.at(x, y),
                                   product.at(x, y));
        });
    }
    if (maps.edges) {
        const auto change = [&](int x, int y) {
            return edge_change(a.plane.at(x, y), a.mean.at(x, y), b.plane.at(x, y), b.mean.at(x, y));
        };
        add_map(w, h, kArtefact, sums, [&](int x, int y) { return std::max(change(x, y), 0.f); });
        add_map(w, h, kLoss, sums, [&](int x, int y) { return std::max(-change(x, y), 0.f); });
    }
    return sums;
}

/// The picture of a frame that all encodes share.
struct Reference final : PreparedReference {
    explicit Reference(const Scales& scales) : size(bytes_of(scales)) {}
    static size_t bytes_of(const Scales& scales) {
        size_t samples = 0;
        for (const Size& size : std::span(scales.size, static_cast<size_t>(scales.count)))
            samples += static_cast<size_t>(size.w) * static_cast<size_t>(size.h);
        return samples * kChannels * 3 * sizeof(float);
    }
    size_t bytes() const override { return size; }

    const size_t size;
    Component of[kScales][kChannels];
};

class ScalarExtractor final : public Extractor {
 public:
    ScalarExtractor(Variants variants, const PictureFormat& format)
        : variants_(variants.size()), scales_(format), conversion_(variants[0], format) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Reference reference(scales_);
        prepare(frame, reference);
        extract_with(reference, frame, out);
    }

    size_t reference_bytes() const override { return Reference::bytes_of(scales_); }
    std::unique_ptr<PreparedReference> new_reference() const override { return std::make_unique<Reference>(scales_); }

    void prepare(const FramePictures& frame, PreparedReference& reference) override {
        auto& of = static_cast<Reference&>(reference).of;
        for_components(frame.ref, [&](int s, int c, Component component) { of[s][c] = std::move(component); });
    }

    void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* out) override {
        const auto& ref = static_cast<const Reference&>(reference).of;
        Sums sums;
        for_components(frame.dis, [&](int s, int c, const Component& component) {
            sums.of[s][c] = compare(ref[s][c], component, scales_.maps(s, c));
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    /// take(scale, component, what there is of it)
    template <class Take>
    void for_components(const PictureView& picture, Take take) const {
        Planes light = linear_light(picture, conversion_);
        for (int s = 0; s < scales_.count; s++) {
            if (s > 0) light = next_scale(light, scales_.size[s]);
            Planes xyb = xyb_of(light);
            for (int c = 0; c < kChannels; c++)
                take(s, c, Component(std::move(xyb[static_cast<size_t>(c)]), scales_.maps(s, c)));
        }
    }

    size_t variants_;
    Scales scales_;
    colour::Conversion conversion_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return std::make_unique<ScalarExtractor>(variants, format);
}

}  // namespace vmaf::ssimulacra2
