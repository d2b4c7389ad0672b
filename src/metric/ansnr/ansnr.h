// float_ansnr: the anti-noise signal-to-noise ratio, of pictures that filters have smoothed.
#pragma once

#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/ansnr.md. Floating point with every rounding and every order fixed, the same bits on every backend.
extern const Metric kFloatAnsnr;

namespace ansnr {

struct Sums {
    float signal = 0;  ///< squares of the filtered reference
    float noise = 0;   ///< squares of the filtered pictures' differences

    bool operator==(const Sums&) const = default;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace ansnr
}  // namespace vmaf
