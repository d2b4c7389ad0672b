// From options and format to sizes, windows, tables: all that cambi fixes before the first frame.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "metric/cambi/cambi.h"

namespace vmaf::cambi {
namespace {

/// Of 10-bit samples in the limited range.
constexpr int kBlack = 64, kWhite = 940;

double bt1886(double signal) {
    constexpr double kGamma = 2.4, kWhiteNits = 300, kBlackNits = 0.01;
    const double white = std::pow(kWhiteNits, 1 / kGamma), black = std::pow(kBlackNits, 1 / kGamma);
    const double gain = std::pow(white - black, kGamma), lift = black / (white - black);
    return gain * std::pow(std::max(signal + lift, 0.), kGamma);
}

double pq(double signal) {
    constexpr double kM1 = 0.1593017578125, kM2 = 78.84375, kC1 = 0.8359375, kC2 = 18.8515625, kC3 = 18.6875;
    const double root = std::pow(signal, 1 / kM2);
    return 10000 * std::pow(std::max(root - kC1, 0.) / (kC2 - kC3 * root), 1 / kM1);
}

/// Luminance of the values from black to white.
class Luminances {
 public:
    explicit Luminances(double (*eotf)(double)) {
        for (int value = kBlack; value <= kWhite; value++)
            nits_.push_back(eotf(static_cast<double>(value - kBlack) / (kWhite - kBlack)));
    }
    double operator[](int value) const { return nits_[std::clamp(value, kBlack, kWhite) - kBlack]; }

 private:
    std::vector<double> nits_;
};

/// T(step): the largest value at which the step is noticeable.
int largest_noticeable(const Luminances& nits, int step, double threshold) {
    const auto noticeable = [&](int value) { return nits[value + step] - nits[value] > threshold * nits[value]; };
    if (!noticeable(kBlack)) return 0;
    for (int value = kBlack + 1; value <= kWhite - step; value++)
        if (!noticeable(value)) return value - 1;
    return 1023;
}

/// V: the first value that is bright enough.
int first_visible(const Luminances& nits, double threshold) {
    int value = kBlack;
    while (value < kWhite && nits[value] < threshold) value++;
    return value == kBlack ? 0 : value;
}

Steps make_steps(const OptionValues& options) {
    const bool uses_pq =
        options.choice<Transfer>("cambi_eotf") == Transfer::kPq || options.choice<Transfer>("eotf") == Transfer::kPq;
    const Luminances nits(uses_pq ? pq : bt1886);
    const int visible = first_visible(nits, options.real("cambi_vis_lum_threshold"));
    Steps steps{.count = 1 << options.integer("max_log_contrast"), .lowest = kMaxLevel + 1};
    int largest[kMaxSteps + 1];
    for (int step = 1; step <= steps.count; step++)
        largest[step] = largest_noticeable(nits, step, options.real("tvi_threshold"));
    for (int value = 0; value <= kMaxLevel; value++) {
        int step = 1;
        while (step <= steps.count && !(value <= largest[step] && value + steps.count + step > visible)) step++;
        steps.first[value] = static_cast<uint8_t>(step);
        if (step > steps.count) continue;
        steps.lowest = std::min(steps.lowest, value);
        steps.highest = value;
    }
    return steps;
}

bool speeds_up(int option, int w, int h) {
    const int64_t pixels = int64_t{w} * h;
    return (option == 1080 && pixels >= 1920 * 1080) || (option == 1440 && pixels >= 2560 * 1440) ||
           (option == 2160 && pixels >= 3840 * 2160);
}

Geometry make_geometry(int w, int h, int window_size, bool halve_first) {
    int window = window_size * (w + h) / 375 >> 4;
    if (halve_first) window = (window + 1) >> 1;
    return {w, h, window | 1, halve_first};
}

int size_at(int size, int scale, bool halve_first) {
    for (int i = 0; i < scale + halve_first; i++) size = halved(size);
    return size;
}

}  // namespace

int Geometry::width(int scale) const { return size_at(w, scale, halve_first); }
int Geometry::height(int scale) const { return size_at(h, scale, halve_first); }

Setup::Setup(const OptionValues& options, const PictureFormat& picture_format)
    : format(picture_format), roles(options.flag("full_ref") ? 2 : 1), steps(make_steps(options)) {
    const int w = static_cast<int>(format.w), h = static_cast<int>(format.h);
    int enc_w = options.integer("enc_width"), enc_h = options.integer("enc_height");
    if (enc_w == 0 || enc_h == 0 || enc_w > w || enc_h > h) enc_w = w, enc_h = h;
    int src_w = options.integer("src_width"), src_h = options.integer("src_height");
    if (src_w == 0 || src_h == 0) src_w = w, src_h = h;
    const bool halve_first = speeds_up(options.integer("cambi_high_res_speedup"), enc_w, enc_h);
    const int window_size = options.integer("window_size");
    geometry[kDistorted] = make_geometry(enc_w, enc_h, window_size, halve_first);
    geometry[kSource] = make_geometry(src_w, src_h, window_size, halve_first);
    const int bits = options.integer("enc_bitdepth");
    smooth = (bits ? bits : static_cast<int>(format.bpc)) < 10;
}

double Setup::heat_scaling(const Geometry& geometry) const {
    const int largest = step_weight(steps.count) * geometry.window * geometry.window / 4;
    return largest ? 65535. / largest : 0;
}

size_t heatmap_pixels(const OptionValues& options, const Geometry& geometry) {
    size_t pixels = 0;
    if (!options.text("heatmaps_path").empty())
        for (int scale = 0; scale < kScales; scale++) pixels += geometry.pixels(scale);
    return pixels;
}

uint64_t Setup::pooled(const OptionValues& options, const Geometry& geometry, int scale) {
    constexpr double kDefault = 0.6;
    const double share = options.real("topk") != kDefault ? options.real("topk") : options.real("cambi_topk");
    const auto pixels = static_cast<int64_t>(geometry.pixels(scale));
    return static_cast<uint64_t>(
        std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(pixels)), 1, pixels));
}

std::vector<int> picked_samples(int in, int out) {
    std::vector<int> picked(out);
    const float ratio = static_cast<float>(in) / static_cast<float>(out);
    auto position = static_cast<float>(static_cast<double>(ratio / 2) - 0.5);
    for (int& sample : picked) {
        sample = std::min(static_cast<int>(static_cast<double>(position) + 0.5), in - 1);
        position += ratio;
    }
    return picked;
}

std::vector<float> reciprocals(int count) {
    std::vector<float> table(count);
    for (int i = 1; i < count; i++) {
        char text[32];
        const auto end = std::to_chars(text, std::end(text), 1. / i, std::chars_format::scientific, 8).ptr;
        std::from_chars(text, end, table[i]);
    }
    return table;
}

}  // namespace vmaf::cambi
