// butteraugli on the CPU, in readable loops.
#include <algorithm>

#include "metric/butteraugli/butteraugli_pass.h"
#include "metric/colour/colour_rows.h"

namespace vmaf::butteraugli {
namespace {

class ScalarReader final : public LightReader {
 public:
    explicit ScalarReader(const colour::Conversion& conversion) : conversion_(conversion) {}

    void read(const PictureView& picture, int y, float* const out[kChannels]) override {
        with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
            const colour::PixelReader<T> reader(picture, conversion_);
            for (int x = 0; x < conversion_.w; x++) {
                const colour::Rgb of = reader.at(x, y);
                out[0][x] = of.r;
                out[1][x] = of.g;
                out[2][x] = of.b;
            }
        });
    }

 private:
    const colour::Conversion conversion_;
};

template <int kReach>
void blur(const float* const* around, const Blur& blur, int w, float* out) {
    for (int x = 0; x < w; x++) out[x] = blurred<kReach>(blur, [&](int j) { return around[kReach + j][x]; });
}

void blur_edge(const float* const* place, const Blur& blur, const Edge& edge, int w, float* out) {
    for (int x = 0; x < w; x++) out[x] = blurred(blur, edge, [&](int j) { return place[j][x]; });
}

void opponents(float* const planes[kChannels], const float* const smooth[kChannels], float luminance, int w) {
    for (int x = 0; x < w; x++) {
        Triple light{}, adapted{};
        for (int p = 0; p < kChannels; p++) {
            light.v[p] = planes[p][x] * luminance;
            adapted.v[p] = smooth[p][x] * luminance;
        }
        const Triple of = butteraugli::opponents(light, adapted);
        for (int c = 0; c < kChannels; c++) planes[c][x] = of.v[c];
    }
}

void halve(const float* upper, const float* lower, int w, float* out) {
    for (int x = 0; x < w; x++) out[x] = mean_of_four(upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
}

void split_low(const LowSplit& row) {
    for (int x = 0; x < row.w; x++) {
        const float low = row.low[x];
        if (row.channel == kY) row.low_of_y[x] = low;
        row.low[x] = low_value(row.channel, low, row.low_of_y[x]);
        row.plane[x] -= low;
    }
}

/// The middle band of a sample, from its blurred value.
float mid_band(Channel channel, float v) {
    switch (channel) {
        case kX: return zeroed_near_zero(v, kMidZeroX);
        case kY: return doubled_near_zero(v, kMidDoubleY);
        default: return v;
    }
}

void split_mid(const MidSplit& row) {
    for (int x = 0; x < row.w; x++) {
        float left = row.plane[x] - row.blurred[x];
        if (row.channel == kX) left *= suppression(row.left_of_y[x]);
        if (row.channel != kB) row.plane[x] = left;
        row.blurred[x] = mid_band(row.channel, row.blurred[x]);
    }
}

void split_fine(const FineSplit& row) {
    for (int x = 0; x < row.w; x++) {
        const float v = row.plane[x], blurred = row.blurred[x];
        const Fine of = row.channel == kY ? fine_y(v, blurred) : fine_x(v, blurred);
        row.plane[x] = of.ultra;
        row.blurred[x] = of.high;
        row.mask[x] =
            row.channel == kY ? mask_part(of, kMaskY) : mask_of(mask_part(of, kMaskX) + row.mask[x], row.root_of_bias);
    }
}

void low(const LowRow& row) {
    for (int x = 0; x < row.w; x++) {
        const float difference = row.low[0][x] - row.low[1][x];
        const float term = low_weight(row.channel) * (difference * difference);
        row.map[x] = row.channel == kY ? term : row.map[x] + term;
    }
}

void mid(const MidRow& row) {
    for (int x = 0; x < row.w; x++) {
        const float a = row.band[0][x], b = row.band[1][x], difference = a - b;
        if (row.channel == kY) row.map[x] = 0;
        row.map[x] += mid_weight(row.channel) * (difference * difference);
        if (row.channel != kB) row.numbers[x] = pair_difference(a, b, row.lines);
    }
}

void fine(const FineRow& row) {
    for (int x = 0; x < row.w; x++) {
        row.map[x] += uneven_difference(row.high[0][x], row.high[1][x], high_weight(row.channel));
        row.high_numbers[x] = pair_difference(row.high[0][x], row.high[1][x], row.high_lines);
        row.ultra_numbers[x] = pair_difference(row.ultra[0][x], row.ultra[1][x], row.ultra_lines);
    }
}

void sparse(const float* const* around, int w, float* map) {
    for (int x = 0; x < w; x++)
        map[x] += sparse_lines([&](int right, int down) { return around[kLineReach + down][x + right]; });
}

void dense(const float* const* around, int w, float* map) {
    for (int x = 0; x < w; x++)
        map[x] += dense_lines([&](int right, int down) { return around[kLineReach + down][x + right]; });
}

void mask_difference(const float* ref, const float* dis, int w, float* map) {
    for (int x = 0; x < w; x++) {
        const float difference = ref[x] - dis[x];
        map[x] += kMaskDifference * (difference * difference);
    }
}

void visible(const VisibleRow& row) {
    for (int x = 0; x < row.w; x++) {
        Least least(row.masks[1][x]);
        for (const float* mask : row.masks)
            for (const int right : {-kActivityStep, 0, kActivityStep})
                if (right != 0 || mask != row.masks[1]) least.see(mask[x + right]);
        const float difference = visible_difference(row.low[x], row.ac[x] + row.lines[x], least.activity());
        row.out[x] = row.half ? blended(difference, row.half[x]) : difference;
    }
}

float powers(const float* row, int w, double (*sums)[kRowSums]) {
    float most = 0;
    for (int x = 0; x < w; x++) {
        Powers of{};
        of.add(row[x]);
        for (int i = 0; i < 3; i++) sums[i][x % kRowSums] += of.sum[i];
        most = std::max(most, row[x]);
    }
    return most;
}

constexpr RowLoops kLoops{
    .make_reader = make_scalar_reader,
    .blur = {blur<kReach[kSmooth]>, blur<kReach[kUltra]>, blur<kReach[kMask]>, blur<kReach[kHigh]>, blur<kReach[kLow]>},
    .blur_edge = blur_edge,
    .opponents = opponents,
    .halve = halve,
    .split_low = split_low,
    .split_mid = split_mid,
    .split_fine = split_fine,
    .low = low,
    .mid = mid,
    .fine = fine,
    .sparse = sparse,
    .dense = dense,
    .mask_difference = mask_difference,
    .visible = visible,
    .powers = powers};

}  // namespace

std::unique_ptr<LightReader> make_scalar_reader(const colour::Conversion& conversion) {
    return std::make_unique<ScalarReader>(conversion);
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, kLoops);
}

}  // namespace vmaf::butteraugli
