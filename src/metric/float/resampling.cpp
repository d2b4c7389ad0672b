// Indices and weights of the ways to scale a plane.
#include "metric/float/resampling.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/mirror.h"

namespace vmaf {
namespace {

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

}  // namespace

ResamplingTable::ResamplingTable(int source, int scaled, Resampling method)
    : normalises(method == Resampling::kLanczos4) {
    const float ratio = static_cast<float>(source) / static_cast<float>(scaled);
    const auto add = [&](int at, float w) {
        index.push_back(mirror_centre(at, source));
        weight.push_back(w);
    };
    for (int i = 0; i < scaled; i++) {
        const auto centre = static_cast<float>((i + 0.5) * static_cast<double>(ratio) - 0.5);
        const int below = static_cast<int>(std::floor(centre));
        const float beyond = centre - static_cast<float>(below);
        switch (method) {
            case Resampling::kNearest: add(static_cast<int>(static_cast<float>(i) * ratio), 1); break;
            case Resampling::kBilinear: {
                const float distance = centre - static_cast<float>(mirror_centre(below, source));
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
    taps = static_cast<int>(index.size()) / std::max(1, scaled);
}

}  // namespace vmaf
