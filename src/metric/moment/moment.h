// float_moment: the first and the second moment of luma, of each picture by itself.
#pragma once

#include <cstdint>

#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/moment.md. Integer, exact on every backend.
extern const Metric kFloatMoment;

namespace moment {

/// Of a picture's luma, in steps of its depth.
struct Moments {
    uint64_t samples = 0, squares = 0;  ///< sums

    bool operator==(const Moments&) const = default;
};

struct Sums {
    Moments ref, dis;

    bool operator==(const Sums&) const = default;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace moment
}  // namespace vmaf
