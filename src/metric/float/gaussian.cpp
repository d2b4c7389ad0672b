// Gaussian filters: sizes and taps.
#include "metric/float/gaussian.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <numbers>
#include <string>

#include "base/error.h"
#include "base/option.h"

namespace vmaf {
namespace {

/// Kernel scales that the metrics were made for, and how far an option may be off.
constexpr float kKernelScales[] = {1.0f,     1.0f / 2, 3.0f / 2,  2.0f,      2.0f / 3,  2.4f,      360.0f / 97,
                                   4.0f / 3, 3.5f / 3, 3.75f / 3, 4.25f / 3, 5.0f / 3,  3.0f,      1.0f / 2.25f,
                                   1.4746f,  1.54f,    1.6f,      1.06667f,  0.711111f, 0.740740f, 1.111111f};
constexpr double kTolerance = 1e-3;

}  // namespace

void check_kernel_scale(std::string_view option, double scale) {
    const auto wanted = static_cast<float>(scale);
    std::string known;
    for (float value : kKernelScales) {
        if (static_cast<double>(std::fabs(wanted - value)) < kTolerance) return;
        known += (known.empty() ? "" : ", ") + format_general(static_cast<double>(value));
    }
    throw Error(EINVAL, cat(option, " ", format_general(scale), " is none of ", known));
}

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

}  // namespace vmaf
