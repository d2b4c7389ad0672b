// The vif metric: options, features, what a pass computes for its variants, and the scorer that all backends share.
#include "metric/vif/vif.h"

#include <algorithm>

#include "metric/vif/vif_math.h"

namespace vmaf {
namespace vif {
namespace {

constexpr Feature kFeatures[] = {
    {"VMAF_integer_feature_vif_scale0_score"},
    {"VMAF_integer_feature_vif_scale1_score"},
    {"VMAF_integer_feature_vif_scale2_score"},
    {"VMAF_integer_feature_vif_scale3_score"},
    {"integer_vif"},
    {"integer_vif_num"},
    {"integer_vif_den"},
    {"integer_vif_num_scale0"},
    {"integer_vif_den_scale0"},
    {"integer_vif_num_scale1"},
    {"integer_vif_den_scale1"},
    {"integer_vif_num_scale2"},
    {"integer_vif_den_scale2"},
    {"integer_vif_num_scale3"},
    {"integer_vif_den_scale3"},
};
/// Indexes into kFeatures; a scale's score is at its own number.
constexpr size_t kWhole = 4, kWholeNum = 5, kWholeDen = 6, kNumDen = 7;

constexpr std::string_view kDebug = "debug";

constexpr Option kOptions[] = {
    {.name = kDebug,
     .help = "also deliver the overall score and every scale's numerator and denominator",
     .scope = Option::Scope::kVariant},
    {.name = kGainLimit,
     .alias = "egl",
     .help = "most that the score credits for enhancement: a bound on the local gain; 1 credits none",
     .type = Option::Type::kReal,
     .number = 100,
     .min = 1,
     .max = 100,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = kSkipScale0,
     .alias = "ssclz",
     .help = "leave out the full-resolution scale",
     .in_name = true,
     .scope = Option::Scope::kVariant},
};

struct Ratio {
    float num, den;
    double value() const { return den == 0 ? 1.0 : static_cast<double>(num / den); }
};

Ratio scale_ratio(const ScaleSums& s) {
    const double flat = static_cast<double>(s.flat);
    const double flat_num = flat - static_cast<double>(s.flat_distortion) / 16384.0 / 65025.0;
    return {static_cast<float>(static_cast<double>(s.num_log) / kLogFraction + flat_num),
            static_cast<float>(static_cast<double>(s.den_log) / kLogFraction + flat)};
}

class VifScorer final : public Scorer {
 public:
    explicit VifScorer(const OptionValues& options)
        : debug_(options.flag(kDebug)), skip_scale0_(options.flag(kSkipScale0)) {}

    void score(unsigned frame, const std::byte* bytes, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(bytes);
        Ratio scale[kScales];
        for (int s = 0; s < kScales; s++) {
            scale[s] = scale_ratio(sums.scale[s]);
            out.set(frame, s, s == 0 && skip_scale0_ ? 0.0 : scale[s].value());
        }
        if (debug_) score_details(frame, scale, out);
    }

 private:
    void score_details(unsigned frame, const Ratio (&scale)[kScales], ScoreSink& out) const {
        double num = 0, den = 0;
        for (int s = skip_scale0_; s < kScales; s++) {
            num += static_cast<double>(scale[s].num);
            den += static_cast<double>(scale[s].den);
        }
        out.set(frame, kWhole, den == 0 ? 1.0 : num / den);
        out.set(frame, kWholeNum, num);
        out.set(frame, kWholeDen, den);
        for (int s = 0; s < kScales; s++) {
            const bool skipped = s == 0 && skip_scale0_;
            out.set(frame, kNumDen + 2 * s, skipped ? 0.0 : static_cast<double>(scale[s].num));
            out.set(frame, kNumDen + 2 * s + 1, skipped ? -1.0 : static_cast<double>(scale[s].den));
        }
    }

    bool debug_, skip_scale0_;
};

}  // namespace

Plan::Plan(Variants variants) {
    for (const OptionValues& options : variants) {
        const double limit = options.real(kGainLimit);
        const auto found = std::find(gain_limits_.begin(), gain_limits_.end(), limit);
        variants_.push_back({static_cast<size_t>(found - gain_limits_.begin()), options.flag(kSkipScale0)});
        if (found == gain_limits_.end()) gain_limits_.push_back(limit);
        if (!options.flag(kSkipScale0)) first_scale_ = 0;
    }
}

Sums Plan::variant_sums(size_t i, const SharedSums (&shared)[kScales]) const {
    Sums sums;
    for (int s = variants_[i].skip_scale0; s < kScales; s++)
        sums.scale[s] = {shared[s].num_log[variants_[i].gain_limit], shared[s].den_log, shared[s].flat,
                         shared[s].flat_distortion};
    return sums;
}

}  // namespace vif

constexpr Metric kVif = {
    .name = "vif",
    .features = vif::kFeatures,
    .options = vif::kOptions,
    .sums_size = sizeof(vif::Sums),
    .make_scalar = vif::make_scalar,
    .make_simd = kHaveSimd ? vif::make_simd : nullptr,
    .make_cuda = kHaveCuda ? vif::make_cuda : nullptr,
    .kernels = kHaveCuda ? &vif::kKernels : nullptr,
    .make_scorer = [](const OptionValues& options, const PictureFormat&) -> std::unique_ptr<Scorer> {
        return std::make_unique<vif::VifScorer>(options);
    },
};

}  // namespace vmaf
