// One frame on its way through the GPU.
#pragma once

#include <cstddef>

#include "picture/picture_format.h"
#include "picture/sample_range.h"

namespace vmaf::cuda {

/// What a batch knows of a FrameJob. `sums` stays the caller's.
struct BatchFrame {
    FramePictures pictures;  ///< in device memory
    PlaneSet planes = 0;     ///< those of its own pictures that passes read
    bool sampled = true;     ///< false: only every-frame passes run
    bool neighbour = false;  ///< no pass runs
    std::byte* sums = nullptr;
};

}  // namespace vmaf::cuda
