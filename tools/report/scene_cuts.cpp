// Compares each frame with the one before on a grid of small means.
#include "report/scene_cuts.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "picture/picture_format.h"

namespace vmaf::tool {

namespace {

/// Mean of a few samples around each place of the grid, in 8-bit units: single samples would take noise for a cut.
template <class T>
float mean_around(const VmafPicture& picture, unsigned x, unsigned y) {
    constexpr unsigned kSide = 4;
    const unsigned right = std::min(x + kSide, picture.w[0]), bottom = std::min(y + kSide, picture.h[0]);
    unsigned sum = 0;
    for (unsigned row = y; row < bottom; row++) {
        const auto* samples = reinterpret_cast<const T*>(static_cast<const uint8_t*>(picture.data[0]) +
                                                         static_cast<ptrdiff_t>(row) * picture.stride[0]);
        for (unsigned column = x; column < right; column++) sum += samples[column];
    }
    return static_cast<float>(sum) / static_cast<float>((right - x) * (bottom - y)) /
           static_cast<float>(1u << (picture.bpc - 8));
}

}  // namespace

void SceneCuts::add(const VmafPicture& picture, unsigned frame) {
    Grid grid;
    with_sample_type(picture.bpc, [&](auto type) {
        using T = typename decltype(type)::type;
        for (unsigned row = 0; row < kRows; row++)
            for (unsigned column = 0; column < kColumns; column++)
                grid[size_t{row} * kColumns + column] =
                    mean_around<T>(picture, static_cast<unsigned>(uint64_t{column} * picture.w[0] / kColumns),
                                   static_cast<unsigned>(uint64_t{row} * picture.h[0] / kRows));
    });
    float sum = 0;
    for (size_t i = 0; i < grid.size(); i++) sum += std::abs(grid[i] - last_[i]);
    steps_.push_back({frame, any_ ? sum / static_cast<float>(grid.size()) : 0});
    last_ = grid;
    any_ = true;
}

std::vector<unsigned> SceneCuts::frames() const {
    constexpr float kLeast = 10, kTimes = 3;
    constexpr size_t kAround = 6;  // frames on either side
    std::vector<unsigned> cuts;
    for (size_t i = 1; i < steps_.size(); i++) {
        std::vector<float> around;
        for (size_t k = std::max(i, kAround + 1) - kAround; k < std::min(steps_.size(), i + kAround + 1); k++)
            if (k != i) around.push_back(steps_[k].difference);
        if (around.empty()) continue;
        const auto middle = around.begin() + static_cast<ptrdiff_t>(around.size() / 2);
        std::nth_element(around.begin(), middle, around.end());
        if (steps_[i].difference >= kLeast && steps_[i].difference >= kTimes * *middle) cuts.push_back(steps_[i].frame);
    }
    return cuts;
}

}  // namespace vmaf::tool
