// float_ssim: similarity of the decimated luma planes in a sliding Gaussian window.
#pragma once

#include <cstdint>

#include "metric/metric.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf {

/// docs/numerics/ssim.md. Floating point with every rounding fixed; sums are integers, so every backend agrees to the
/// bit.
extern const Metric kFloatSsim;

namespace ssim {

using Sums = TermSums<kFactorsAndSsim>;

struct Geometry {
    Geometry(const OptionValues& options, const PictureFormat& format);

    int scale = 1;
    Axis x, y;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace ssim
}  // namespace vmaf
