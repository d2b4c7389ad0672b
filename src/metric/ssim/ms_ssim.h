// float_ms_ssim: the similarity of float_ssim over five scales.
#pragma once

#include "metric/metric.h"
#include "metric/ssim/ms_ssim_math.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf {

/// docs/numerics/ms_ssim.md. Floating point with every rounding fixed; sums are integers, so every backend agrees to the
/// bit.
extern const Metric kFloatMsSsim;

namespace ms_ssim {

struct Sums {
    ssim::TermSums<ssim::kFactors> scale[kScales];

    bool operator==(const Sums&) const = default;
};

/// Sizes of the scales.
struct Scales {
    explicit Scales(const PictureFormat& format);

    ssim::Axis x[kScales], y[kScales];
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace ms_ssim
}  // namespace vmaf
