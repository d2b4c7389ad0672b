// Planes scaled to another size before a metric looks at them: where each sample of the scaled plane comes from.
#pragma once

#include <vector>

#include "base/option.h"

namespace vmaf {

enum class Resampling { kNearest, kBilinear, kBicubic, kLanczos4 };

/// The names by which options choose one.
inline constexpr Choice kResamplings[] = {{"nearest", static_cast<int>(Resampling::kNearest)},
                                          {"bilinear", static_cast<int>(Resampling::kBilinear)},
                                          {"bicubic", static_cast<int>(Resampling::kBicubic)},
                                          {"lanczos4", static_cast<int>(Resampling::kLanczos4)}};

/// Along one axis: `taps` indices and weights for each sample of the scaled plane, one sample's after the other.
struct ResamplingTable {
    ResamplingTable() = default;
    ResamplingTable(int source, int scaled, Resampling method);

    int taps = 0;
    bool normalises = false;  ///< a scaled sample is divided by the sum of its weights
    std::vector<int> index;
    std::vector<float> weight;
};

/// Sample (x, y) of the scaled plane; at(column, row) gives those of the source.
template <class At>
float resampled(const ResamplingTable& x_table, const ResamplingTable& y_table, int x, int y, At at) {
    float sum = 0, weights = 0;
    for (int j = 0; j < y_table.taps; j++)
        for (int i = 0; i < x_table.taps; i++) {
            const auto column = static_cast<size_t>(x * x_table.taps + i);
            const auto row = static_cast<size_t>(y * y_table.taps + j);
            const float weight = x_table.weight[column] * y_table.weight[row];
            weights += weight;
            sum += at(x_table.index[column], y_table.index[row]) * weight;
        }
    return x_table.normalises ? sum / weights : sum;
}

}  // namespace vmaf
