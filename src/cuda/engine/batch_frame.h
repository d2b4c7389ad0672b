// One frame on its way through the GPU.
#pragma once

#include <cstddef>
#include <memory>

#include "picture/picture_format.h"
#include "picture/sample_range.h"
#include "session/shared_reference.h"

namespace vmaf::cuda {

/// What a batch knows of a FrameJob. `sums` stays the caller's.
struct BatchFrame {
    FramePictures pictures;  ///< in device memory
    PlaneSet planes = 0;     ///< those of its own pictures that passes read
    bool sampled = true;     ///< false: only every-frame passes run
    bool neighbour = false;  ///< no pass runs
    std::byte* sums = nullptr;
    std::shared_ptr<SharedReference> shared;  ///< the reference, if other pipelines read it too
    SharedReference::Before before{};         ///< numbers of those of the frames before; 0: not shared
};

}  // namespace vmaf::cuda
