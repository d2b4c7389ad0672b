// float_adm: options, features, the plan of a pass, and the scorer that all backends share.
#include "metric/adm/float_adm.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "metric/adm/adm_csf.h"

namespace vmaf {
namespace float_adm {
namespace {

constexpr Feature kFeatures[] = {
    {"VMAF_feature_adm2_score"},
    {"VMAF_feature_aim_score"},
    {"VMAF_feature_adm3_score"},
    {"VMAF_feature_adm_scale0_score"},
    {"VMAF_feature_adm_scale1_score"},
    {"VMAF_feature_adm_scale2_score"},
    {"VMAF_feature_adm_scale3_score"},
    {.name = "adm", .suffixed = false},
    {"adm_num"},
    {"adm_den"},
    {"adm_num_scale0"},
    {"adm_den_scale0"},
    {"adm_num_scale1"},
    {"adm_den_scale1"},
    {"adm_num_scale2"},
    {"adm_den_scale2"},
    {"adm_num_scale3"},
    {"adm_den_scale3"},
};
/// Indexes into kFeatures; the debug values follow each other from kDebug on.
enum : size_t { kAdm2, kAim, kAdm3, kScale0, kDebug = 7 };

constexpr Option real_option(std::string_view name, std::string_view alias, std::string_view help, double number,
                             double min, double max, Option::Scope scope = Option::Scope::kPass) {
    return {.name = name,
            .alias = alias,
            .help = help,
            .type = Option::Type::kReal,
            .number = number,
            .min = min,
            .max = max,
            .in_name = true,
            .scope = scope};
}

constexpr Option int_option(std::string_view name, std::string_view alias, std::string_view help, int number, int min,
                            int max, Option::Scope scope = Option::Scope::kPass) {
    Option option = real_option(name, alias, help, number, min, max, scope);
    option.type = Option::Type::kInt;
    return option;
}

/// Weights that replace the contrast sensitivity's, by scale: of the horizontal and vertical bands, of the diagonal one.
constexpr std::string_view kStraightWeights[] = {"adm_f1s0", "adm_f1s1", "adm_f1s2", "adm_f1s3"},
                           kDiagonalWeights[] = {"adm_f2s0", "adm_f2s1", "adm_f2s2", "adm_f2s3"};

constexpr Option weight_option(std::string_view name) {
    return real_option(name, name.substr(4), "weight of these bands in place of the contrast sensitivity; -1: none", -1,
                       -1, 10);
}

constexpr Option kOptions[] = {
    {.name = "debug", .help = "deliver numerators and denominators too", .scope = Option::Scope::kVariant},
    real_option("adm_enhn_gain_limit", "egl", "gain up to which enhanced detail counts as restored; 1 credits none",
                100, 1, 100, Option::Scope::kVariant),
    real_option("adm_norm_view_dist", "nvd", "viewing distance in heights of the display", 3, 0.75, 24),
    real_option("adm_noise_weight", "nw", "weight of the constant that keeps flat pictures from dividing by zero",
                0.03125, 0, 1500, Option::Scope::kVariant),
    real_option("adm_csf_scale", "scf", "factor on the horizontal and vertical CSF weights (mode 1)", 1, 0, 50),
    real_option("adm_csf_diag_scale", "scfd", "factor on the diagonal CSF weight (mode 1)", 1, 0, 50),
    int_option("adm_ref_display_height", "rdf", "height of the display in pixels", 1080, 1, 4320),
    int_option("adm_csf_mode", "csf", "contrast sensitivity: 1 Barten, 2 Li, others Watson 1997", 0, 0, 9),
    int_option("adm_bypass_cm", "bcm", "1: no contrast masking", 0, 0, 1),
    {.name = "adm_adm3_apply_hm",
     .alias = "aah",
     .help = "adm3 is the harmonic mean of adm2 and aim",
     .in_name = true,
     .scope = Option::Scope::kVariant},
    real_option("adm_p_norm", "apn", "exponent under which contrasts are added up", 3, 1, 20),
    real_option("adm_dlm_weight", "dlmw", "share of detail loss in adm3; 1 leaves additive impairment out", 0.5, 0, 1,
                Option::Scope::kVariant),
    real_option("adm_min_val", "min", "least value of adm3", 0, 0, 1, Option::Scope::kVariant),
    weight_option(kStraightWeights[0]),
    weight_option(kStraightWeights[1]),
    weight_option(kStraightWeights[2]),
    weight_option(kStraightWeights[3]),
    weight_option(kDiagonalWeights[0]),
    weight_option(kDiagonalWeights[1]),
    weight_option(kDiagonalWeights[2]),
    weight_option(kDiagonalWeights[3]),
    int_option("adm_skip_aim_scale", "sasc", "scale that aim leaves out; -1: none", -1, 0, 3, Option::Scope::kVariant),
    {.name = "adm_skip_scale0", .alias = "ssz", .help = "leave the finest scale out", .in_name = true},
};

/// Li et al. 2011.
float li(int scale, bool diagonal, const adm::View& view) {
    auto frequency = static_cast<float>(view.pixels_per_degree() / std::ldexp(1.0, scale + 1));
    if (diagonal) frequency = static_cast<float>(frequency / 0.7);
    const auto f = static_cast<double>(frequency);
    return static_cast<float>((0.31 + 0.69 * f) * std::exp(-0.29 * f));
}

float weight_of(const OptionValues& options, int scale, bool diagonal) {
    const double fixed = options.real(diagonal ? kDiagonalWeights[scale] : kStraightWeights[scale]);
    if (fixed >= 0) return static_cast<float>(fixed);
    const adm::View view{options.real("adm_norm_view_dist"), options.integer("adm_ref_display_height")};
    switch (options.integer("adm_csf_mode")) {
        case 1: return adm::barten(scale, options.real(diagonal ? "adm_csf_diag_scale" : "adm_csf_scale"), view);
        case 2: return li(scale, diagonal, view);
        default: return adm::watson(scale, diagonal, view);
    }
}

/// Section 6.
class AdmScorer final : public Scorer {
 public:
    AdmScorer(const OptionValues& options, const PictureFormat& format)
        : options_(options),
          plan_(options, format),
          root_(static_cast<float>(1.0 / options.real("adm_p_norm"))),
          limit_(1e-10 * (static_cast<double>(format.w) * format.h) / (1920.0 * 1080.0)) {}

    void score(unsigned frame, const std::byte* bytes, ScoreSink& out) override {
        const auto sums = load_sums<Sums>(bytes);
        float num[kScales] = {}, den[kScales] = {};
        double num_sum = 0, den_sum = 0, additive_sum = 0, additive_den = 0;
        for (int s = 0; s < kScales; s++) {
            const bool skipped = s < plan_.first_scale();
            const double weight = options_.real("adm_noise_weight");
            num[s] = skipped ? 0 : total(s, sums.scale[s].restored, weight);
            den[s] = skipped ? 1e-10f : total(s, sums.scale[s].reference, weight);
            num_sum += static_cast<double>(num[s]);
            den_sum += static_cast<double>(den[s]);
            if (s == options_.integer("adm_skip_aim_scale")) continue;
            additive_den += static_cast<double>(den[s]);
            if (!skipped) additive_sum += static_cast<double>(total(s, sums.scale[s].additive, 0));
        }
        if (num_sum < limit_) num_sum = 0;
        if (den_sum < limit_) den_sum = 0;
        const double ratio = additive_sum / additive_den;
        const double adm2 = den_sum == 0 ? 1 : num_sum / den_sum, aim = den_sum == 0 ? 0 : ratio < 1 ? ratio : 1;

        out.set(frame, kAdm2, adm2);
        out.set(frame, kAim, aim);
        out.set(frame, kAdm3, combined(adm2, aim));
        for (int s = 0; s < kScales; s++)
            out.set(frame, kScale0 + static_cast<size_t>(s), static_cast<double>(num[s]) / static_cast<double>(den[s]));
        if (!options_.flag("debug")) return;
        size_t feature = kDebug;
        for (const double value : {adm2, num_sum, den_sum}) out.set(frame, feature++, value);
        for (int s = 0; s < kScales; s++)
            for (const float value : {num[s], den[s]}) out.set(frame, feature++, static_cast<double>(value));
    }

 private:
    float root(float x) const { return std::pow(x, root_); }

    float total(int s, const float (&sums)[kBands], double noise_weight) const {
        const ScalePlan& scale = plan_.scale[s];
        const int area = (scale.bottom - scale.top) * (scale.right - scale.left);
        const float noise = root(static_cast<float>(area * noise_weight));
        float sum = root(sums[0]) + noise;
        for (int b = 1; b < kBands; b++) sum += root(sums[b]) + noise;
        return sum;
    }

    double combined(double adm2, double aim) const {
        const double share = options_.real("adm_dlm_weight"), least = options_.real("adm_min_val");
        const double value =
            options_.flag("adm_adm3_apply_hm") ? 2 * adm2 * aim / (adm2 + aim) : adm2 * share + (1 - aim) * (1 - share);
        return value > least ? value : least;
    }

    const OptionValues options_;
    const Plan plan_;
    const float root_;
    const double limit_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<AdmScorer>(options, format);
}

}  // namespace

Plan::Plan(const OptionValues& options, const PictureFormat& format)
    : samples(format.bpc, 128),
      power{static_cast<float>(options.real("adm_p_norm"))},
      skip_scale0(options.flag("adm_skip_scale0")),
      masks(options.integer("adm_bypass_cm") == 0) {
    int w = static_cast<int>(format.w), h = static_cast<int>(format.h);
    for (int s = 0; s < kScales; s++) {
        ScalePlan& plan = scale[s];
        plan.source_w = w, plan.source_h = h;
        plan.w = w = (w + 1) / 2, plan.h = h = (h + 1) / 2;
        plan.left = adm::inner_begin(w), plan.right = w - plan.left;
        plan.top = adm::inner_begin(h), plan.bottom = h - plan.top;
        for (int b = 0; b < kBands; b++) plan.weight[b] = weight_of(options, s, b == kDiagonal);
    }
}

}  // namespace float_adm

const Metric kFloatAdm = {
    .name = "float_adm",
    .features = float_adm::kFeatures,
    .options = float_adm::kOptions,
    .sums_size = sizeof(float_adm::Sums),
    .make_scalar = float_adm::make_scalar,
    .make_simd = kHaveSimd ? float_adm::make_simd : nullptr,
    .make_cuda = kHaveCuda ? float_adm::make_cuda : nullptr,
    .kernels = kHaveCuda ? &float_adm::kKernels : nullptr,
    .make_scorer = float_adm::make_scorer,
};

}  // namespace vmaf
