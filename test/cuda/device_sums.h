// Runs a metric's kernels on frames that lie in host memory, without the engine's queues: what kernel tests compare.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "cuda/driver/device.h"
#include "metric/metric.h"

namespace vmaf::test {

/// Sums of each frame, one per variant behind each other, as the CPU's extractor writes them. Frames must be no more than
/// batch_capacity(); they go in one launch. Planes lie in device memory with row padding that differs from picture to picture.
/// `two_steps`: what Extractor::prepare() of another extractor has made of the references is given to this one, which sees no references.
std::vector<std::vector<std::byte>> device_sums(cuda::Device& device, const Metric& metric, Variants variants,
                                                std::span<const FramePictures> frames, bool two_steps = false);

}  // namespace vmaf::test
