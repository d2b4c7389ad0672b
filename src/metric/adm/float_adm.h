// float_adm: detail loss and additive impairment on floats, with options for the exponent, the weights and the masking.
#pragma once

#include <vector>

#include "metric/adm/adm.h"
#include "metric/adm/float_adm_math.h"
#include "metric/float/samples.h"

namespace vmaf {

/// docs/numerics/float_adm.md. Floating point with every rounding and every order fixed, the same bits on every backend.
extern const Metric kFloatAdm;

namespace float_adm {

/// Of one scale, by band.
struct ScaleSums {
    float reference[kBands] = {}, restored[kBands] = {}, additive[kBands] = {};

    bool operator==(const ScaleSums&) const = default;
};

/// Scale 0 is 0 with adm_skip_scale0.
struct Sums {
    ScaleSums scale[kScales];

    bool operator==(const Sums&) const = default;
};

/// One scale of a given picture size and viewing condition.
struct ScalePlan {
    int source_w, source_h;        ///< of what the wavelet is taken of
    int w, h;                      ///< of the bands
    int left, top, right, bottom;  ///< the region that is summed
    float weight[kBands];
};

/// What a pass knows before its first frame. Made on the host, once.
struct Plan {
    Plan(const OptionValues& options, const PictureFormat& format);

    int first_scale() const { return skip_scale0 ? 1 : 0; }

    ScalePlan scale[kScales];
    SampleScale samples;
    Power power;
    bool skip_scale0, masks;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors, for adm_p_norm 3; defined where the build has vector code. Null: none for `cpu` or for these options.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace float_adm
}  // namespace vmaf
