// psnr_hvs: errors of 8x8 cosine transforms as the eye sees them, of all planes.
#pragma once

#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/psnr_hvs.md. Floating point with every rounding and the order of every sum fixed, so every backend agrees to
/// the bit.
extern const Metric kPsnrHvs;

namespace psnr_hvs {

struct Sums {
    float error[3] =
        {};  ///< terms of each plane, added in the order of the picture; 0 for planes that the format lacks

    bool operator==(const Sums&) const = default;
};

/// The terms of plane p of both pictures, added in the order of the picture.
using PlaneSum = float (*)(const FramePictures& frame, unsigned p);

/// The pass on the CPU, whose loops over blocks are a parameter.
std::unique_ptr<Extractor> make_extractor(Variants variants, PlaneSum plane_sum);
/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace psnr_hvs
}  // namespace vmaf
