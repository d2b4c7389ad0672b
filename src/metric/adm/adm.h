// adm (detail loss and additive impairment): the plan of a pass, which all backends follow.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "metric/adm/adm_math.h"
#include "metric/metric.h"

namespace vmaf {

extern const Metric kAdm;

namespace adm {

struct Plan {
    ScalePlan scale[kScales];
    int bits;          ///< per sample
    bool skip_scale0;  ///< of scale 0 only the low-pass picture is wanted
    bool additive;     ///< the additive sums are wanted

    /// Throws Error(EINVAL) for a viewing condition that the arithmetic or the CSF's tables don't cover.
    Plan(const OptionValues& options, const PictureFormat& format);
};

/// The gain limits of the registrations that share a pass: each once, and which one a registration uses.
struct GainLimits {
    std::vector<double> distinct;
    std::vector<size_t> of_variant;

    explicit GainLimits(Variants variants);
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

/// The contrast sensitivity at a scale for the horizontal and vertical bands, or the diagonal one. Throws as Plan does.
float contrast_sensitivity(const OptionValues& options, int scale, bool diagonal);

}  // namespace adm
}  // namespace vmaf
