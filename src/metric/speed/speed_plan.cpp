// Sizes and filters of SpEED.
#include "metric/speed/speed_plan.h"

#include <cerrno>
#include <cmath>

#include "base/error.h"
#include "metric/float/gaussian.h"

namespace vmaf::speed {
namespace {

int samples_after(int samples, double prescale) {
    return std::fabs(prescale - 1) < 1e-3 ? samples : static_cast<int>(samples * prescale + 0.5);
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
    check_kernel_scale("speed_kernelscale", settings.kernel_scale);
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
