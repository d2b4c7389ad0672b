// ssimulacra2: visible differences over six scales, as libjxl's tool of that name.
#pragma once

#include "metric/colour/conversion.h"
#include "metric/metric.h"
#include "metric/ssimulacra2/ssimulacra2_sums.h"

namespace vmaf {

/// docs/numerics/ssimulacra2.md. Floating point with every rounding fixed; the sums are exact, so every backend agrees to the bit.
extern const Metric kSsimulacra2;

namespace ssimulacra2 {

struct Size {
    int w, h;
};

/// The scales of a format and what is computed in each.
struct Scales {
    explicit Scales(const PictureFormat& format);

    /// Of the first weight of component c in scale s.
    int first_weight(int s, int c) const { return (c * count + s) * kTerms; }
    MapSet maps(int s, int c) const;

    int count = 0;
    Size size[kScales] = {};
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace ssimulacra2
}  // namespace vmaf
