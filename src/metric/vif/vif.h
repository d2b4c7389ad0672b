// What every backend of the vif metric fills: integer sums per scale, and which of them the registered variants need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "metric/metric.h"

namespace vmaf {

extern const Metric kVif;

namespace vif {

inline constexpr int kScales = 4;

/// Sums over the pixels of one scale; docs/numerics/vif.md defines each.
struct ScaleSums {
    int64_t num_log = 0;          ///< Q11
    int64_t den_log = 0;          ///< Q11
    int64_t flat = 0;             ///< pixels
    int64_t flat_distortion = 0;  ///< Q16

    bool operator==(const ScaleSums&) const = default;
};

struct Sums {
    ScaleSums scale[kScales];

    bool operator==(const Sums&) const = default;
};

/// Sums of one scale over all variants: these differ in the gain limit alone, and that in num_log alone.
struct SharedSums {
    int64_t den_log = 0, flat = 0, flat_distortion = 0;
    std::vector<int64_t> num_log;  ///< by gain limit
};

/// Options that float_vif has, too.
inline constexpr std::string_view kGainLimit = "vif_enhn_gain_limit", kSkipScale0 = "vif_skip_scale0";

/// What one pass computes for a set of variants, of vif or float_vif.
class Plan {
 public:
    explicit Plan(Variants variants);

    /// The distinct gain limits of the variants.
    const std::vector<double>& gain_limits() const { return gain_limits_; }
    /// 1 if every variant skips scale 0.
    int first_scale() const { return first_scale_; }
    size_t variants() const { return variants_.size(); }

    struct Variant {
        size_t gain_limit;  ///< index into gain_limits()
        bool skip_scale0;
    };
    Variant variant(size_t i) const { return variants_[i]; }

    /// Sums of variant `i` from those of the pass.
    Sums variant_sums(size_t i, const SharedSums (&shared)[kScales]) const;

 private:
    std::vector<double> gain_limits_;
    std::vector<Variant> variants_;
    int first_scale_ = 1;
};

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace vif
}  // namespace vmaf
