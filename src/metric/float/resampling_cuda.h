// Resampling as kernels take it.
#pragma once

namespace vmaf {

/// A ResamplingTable in device memory.
struct ResamplingAxis {
    int size, taps;  ///< size: scaled samples
    const int* index;
    const float* weight;
};

/// Along both axes of a plane.
struct ResamplingArg {
    ResamplingAxis x, y;
    bool normalises;
};

}  // namespace vmaf
