// The one list of kernel sets: what the library carries for the GPU.
#include <array>

#include "cuda/module.h"

namespace vmaf::cuda {

// One line a metric here and one below: `extern const KernelSet kVifKernels;`

namespace {

constexpr std::array<const KernelSet*, 0> kSets = {};

}  // namespace

std::span<const KernelSet* const> kernel_sets() { return kSets; }

}  // namespace vmaf::cuda
