// The toy metric as the engine sees one.
#pragma once

#include "cuda/module.h"
#include "feature/metric.h"

namespace vmaf::test {

struct ToySums {
    uint64_t difference, gradient, motion;
    bool operator==(const ToySums&) const = default;
};

extern const Metric kToy;
extern const cuda::KernelSet kToyKernels;

}  // namespace vmaf::test
