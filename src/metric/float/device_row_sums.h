// Sums of floats that have an order, on the GPU, for the host side of kernels.
#pragma once

#include <cstring>

#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/float/pictures_cuda.h"
#include "metric/float/row_sums_cuda.h"

namespace vmaf {

/// Adds up the rows of terms that an earlier kernel of the batch has left: `planes` planes of w x h floats a frame, as float_plane() lays them out.
/// The rows' sums go to float `first` of each frame's raw result and behind it, plane by plane. `kernel` runs sum_rows().
inline void launch_row_sums(const cuda::Kernel& kernel, const cuda::Batch& batch, const float* terms, size_t planes,
                            int w, int h, size_t first = 0) {
    const RowSumArgs args{.terms = terms,
                          .w = w,
                          .h = h,
                          .pitch = float_pitch(w),
                          .planes = static_cast<int>(planes),
                          .raw = reinterpret_cast<std::byte*>(batch.raw + first * sizeof(float)),
                          .raw_stride = batch.raw_stride};
    cuda::launch(kernel,
                 {{cuda::tiles(static_cast<unsigned>(h), kSumRows), static_cast<unsigned>(planes),
                   static_cast<unsigned>(batch.frames.size())},
                  {32}},
                 batch.stream, args);
}

/// The sum of `rows` rows' sums from float `first` of a raw result on, from top to bottom.
inline float sum_of_rows(const std::byte* raw, size_t first, size_t rows) {
    float sum = 0;
    for (size_t y = first; y < first + rows; y++) {
        float row;
        std::memcpy(&row, raw + y * sizeof(float), sizeof(float));
        sum += row;
    }
    return sum;
}

}  // namespace vmaf
