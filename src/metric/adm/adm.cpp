// adm: options, features, the plan of a pass, and the scorer that all backends share.
#include "metric/adm/adm.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace vmaf {
namespace adm {

namespace {

constexpr Feature kFeatures[] = {
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

constexpr Option kOptions[] = {
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

/// f in fixed point: cut to an integer, kept modulo 2^16 at scale 0 (0 from 2^31 on), modulo 2^32 at the others.
uint32_t fixed_weight(float f, int scale, int band) {
    const double scaled =
        std::ldexp(static_cast<double>(f), scale == 0 ? Fine::weight_bits(band) : Coarse::weight_bits(band));
    if (scale > 0) return static_cast<uint32_t>(static_cast<int64_t>(scaled));
    return scaled < 2147483648.0 ? static_cast<uint16_t>(static_cast<int32_t>(scaled)) : 0;
}

void set_weights(ScalePlan& plan, const OptionValues& options, int scale) {
    for (int b = 0; b < kBands; b++) {
        plan.csf[b] = contrast_sensitivity(options, scale, b == kDiagonal);
        plan.weight[b] = fixed_weight(plan.csf[b], scale, b);
    }
    const double view = options.real("adm_norm_view_dist") * options.integer("adm_ref_display_height");
    if (scale == 0 && options.integer("adm_csf_mode") == 0 && std::fabs(view - 3240) < 1e-8) {
        plan.weight[kHorizontal] = plan.weight[kVertical] = 36453;
        plan.weight[kDiagonal] = 49417;
    }
}

ScalePlan make_scale(int w, int h, int scale) {
    ScalePlan plan{};
    plan.w = w, plan.h = h;
    plan.left = inner_begin(w), plan.right = w - plan.left;
    plan.top = inner_begin(h), plan.bottom = h - plan.top;
    const int inner_w = plan.right - plan.left, inner_h = plan.bottom - plan.top;
    for (int b = 0; b < kBands; b++)
        plan.cube_shift[b] = scale > 0 ? ceil_log2(w) : std::max(0, ceil_log2(w) - (b == kDiagonal ? 3 : 4));
    plan.row_shift = ceil_log2(h);
    plan.energy_square_shift = scale == 2 ? 30 : 31;
    plan.energy_cube_shift = scale > 0 ? ceil_log2(inner_w) : 0;
    plan.energy_row_shift =
        scale > 0 ? ceil_log2(inner_h)
                  : std::max(0, ceil_log2(static_cast<uint32_t>(inner_w) * static_cast<uint32_t>(inner_h)) - 20);
    return plan;
}

float cube_root(float x) { return std::pow(x, 1.0f / 3.0f); }

/// Section 9.
class AdmScorer final : public Scorer {
 public:
    AdmScorer(const OptionValues& options, const PictureFormat& format)
        : options_(options),
          plan_(options, format),
          limit_(1e-10 * (static_cast<double>(format.w) * format.h) / (1920.0 * 1080.0)) {}

    void score(unsigned frame, const std::byte* bytes, ScoreSink& out) override {
        const auto sums = load_sums<Sums>(bytes);
        float num[kScales] = {}, den[kScales] = {};
        double num_sum = 0, den_sum = 0, additive_sum = 0;
        for (int s = 0; s < kScales; s++) {
            const bool skipped = s == 0 && plan_.skip_scale0;
            num[s] = skipped ? 0 : masked(s, sums.scale[s].restored, noise(s));
            den[s] = skipped ? 1e-10f : reference(s, sums.scale[s].reference);
            num_sum += num[s];
            den_sum += den[s];
            if (plan_.additive && !skipped) additive_sum += masked(s, sums.scale[s].additive, 0);
        }
        if (num_sum < limit_) num_sum = 0;
        if (den_sum < limit_) den_sum = 0;
        const double adm2 = den_sum == 0 ? 1 : num_sum / den_sum, aim = den_sum == 0 ? 0 : additive_sum / den_sum;
        const double share = options_.real("adm_dlm_weight"), least = options_.real("adm_min_val");
        const double adm3 = adm2 * share + (1 - aim) * (1 - share);

        out.set(frame, kAdm2, adm2);
        out.set(frame, kAim, aim);
        out.set(frame, kAdm3, adm3 > least ? adm3 : least);
        for (int s = 0; s < kScales; s++) out.set(frame, kScale0 + s, static_cast<double>(num[s]) / den[s]);
        if (!options_.flag("debug")) return;
        size_t feature = kDebug;
        for (const double value : {adm2, num_sum, den_sum}) out.set(frame, feature++, value);
        for (int s = 0; s < kScales; s++)
            for (const double value : {num[s], den[s]}) out.set(frame, feature++, value);
    }

 private:
    /// What the noise weight adds to every band of scale s.
    float noise(int s) const {
        const ScalePlan& scale = plan_.scale[s];
        const double area = (scale.bottom - scale.top) * (scale.right - scale.left);
        return cube_root(static_cast<float>(area * options_.real("adm_noise_weight")));
    }

    float masked(int s, const int64_t (&sums)[kBands], float noise) const {
        static constexpr int kCoarseBits[kScales] = {0, 45, 39, 36};
        const ScalePlan& scale = plan_.scale[s];
        float total = 0;
        for (int b = 0; b < kBands; b++) {
            const int bits = s > 0 ? kCoarseBits[s] : b == kDiagonal ? 57 : 52;
            const int exponent = scale.cube_shift[b] + scale.row_shift - bits;
            // The coarse scales round to float before they scale, the fine one after.
            const float value = s > 0 ? std::ldexp(static_cast<float>(sums[b]), exponent)
                                      : static_cast<float>(std::ldexp(static_cast<double>(sums[b]), exponent));
            total += cube_root(value) + noise;
        }
        return total;
    }

    float reference(int s, const uint64_t (&sums)[kBands]) const {
        static constexpr int kBits[kScales] = {18, 32, 27, 23};
        const ScalePlan& scale = plan_.scale[s];
        float total = 0;
        for (int b = 0; b < kBands; b++) {
            const double energy =
                std::ldexp(static_cast<double>(sums[b]), scale.energy_cube_shift + scale.energy_row_shift - kBits[s]);
            total +=
                cube_root(static_cast<float>(energy * std::pow(static_cast<double>(scale.csf[b]), 3.0))) + noise(s);
        }
        return total;
    }

    const OptionValues options_;
    const Plan plan_;
    const double limit_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<AdmScorer>(options, format);
}

void check(const OptionValues& options, const PictureFormat& format) { Plan(options, format); }

}  // namespace

Plan::Plan(const OptionValues& options, const PictureFormat& format)
    : bits(static_cast<int>(format.bpc)),
      skip_scale0(options.flag("adm_skip_scale0")),
      additive(!options.flag("adm_skip_aim")) {
    const double distance = options.real("adm_norm_view_dist");
    const int height = options.integer("adm_ref_display_height");
    if (distance * height < 3240)
        fail(EINVAL, "adm: adm_norm_view_dist ", distance, " times adm_ref_display_height ", height, " is ",
             distance * height,
             ", below 3240; nearer viewing would overflow the 16-bit wavelet bands: raise one of the two");
    int w = static_cast<int>(format.w), h = static_cast<int>(format.h);
    for (int s = 0; s < kScales; s++) {
        w = (w + 1) / 2, h = (h + 1) / 2;
        scale[s] = make_scale(w, h, s);
        set_weights(scale[s], options, s);
    }
}

GainLimits::GainLimits(Variants variants) {
    for (const OptionValues& options : variants) {
        const double gain = options.real("adm_enhn_gain_limit");
        const auto known = std::find(distinct.begin(), distinct.end(), gain);
        of_variant.push_back(known - distinct.begin());
        if (known == distinct.end()) distinct.push_back(gain);
    }
}

}  // namespace adm

const Metric kAdm = {
    .name = "adm",
    .features = adm::kFeatures,
    .options = adm::kOptions,
    .sums_size = sizeof(adm::Sums),
    .check = adm::check,
    .make_scalar = adm::make_scalar,
    .make_simd = kHaveSimd ? adm::make_simd : nullptr,
    .make_cuda = kHaveCuda ? adm::make_cuda : nullptr,
    .kernels = kHaveCuda ? &adm::kKernels : nullptr,
    .make_scorer = adm::make_scorer,
};

}  // namespace vmaf
