// The one list of kernel sets: what the library carries for the GPU.
#include "cuda/module.h"

namespace vmaf::cuda {

// One line a metric here and one below.
extern const KernelSet kAdmKernels;

namespace {

constexpr const KernelSet* kSets[] = {&kAdmKernels};

}  // namespace

std::span<const KernelSet* const> kernel_sets() { return kSets; }

}  // namespace vmaf::cuda
