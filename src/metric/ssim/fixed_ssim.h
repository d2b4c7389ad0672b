// ssim: similarity of the luma planes at full size in a sliding window of integers.
#pragma once

#include "metric/metric.h"
#include "metric/ssim/fixed_ssim_math.h"

namespace vmaf {

/// docs/numerics/fixed_ssim.md. Moments are integers; of the similarities in double every rounding is fixed, and sums are
/// integers, so every backend agrees to the bit.
extern const Metric kSsim;

namespace fixed_ssim {

struct Sums {
    WideSum similarity;  ///< of all positions, weighted, in Q34

    bool operator==(const Sums&) const = default;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace fixed_ssim
}  // namespace vmaf
