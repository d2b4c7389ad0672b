// Samples of a PictureSource as floats. Included by kernels.
#pragma once

#include "metric/float/pictures_cuda.h"

namespace vmaf {

/// T is the type of the samples in memory.
template <class T>
__device__ __forceinline__ float sample(const PictureSource& source, const cuda::PlaneArg& plane, int x, int y) {
    if constexpr (sizeof(T) == sizeof(float))
        return plane.row<float>(y)[x];
    else
        return source.samples(plane.row<T>(y)[x]);
}

}  // namespace vmaf
