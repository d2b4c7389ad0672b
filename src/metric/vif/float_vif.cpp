// The float_vif metric: options, features, what a pass knows, and the scorer that all backends share.
#include "metric/vif/float_vif.h"

#include <cerrno>

#include "base/error.h"
#include "metric/float/gaussian.h"

namespace vmaf {
namespace float_vif {
namespace {

constexpr Feature kFeatures[] = {
    {"VMAF_feature_vif_scale0_score"},
    {"VMAF_feature_vif_scale1_score"},
    {"VMAF_feature_vif_scale2_score"},
    {"VMAF_feature_vif_scale3_score"},
    {"vif"},
    {"vif_num"},
    {"vif_den"},
    {"vif_num_scale0"},
    {"vif_den_scale0"},
    {"vif_num_scale1"},
    {"vif_den_scale1"},
    {"vif_num_scale2"},
    {"vif_den_scale2"},
    {"vif_num_scale3"},
    {"vif_den_scale3"},
};
/// Indexes into kFeatures; a scale's score is at its own number.
constexpr size_t kWhole = 4, kWholeNum = 5, kWholeDen = 6, kNumDen = 7;

constexpr std::string_view kDebug = "debug", kKernelScale = "vif_kernelscale", kPrescale = "vif_prescale",
                           kPrescaleMethod = "vif_prescale_method", kNoiseVariance = "vif_sigma_nsq";
/// Of scales 1 to 3.
constexpr std::string_view kLeast[] = {"vif_scale1_min_val", "vif_scale2_min_val", "vif_scale3_min_val"};

constexpr Option least_option(int scale, std::string_view alias) {
    return {.name = kLeast[scale - 1],
            .alias = alias,
            .help = "lower bound of this scale's score",
            .type = Option::Type::kReal,
            .number = 0,
            .min = 0,
            .max = 1,
            .in_name = true,
            .scope = Option::Scope::kVariant};
}

constexpr Option kOptions[] = {
    {.name = kDebug,
     .help = "also deliver the overall score and every scale's numerator and denominator",
     .scope = Option::Scope::kVariant},
    {.name = vif::kGainLimit,
     .alias = "egl",
     .help = "most that the score credits for enhancement: a bound on the local gain; 1 credits none",
     .type = Option::Type::kReal,
     .number = 100,
     .min = 1,
     .max = 100,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = kKernelScale,
     .alias = "ks",
     .help = "factor on the size of the Gaussian filters",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0.1,
     .max = 4,
     .in_name = true},
    {.name = kPrescale,
     .alias = "ps",
     .help = "scale the pictures by this factor first",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0.1,
     .max = 4,
     .in_name = true},
    least_option(1, "s1miv"),
    least_option(2, "s2miv"),
    least_option(3, "s3miv"),
    {.name = kPrescaleMethod,
     .alias = "pm",
     .help = "how to scale",
     .type = Option::Type::kChoice,
     .number = static_cast<int>(Resampling::kNearest),
     .choices = kResamplings,
     .in_name = true},
    {.name = kNoiseVariance,
     .alias = "snsq",
     .help = "variance of the neural noise",
     .type = Option::Type::kReal,
     .number = 2,
     .min = 0,
     .max = 5,
     .in_name = true},
    {.name = vif::kSkipScale0,
     .alias = "ssclz",
     .help = "leave out the full-resolution scale",
     .in_name = true,
     .scope = Option::Scope::kVariant},
};

double ratio(double num, double den) { return den == 0 ? 1.0 : num / den; }

class VifScorer final : public Scorer {
 public:
    explicit VifScorer(const OptionValues& options)
        : debug_(options.flag(kDebug)), skip_scale0_(options.flag(vif::kSkipScale0)) {
        for (int s = 1; s < kScales; s++) least_[s] = options.real(kLeast[s - 1]);
    }

    void score(unsigned frame, const std::byte* bytes, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(bytes);
        for (int s = 0; s < kScales; s++) {
            const double value = ratio(static_cast<double>(sums.num[s]), static_cast<double>(sums.den[s]));
            if (s == 0)
                out.set(frame, 0, skip_scale0_ ? 0.0 : value);
            else
                out.set(frame, static_cast<size_t>(s), value > least_[s] ? value : least_[s]);
        }
        if (debug_) score_details(frame, sums, out);
    }

 private:
    void score_details(unsigned frame, const Sums& sums, ScoreSink& out) const {
        double num = 0, den = 0;
        for (int s = 0; s < kScales; s++) {
            if (s == 0 && skip_scale0_) continue;
            num += static_cast<double>(sums.num[s]);
            den += static_cast<double>(sums.den[s]);
        }
        out.set(frame, kWhole, ratio(num, den));
        out.set(frame, kWholeNum, num);
        out.set(frame, kWholeDen, den);
        for (size_t s = 0; s < kScales; s++) {
            const bool skipped = s == 0 && skip_scale0_;
            out.set(frame, kNumDen + 2 * s, skipped ? 0.0 : static_cast<double>(sums.num[s]));
            out.set(frame, kNumDen + 2 * s + 1, skipped ? -1.0 : static_cast<double>(sums.den[s]));
        }
    }

    bool debug_, skip_scale0_;
    double least_[kScales] = {};
};

int scaled(unsigned samples, double prescale) { return static_cast<int>(samples * prescale + 0.5); }

Size scaled_size(const OptionValues& options, const PictureFormat& format) {
    const double prescale = options.real(kPrescale);
    return {scaled(format.w, prescale), scaled(format.h, prescale)};
}

void check(const OptionValues& options, const PictureFormat& format) {
    check_kernel_scale(kKernelScale, options.real(kKernelScale));
    const Size size = scaled_size(options, format);
    if (size.w < 1 || size.h < 1)
        throw Error(EINVAL, cat("float_vif: ", kPrescale, " ", format_general(options.real(kPrescale)), " leaves ",
                                size.w, "x", size.h, " samples of ", format.w, "x", format.h, "; take a larger one"));
}

}  // namespace

Plan::Plan(Variants all, const PictureFormat& format)
    : variants(all),
      samples(format.bpc, 128),
      source{static_cast<int>(format.w), static_cast<int>(format.h)},
      resampling(all[0].choice<Resampling>(kPrescaleMethod)),
      noise(all[0].real(kNoiseVariance)) {
    for (double limit : variants.gain_limits()) gain_limits.push_back(static_cast<float>(limit));
    const auto kernel_scale = static_cast<float>(all[0].real(kKernelScale));
    size[0] = scaled_size(all[0], format);
    for (int s = 0; s < kScales; s++) {
        if (s > 0) size[s] = {size[s - 1].w / 2, size[s - 1].h / 2};
        const int taps = odd_taps(static_cast<float>((16 >> s) + 1) * kernel_scale);
        filter[s] = gaussian(taps, static_cast<float>(taps) / 5);
    }
}

Sums Plan::variant_sums(size_t i, const SharedSums (&shared)[kScales]) const {
    const vif::Plan::Variant variant = variants.variant(i);
    Sums sums;
    for (int s = variant.skip_scale0; s < kScales; s++) {
        sums.num[s] = shared[s].num[variant.gain_limit];
        sums.den[s] = shared[s].den;
    }
    return sums;
}

void Plan::store(const SharedSums (&shared)[kScales], std::byte* out) const {
    for (size_t i = 0; i < variants.variants(); i++) store_sums(out, i, variant_sums(i, shared));
}

}  // namespace float_vif

constexpr Metric kFloatVif = {
    .name = "float_vif",
    .features = float_vif::kFeatures,
    .options = float_vif::kOptions,
    .sums_size = sizeof(float_vif::Sums),
    .check = float_vif::check,
    .make_scalar = float_vif::make_scalar,
    .make_simd = kHaveSimd ? float_vif::make_simd : nullptr,
    .make_cuda = kHaveCuda ? float_vif::make_cuda : nullptr,
    .kernels = kHaveCuda ? &float_vif::kKernels : nullptr,
    .make_scorer = [](const OptionValues& options, const PictureFormat&) -> std::unique_ptr<Scorer> {
        return std::make_unique<float_vif::VifScorer>(options);
    },
};

}  // namespace vmaf
