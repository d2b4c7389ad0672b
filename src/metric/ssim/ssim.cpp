// float_ssim: options, features, sizes, and the scorer that all backends share.
#include "metric/ssim/ssim.h"

#include <algorithm>

#include "metric/ssim/ssim_decibels.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf {
namespace ssim {
namespace {

constexpr Option kOptions[] = {
    {.name = "enable_lcs",
     .help = "also deliver the luminance, contrast and structure factors",
     .scope = Option::Scope::kVariant},
    {.name = "enable_db", .help = "deliver -10 log10(1 - SSIM)", .scope = Option::Scope::kVariant},
    {.name = "clip_db",
     .help = "cap values in dB by the size and depth of the picture",
     .scope = Option::Scope::kVariant},
    {.name = "scale",
     .help = "decimate by this factor in both directions; 0: by the smaller side, in steps of 256 samples",
     .type = Option::Type::kInt,
     .number = 0,
     .min = 0,
     .max = 10},
};

/// The factors follow in the order of Term.
enum : size_t { kFeatureSsim, kFeatureLuminance };
constexpr Feature kFeatures[] = {
    {"float_ssim"},
    {.name = "float_ssim_l", .suffixed = false},
    {.name = "float_ssim_c", .suffixed = false},
    {.name = "float_ssim_s", .suffixed = false},
};

class SsimScorer final : public Scorer {
 public:
    SsimScorer(const OptionValues& options, const PictureFormat& format)
        : factors_(options.flag("enable_lcs")), decibels_(options, format) {
        const Geometry geometry(options, format);
        positions_ = static_cast<double>(int64_t{geometry.x.positions} * geometry.y.positions);
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        out.set(frame, kFeatureSsim, decibels_(sums.mean(kSsim, positions_)));
        if (!factors_) return;
        for (int term = kLuminance; term <= kStructure; term++)
            out.set(frame, kFeatureLuminance + static_cast<size_t>(term), sums.mean(term, positions_));
    }

 private:
    bool factors_;
    Decibels decibels_;
    double positions_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<SsimScorer>(options, format);
}

}  // namespace

Geometry::Geometry(const OptionValues& options, const PictureFormat& format) : scale(options.integer("scale")) {
    if (scale == 0) scale = std::max(1, static_cast<int>((std::min(format.w, format.h) + 128) / 256));
    x = make_axis(static_cast<int>(format.w), scale);
    y = make_axis(static_cast<int>(format.h), scale);
}

}  // namespace ssim

const Metric kFloatSsim = {.name = "float_ssim",
                           .features = ssim::kFeatures,
                           .options = ssim::kOptions,
                           .sums_size = sizeof(ssim::Sums),
                           .make_scalar = ssim::make_scalar,
                           .make_simd = kHaveSimd ? ssim::make_simd : nullptr,
                           .make_cuda = kHaveCuda ? ssim::make_cuda : nullptr,
                           .kernels = kHaveCuda ? &ssim::kKernels : nullptr,
                           .make_scorer = ssim::make_scorer};

}  // namespace vmaf
