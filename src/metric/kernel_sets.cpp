// The one list of kernel sets: what the library carries for the GPU.
#include "cuda/driver/module.h"

namespace vmaf::cuda {

// One line a metric here and one below.
extern const KernelSet kAdmKernels;
extern const KernelSet kMotionKernels;
extern const KernelSet kPsnrKernels;
extern const KernelSet kSsimKernels;
extern const KernelSet kVifKernels;

namespace {

constexpr const KernelSet* kSets[] = {
    &kAdmKernels, &kMotionKernels, &kPsnrKernels, &kSsimKernels, &kVifKernels,
};

}  // namespace

std::span<const KernelSet* const> kernel_sets() { return kSets; }

}  // namespace vmaf::cuda
