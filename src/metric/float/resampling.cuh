// Resampling on the GPU. Included by kernels.
#pragma once

#include "metric/float/resampling_cuda.h"

namespace vmaf {

/// Sample (x, y) of the scaled plane, the operations of resampled(); at(column, row) gives those of the source.
template <class At>
__device__ __forceinline__ float resampled(const ResamplingArg& scale, int x, int y, At at) {
    float sum = 0, weights = 0;
    for (int j = 0; j < scale.y.taps; j++)
        for (int i = 0; i < scale.x.taps; i++) {
            const int column = x * scale.x.taps + i, row = y * scale.y.taps + j;
            const float weight = scale.x.weight[column] * scale.y.weight[row];
            weights += weight;
            sum += at(scale.x.index[column], scale.y.index[row]) * weight;
        }
    return scale.normalises ? sum / weights : sum;
}

}  // namespace vmaf
