// Sizes, Gaussian filters and resampling weights of SpEED.
#include "metric/speed/speed_plan.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "base/mirror.h"

namespace vmaf::speed {
namespace {

/// Kernel scales that the metric was made for, and how far an option may be off.
constexpr float kKernelScales[] = {1.0f,     1.0f / 2, 3.0f / 2,  2.0f,      2.0f / 3,  2.4f,      360.0f / 97,
                                   4.0f / 3, 3.5f / 3, 3.75f / 3, 4.25f / 3, 5.0f / 3,  3.0f,      1.0f / 2.25f,
                                   1.4746f,  1.54f,    1.6f,      1.06667f,  0.711111f, 0.740740f, 1.111111f};
constexpr double kTolerance = 1e-3;

bool near(double a, double b) { return std::fabs(a - b) < kTolerance; }

int samples_after(int samples, double prescale) {
    return near(prescale, 1) ? samples : static_cast<int>(samples * prescale + 0.5);
}

/// Least odd number of taps that is not below `taps`, and 3 at least.
int odd_taps(float taps) { return std::max(3, static_cast<int>(std::ceil(taps)) | 1); }

std::vector<float> gaussian(int taps, float deviation) {
    std::vector<float> filter(static_cast<size_t>(taps));
    const double s = static_cast<double>(deviation);
    const auto scale = static_cast<float>(1 / (s * std::sqrt(2 * std::numbers::pi)));
    float sum = 0;
    for (int i = 0; i < taps; i++) {
        const double t = i - taps / 2;
        const auto density = static_cast<float>(std::exp(-0.5 * t / s * t / s));
        sum += filter[static_cast<size_t>(i)] = density / scale;
    }
    for (float& tap : filter) tap /= sum;
    return filter;
}

float cubic(float t) {
    constexpr float a = -0.75f;
    t = std::fabs(t);
    if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
    if (t < 2) return (((t - 5) * t + 8) * t - 4) * a;
    return 0;
}

float lanczos4(float t) {
    constexpr double kPi = std::numbers::pi;
    const double x = static_cast<double>(t);
    if (x == 0) return 1;
    if (x <= -4 || x >= 4) return 0;
    return static_cast<float>(4 * std::sin(kPi * x) * std::sin(kPi * x / 4) / (kPi * kPi * x * x));
}

Settings common(const OptionValues& options) {
    Settings settings;
    settings.kernel_scale = options.real("speed_kernelscale");
    settings.prescale = options.real("speed_prescale");
    settings.sigma = static_cast<float>(options.real("speed_sigma_nn"));
    settings.floor = static_cast<float>(options.real("speed_nn_floor"));
    settings.resampling = options.choice<Resampling>("speed_prescale_method");
    return settings;
}

}  // namespace

Axis::Axis(int samples, double prescale)
    : source(samples),
      scaled(samples_after(samples, prescale)),
      reduced(scaled / kReduction),
      blocks(reduced / kSide) {}

ResamplingTable::ResamplingTable(const Axis& axis, Resampling method) {
    const float ratio = static_cast<float>(axis.source) / static_cast<float>(axis.scaled);
    const auto add = [&](int at, float w) {
        index.push_back(mirror_centre(at, axis.source));
        weight.push_back(w);
    };
    for (int i = 0; i < axis.scaled; i++) {
        const auto centre = static_cast<float>((i + 0.5) * static_cast<double>(ratio) - 0.5);
        const int below = static_cast<int>(std::floor(centre));
        const float beyond = centre - static_cast<float>(below);
        switch (method) {
            case Resampling::kNearest: add(static_cast<int>(static_cast<float>(i) * ratio), 1); break;
            case Resampling::kBilinear: {
                const float distance = centre - static_cast<float>(mirror_centre(below, axis.source));
                add(below, 1 - distance);
                add(static_cast<int>(std::ceil(centre)), distance);
                break;
            }
            case Resampling::kBicubic:
                for (int j = -1; j <= 2; j++) add(below + j, cubic(static_cast<float>(j) - beyond));
                break;
            case Resampling::kLanczos4:
                for (int j = -4; j <= 4; j++) add(below + j, lanczos4(static_cast<float>(j) - beyond));
                break;
        }
    }
    taps = static_cast<int>(index.size()) / std::max(1, axis.scaled);
}

Plan::Plan(const Settings& s, const PictureFormat& format)
    : settings(s),
      x(static_cast<int>(format.plane_w(s.picture_plane(0))), s.prescale),
      y(static_cast<int>(format.plane_h(s.picture_plane(0))), s.prescale),
      unit(1.0f / static_cast<float>(1u << (format.bpc - 8))),
      offset(s.temporal ? 0.f : 128.f),
      weights(weighting(s.weight_mode, s.sigma, s.floor)) {
    check_plan(s, format);
    const auto scale = static_cast<float>(s.kernel_scale);
    const int smoothing_taps = odd_taps(9 * scale), mean_taps = odd_taps(2 * scale);
    smoothing = gaussian(smoothing_taps, static_cast<float>(2.0 * smoothing_taps / 5));
    local_mean = gaussian(mean_taps, static_cast<float>(mean_taps) / 5);
}

void check_plan(const Settings& settings, const PictureFormat& format) {
    const auto scale = static_cast<float>(settings.kernel_scale);
    if (std::none_of(std::begin(kKernelScales), std::end(kKernelScales),
                     [&](float known) { return near(static_cast<double>(std::fabs(scale - known)), 0); })) {
        std::string known;
        for (float value : kKernelScales)
            known += (known.empty() ? "" : ", ") + format_general(static_cast<double>(value));
        throw Error(EINVAL, cat("speed_kernelscale ", format_general(settings.kernel_scale), " is none of ", known));
    }
    const unsigned plane = settings.picture_plane(0);
    if (plane >= format.planes()) throw Error(EINVAL, "speed_chroma needs pictures with chroma");
    const auto w = static_cast<int>(format.plane_w(plane)), h = static_cast<int>(format.plane_h(plane));
    const Axis x(w, settings.prescale), y(h, settings.prescale);
    if (x.blocks < 1 || y.blocks < 1)
        throw Error(EINVAL, cat(settings.temporal ? "speed_temporal" : "speed_chroma", " needs ",
                                settings.temporal ? "pictures" : "chroma planes", " of at least ", kLeastSamples, "x",
                                kLeastSamples, " samples after speed_prescale; these have ", x.scaled, "x", y.scaled));
}

Settings Settings::of_chroma(const OptionValues& options) {
    Settings settings = common(options);
    settings.weight_mode = options.integer("speed_weight_var_mode");
    return settings;
}

Settings Settings::of_temporal(const OptionValues& options) {
    Settings settings = common(options);
    settings.temporal = true;
    settings.reference_difference = options.flag("speed_use_ref_diff");
    return settings;
}

}  // namespace vmaf::speed
