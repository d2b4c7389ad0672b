// NAME: the sum of absolute differences of luma. REPLACE: one sentence on what the metric measures.
#pragma once

#include <cstdint>

#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/NAME.md. REPLACE: 'Integer, exact on every backend.' or what holds instead.
extern const Metric kName;

namespace NAME {

// REPLACE: what a frame's pixels leave for the scorer.
struct Sums {
    uint64_t sad = 0;  ///< absolute differences of all luma samples, in steps of the depth

    bool operator==(const Sums&) const = default;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
@with simd
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
@end
@with cuda
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;
@end

}  // namespace NAME
}  // namespace vmaf
