// The toy metric as the engine sees one.
#pragma once

#include <ostream>

#include "cuda/driver/module.h"
#include "metric/metric.h"

namespace vmaf::test {

struct ToySums {
    uint64_t difference, gradient, motion, wobble;
    bool operator==(const ToySums&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const ToySums& s) {
    return out << s.difference << '/' << s.gradient << '/' << s.motion << '/' << s.wobble;
}

/// What the toy reads of earlier frames.
inline constexpr unsigned kToyNeeds = kPreviousRef2 | kPreviousDis;

extern const Metric kToy;
extern const cuda::KernelSet kToyKernels;

}  // namespace vmaf::test
