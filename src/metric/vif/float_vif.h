// float_vif: visual information fidelity on floats, with options for the filters' size, the picture's and the noise.
#pragma once

#include <vector>

#include "metric/float/resampling.h"
#include "metric/float/samples.h"
#include "metric/vif/float_vif_math.h"
#include "metric/vif/vif.h"

namespace vmaf {

/// docs/numerics/float_vif.md. Floating point with every rounding and every order fixed, the same bits on every backend.
extern const Metric kFloatVif;

namespace float_vif {

using vif::kScales;

struct Sums {
    float num[kScales] = {}, den[kScales] = {};

    bool operator==(const Sums&) const = default;
};

/// Sums of one scale over all variants: these differ in the gain limit alone, and that in num alone.
struct SharedSums {
    float den = 0;
    std::vector<float> num;  ///< by gain limit
};

struct Size {
    int w = 0, h = 0;

    bool operator==(const Size&) const = default;
};

/// What a pass knows before its first frame. Made on the host, once.
struct Plan {
    /// The variants' formats have been checked.
    Plan(Variants variants, const PictureFormat& format);

    bool resamples() const { return source != size[0]; }
    /// Sums of variant `i` from those of the pass.
    Sums variant_sums(size_t i, const SharedSums (&shared)[kScales]) const;
    void store(const SharedSums (&shared)[kScales], std::byte* out) const;

    vif::Plan variants;
    std::vector<float> gain_limits;
    SampleScale samples;
    Size source, size[kScales];
    Resampling resampling;
    std::vector<float> filter[kScales];
    Noise noise;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace float_vif
}  // namespace vmaf
