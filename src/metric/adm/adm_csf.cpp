// Contrast sensitivity of the eye for adm: the weights of the wavelet bands, from the viewing condition.
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "metric/adm/adm.h"
#include "metric/adm/adm_csf.h"

// Each assignment to a float is a rounding that the scores depend on.

namespace vmaf::adm {

float View::pixels_per_degree() const { return static_cast<float>(distance * height * std::numbers::pi / 180.0); }

float watson(int scale, bool diagonal, const View& view) {
    constexpr float kAmplitude[kScales][2] = {
        {0.67234f, 0.72709f}, {0.41317f, 0.49428f}, {0.22727f, 0.28688f}, {0.11792f, 0.15214f}};
    constexpr float kMinimum = 0.495f, kSlope = 0.466f, kPeak = 0.401f;
    const float orientation = diagonal ? 0.534f : 1.0f;
    const auto octaves =
        static_cast<float>(std::log10(std::ldexp(1.0, scale + 1) * kPeak * orientation / view.pixels_per_degree()));
    const float exponent = kSlope * octaves * octaves;
    const auto step = static_cast<float>(2.0 * kMinimum * std::pow(10.0, static_cast<double>(exponent)) /
                                         kAmplitude[scale][diagonal]);
    return 1.0f / step;
}

namespace {

/// A parameter measured at 20 and at 150 cd/m^2, at 100 cd/m^2: linear over the logarithm of the luminance.
float at_screen_luminance(float at_20, float at_150) {
    const auto low = static_cast<float>(std::log10(20.0)), high = static_cast<float>(std::log10(150.0));
    return at_20 + (at_150 - at_20) / (high - low) * (2.0f - low);
}

float optical_transfer(float frequency) {
    constexpr float kShare[4] = {0.424838596301290f, 0.572435103936480f, 0.000167576239164937f, 0.00255872352306433f};
    constexpr float kDecay[4] = {0.028f, 0.37f, 37.0f, 360.0f};
    float sum = 0;
    for (int i = 0; i < 4; i++)
        sum = static_cast<float>(sum + kShare[i] * std::exp(static_cast<double>(-kDecay[i] * frequency)));
    return sum;
}

/// Of rods and cones at 100 cd/m^2.
float receptor_sensitivity() {
    constexpr float kPeak = 30.162f, kDrop = 4.0627f, kTransition = 1.6596f, kLow = 0.2712f;
    const double drop = std::pow(static_cast<double>(kDrop / 100.0f), static_cast<double>(kTransition));
    return static_cast<float>(kPeak * std::pow(drop + 1, static_cast<double>(-kLow)));
}

}  // namespace

float barten(int scale, double factor, const View& view) {
    const auto frequency = static_cast<float>(view.pixels_per_degree() / std::ldexp(1.0, scale + 1));
    const float p0 = at_screen_luminance(0.334278f, 0.394533f), p1 = at_screen_luminance(3.79542f, 2.7755f);
    const float p2 = at_screen_luminance(1.07327f, 1.16577f), p3 = at_screen_luminance(6.4635f, 7.45665f);
    const auto rise = static_cast<float>(1.0 + std::pow(static_cast<double>(p0 * frequency), static_cast<double>(p1)));
    const double squared = static_cast<double>(frequency / 7) * static_cast<double>(frequency / 7);
    const auto fall = static_cast<float>(1.0 / std::pow(1 - std::exp(-squared), static_cast<double>(p2)));
    const auto neural = static_cast<float>(p3 / std::pow(static_cast<double>(rise * fall), 0.5));
    return static_cast<float>(neural * optical_transfer(frequency) * receptor_sensitivity() * factor);
}

namespace {

// Tables [mode 2, mode 3][straight, diagonal][scale], by pixels per degree.
// 2160 lines at 1.5 heights have the pixels per degree of 1080 at 3.
constexpr float kBlend56[2][2][kScales] = {
    {{0.01183f, 0.025026f, 0.04295f, 0.058621f}, {0.004302f, 0.011778f, 0.023918f, 0.035901f}},
    {{0.011249f, 0.022606f, 0.035930f, 0.045673f}, {0.004097f, 0.010921f, 0.021430f, 0.031313f}}};
constexpr float kBlend94[2][2][kScales] = {
    {{0.004212f, 0.014809f, 0.029642f, 0.047464f}, {0.000984f, 0.005852f, 0.0146f, 0.027574f}},
    {{0.004052f, 0.013939f, 0.026298f, 0.038833f}, {0.000927f, 0.005544f, 0.013415f, 0.024515f}}};
constexpr float kBlend113[2][2][kScales] = {
    {{0.00226f, 0.01183f, 0.025026f, 0.04295f}, {0.000479f, 0.004302f, 0.011778f, 0.023918f}},
    {{0.002166f, 0.011249f, 0.022606f, 0.035930f}, {0.000447f, 0.004097f, 0.010921f, 0.021430f}}};
constexpr float kBlend188[2][2][kScales] = {
    {{0.000092f, 0.004212f, 0.014809f, 0.029642f}, {0.000050f, 0.000984f, 0.005852f, 0.0146f}},
    {{0.000077f, 0.004052f, 0.013939f, 0.026298f}, {0.000045f, 0.000927f, 0.005544f, 0.013415f}}};
constexpr float kBlend63[2][2][kScales] = {
    {{0.010144f, 0.022561f, 0.040309f, 0.05672f}, {0.003463f, 0.010282f, 0.021839f, 0.034641f}},
    {{0.009689f, 0.020577f, 0.034162f, 0.044523f}, {0.003302f, 0.009579f, 0.019661f, 0.030318f}}};

/// Watson and Barten blended; exists for a few viewing conditions only.
float blend(int mode, int scale, bool diagonal, const View& view) {
    const auto pick = [&](const float(&table)[2][2][kScales]) { return table[mode - 2][diagonal][scale]; };
    const auto is = [&](int height, double distance) { return view.height == height && view.distance == distance; };
    if (is(1080, 3) || is(2160, 1.5)) return pick(kBlend56);
    if (is(1080, 5)) return pick(kBlend94);
    if (is(2160, 3)) return pick(kBlend113);
    if (is(2160, 5)) return pick(kBlend188);
    if (is(720, 5)) return pick(kBlend63);
    fail(EINVAL, "adm: adm_csf_mode=", mode, " has no weights for adm_ref_display_height=", view.height,
         " and adm_norm_view_dist=", view.distance,
         "; there are those for 1080 at 3 and 5, 2160 at 1.5, 3 and 5, 720 at 5; adm_csf_mode=0 takes any");
}

}  // namespace

float contrast_sensitivity(const OptionValues& options, int scale, bool diagonal) {
    const View view{options.real("adm_norm_view_dist"), options.integer("adm_ref_display_height")};
    const int mode = options.integer("adm_csf_mode");
    if (mode == 0) return watson(scale, diagonal, view);
    if (mode == 1) return barten(scale, options.real(diagonal ? "adm_csf_diag_scale" : "adm_csf_scale"), view);
    return blend(mode, scale, diagonal, view);
}

}  // namespace vmaf::adm
