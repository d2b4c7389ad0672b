// adm (detail loss and additive impairment): its options, features, and the plan of a pass, which all backends follow.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "metric/adm/adm_math.h"
#include "metric/metric.h"

namespace vmaf {

extern const Metric kAdm;

namespace adm {

inline constexpr Feature kFeatures[] = {
    {"VMAF_integer_feature_adm2_score"},
    {"VMAF_integer_feature_aim_score"},
    {"VMAF_integer_feature_adm3_score"},
    {"integer_adm_scale0"},
    {"integer_adm_scale1"},
    {"integer_adm_scale2"},
    {"integer_adm_scale3"},
    {"integer_adm"},
    {"integer_adm_num"},
    {"integer_adm_den"},
    {"integer_adm_num_scale0"},
    {"integer_adm_den_scale0"},
    {"integer_adm_num_scale1"},
    {"integer_adm_den_scale1"},
    {"integer_adm_num_scale2"},
    {"integer_adm_den_scale2"},
    {"integer_adm_num_scale3"},
    {"integer_adm_den_scale3"},
};
/// Indexes into kFeatures; the debug values follow each other from kDebug on.
enum : size_t { kAdm2, kAim, kAdm3, kScale0, kDebug = 7 };

inline constexpr Option kOptions[] = {
    {.name = "debug", .help = "deliver numerators and denominators too", .scope = Option::Scope::kVariant},
    {.name = "adm_csf_scale",
     .alias = "scf",
     .help = "factor on the horizontal and vertical CSF weights (mode 1)",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0,
     .max = 50,
     .in_name = true},
    {.name = "adm_csf_diag_scale",
     .alias = "scfd",
     .help = "factor on the diagonal CSF weight (mode 1)",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0,
     .max = 50,
     .in_name = true},
    {.name = "adm_dlm_weight",
     .alias = "dlmw",
     .help = "share of detail loss in adm3; 1 leaves additive impairment out",
     .type = Option::Type::kReal,
     .number = 0.5,
     .min = 0,
     .max = 1,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "adm_enhn_gain_limit",
     .alias = "egl",
     .help = "gain up to which enhanced detail counts as restored; 1 credits none",
     .type = Option::Type::kReal,
     .number = 100,
     .min = 1,
     .max = 100,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "adm_norm_view_dist",
     .alias = "nvd",
     .help = "viewing distance in heights of the display",
     .type = Option::Type::kReal,
     .number = 3,
     .min = 0.75,
     .max = 24,
     .in_name = true},
    {.name = "adm_ref_display_height",
     .alias = "rdh",
     .help = "height of the display in pixels",
     .type = Option::Type::kInt,
     .number = 1080,
     .min = 1,
     .max = 4320,
     .in_name = true},
    {.name = "adm_csf_mode",
     .alias = "csf",
     .help =
         "contrast sensitivity: 0 Watson 1997, 1 Barten, 2 blend of both, 3 blend fitted to the mean absolute error",
     .type = Option::Type::kInt,
     .number = 0,
     .min = 0,
     .max = 3,
     .in_name = true},
    {.name = "adm_noise_weight",
     .alias = "nw",
     .help = "weight of the constant that keeps flat pictures from dividing by zero",
     .type = Option::Type::kReal,
     .number = 0.03125,
     .min = 0,
     .max = 1500,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "adm_skip_aim", .help = "leave additive impairment out: aim is 0"},
    {.name = "adm_skip_scale0", .alias = "ssz", .help = "leave the finest scale out", .in_name = true},
    {.name = "adm_min_val",
     .alias = "min",
     .help = "least value of adm3",
     .type = Option::Type::kReal,
     .number = 0,
     .min = 0,
     .max = 1,
     .in_name = true,
     .scope = Option::Scope::kVariant},
};

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
