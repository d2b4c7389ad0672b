// Planes of floats and filters over them in plain loops, for the scalar code of the metrics on floats.
#pragma once

#include <cstddef>
#include <vector>

#include "base/mirror.h"

namespace vmaf {

/// A plane of floats. Owns its samples; 0 at first.
class Image {
 public:
    Image() = default;
    Image(int w, int h) : w_(w), h_(h), samples_(static_cast<size_t>(w) * static_cast<size_t>(h)) {}

    int w() const { return w_; }
    int h() const { return h_; }
    float* row(int y) { return samples_.data() + static_cast<ptrdiff_t>(y) * w_; }
    const float* row(int y) const { return samples_.data() + static_cast<ptrdiff_t>(y) * w_; }
    float& at(int x, int y) { return row(y)[x]; }
    float at(int x, int y) const { return row(y)[x]; }

 private:
    int w_ = 0, h_ = 0;
    std::vector<float> samples_;
};

/// A filter of an odd number of taps, down the columns of w x h samples: row y of the result. at(column, row) gives samples;
/// beyond the borders they are reflected about the edge sample's centre.
template <class At>
void filter_down(const std::vector<float>& taps, int y, int w, int h, float* out, At at) {
    const int count = static_cast<int>(taps.size());
    for (int x = 0; x < w; x++) out[x] = 0;
    for (int j = 0; j < count; j++) {
        const int row = mirror_centre(y + j - count / 2, h);
        for (int x = 0; x < w; x++) out[x] += taps[static_cast<size_t>(j)] * at(x, row);
    }
}

/// The same along a row of w samples: sample x of the result.
inline float filtered_across(const std::vector<float>& taps, int x, int w, const float* row) {
    const int count = static_cast<int>(taps.size());
    float sum = 0;
    for (int i = 0; i < count; i++) sum += taps[static_cast<size_t>(i)] * row[mirror_centre(x + i - count / 2, w)];
    return sum;
}

}  // namespace vmaf
