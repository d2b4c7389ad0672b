// float_ms_ssim: options, features, sizes, and the scorer that all backends share.
#include "metric/ssim/ms_ssim.h"

#include <cmath>

#include "base/error.h"
#include "metric/ssim/ssim_decibels.h"

namespace vmaf {
namespace ms_ssim {
namespace {

constexpr Option kOptions[] = {
    {.name = "enable_lcs",
     .help = "also deliver the luminance, contrast and structure factors of each scale",
     .scope = Option::Scope::kVariant},
    {.name = "enable_db", .help = "deliver -10 log10(1 - MS-SSIM)", .scope = Option::Scope::kVariant},
    {.name = "clip_db",
     .help = "cap values in dB by the size and depth of the picture",
     .scope = Option::Scope::kVariant},
};

/// The factors follow in the order of ssim::Term, kScales each.
enum : size_t { kFeatureMsSsim, kFeatureFactors };
constexpr Feature factor(std::string_view name) { return {.name = name, .suffixed = false}; }
constexpr Feature kFeatures[] = {
    {"float_ms_ssim"},
    factor("float_ms_ssim_l_scale0"),
    factor("float_ms_ssim_l_scale1"),
    factor("float_ms_ssim_l_scale2"),
    factor("float_ms_ssim_l_scale3"),
    factor("float_ms_ssim_l_scale4"),
    factor("float_ms_ssim_c_scale0"),
    factor("float_ms_ssim_c_scale1"),
    factor("float_ms_ssim_c_scale2"),
    factor("float_ms_ssim_c_scale3"),
    factor("float_ms_ssim_c_scale4"),
    factor("float_ms_ssim_s_scale0"),
    factor("float_ms_ssim_s_scale1"),
    factor("float_ms_ssim_s_scale2"),
    factor("float_ms_ssim_s_scale3"),
    factor("float_ms_ssim_s_scale4"),
};
static_assert(std::size(kFeatures) == kFeatureFactors + ssim::kFactors * kScales);

/// The powers of luminance, and those of both contrast and structure.
constexpr float kLuminancePower[kScales] = {0, 0, 0, 0, 0.1333f};
constexpr float kContrastPower[kScales] = {0.0448f, 0.2856f, 0.3001f, 0.2363f, 0.1333f};

class MsSsimScorer final : public Scorer {
 public:
    MsSsimScorer(const OptionValues& options, const PictureFormat& format)
        : factors_(options.flag("enable_lcs")), decibels_(options, format) {
        const Scales scales(format);
        for (int s = 0; s < kScales; s++)
            positions_[s] = static_cast<double>(int64_t{scales.x[s].positions} * scales.y[s].positions);
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        double means[ssim::kFactors][kScales], product = 1;
        for (int s = 0; s < kScales; s++) {
            for (int term = 0; term < ssim::kFactors; term++) means[term][s] = sums.scale[s].mean(term, positions_[s]);
            product *= std::pow(means[ssim::kLuminance][s], static_cast<double>(kLuminancePower[s])) *
                       std::pow(means[ssim::kContrast][s], static_cast<double>(kContrastPower[s])) *
                       std::pow(means[ssim::kStructure][s], static_cast<double>(kContrastPower[s]));
        }
        out.set(frame, kFeatureMsSsim, decibels_(product));
        if (!factors_) return;
        size_t feature = kFeatureFactors;
        for (const auto& term : means)
            for (const double mean : term) out.set(frame, feature++, mean);
    }

 private:
    bool factors_;
    ssim::Decibels decibels_;
    double positions_[kScales];
};

/// Halved four times without the fraction, either side must hold a window.
constexpr unsigned kLeastSide = ssim::kTaps << (kScales - 1);

void check(const OptionValues&, const PictureFormat& format) {
    if (format.w < kLeastSide || format.h < kLeastSide)
        fail(EINVAL, "float_ms_ssim: pictures of ", format.w, "x", format.h,
             " are too small for its five scales; it takes ", kLeastSide, "x", kLeastSide,
             " or more, float_ssim takes any size");
}

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<MsSsimScorer>(options, format);
}

}  // namespace

Scales::Scales(const PictureFormat& format) {
    int w = static_cast<int>(format.w), h = static_cast<int>(format.h);
    for (int s = 0; s < kScales; s++, w = halved(w), h = halved(h)) {
        x[s] = ssim::make_axis(w, 1);
        y[s] = ssim::make_axis(h, 1);
    }
}

}  // namespace ms_ssim

const Metric kFloatMsSsim = {.name = "float_ms_ssim",
                             .features = ms_ssim::kFeatures,
                             .options = ms_ssim::kOptions,
                             .sums_size = sizeof(ms_ssim::Sums),
                             .check = ms_ssim::check,
                             .make_scalar = ms_ssim::make_scalar,
                             .make_simd = kHaveSimd ? ms_ssim::make_simd : nullptr,
                             .make_cuda = kHaveCuda ? ms_ssim::make_cuda : nullptr,
                             .kernels = kHaveCuda ? &ms_ssim::kKernels : nullptr,
                             .make_scorer = ms_ssim::make_scorer};

}  // namespace vmaf
