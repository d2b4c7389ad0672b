// PSNR: options, features, and the scorer that all backends share.
#include "metric/psnr/psnr.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace vmaf {
namespace psnr {
namespace {

constexpr Option kOptions[] = {
    {.name = "enable_chroma", .help = "score the chroma planes too", .number = 1},
    {.name = "enable_mse", .help = "also deliver the mean squared errors", .scope = Option::Scope::kVariant},
    {.name = "enable_apsnr", .help = "also deliver the PSNR of the whole stream", .scope = Option::Scope::kVariant},
    {.name = "reduced_hbd_peak",
     .help = "above 8 bit, take white to be 255 shifted up instead of the largest value",
     .scope = Option::Scope::kVariant},
    {.name = "min_sse",
     .help = "squared error of a plane at which its PSNR is capped; 0: cap at 6 dB a bit and 12",
     .type = Option::Type::kReal,
     .number = 0,
     .min = 0,
     .max = DBL_MAX,
     .scope = Option::Scope::kVariant},
};

/// Plane p's features are 2 p and 2 p + 1. Names are never suffixed, because no option is part of them.
constexpr Feature kFeatures[] = {
    {"psnr_y"},  {.name = "mse_y", .suffixed = false},  {"psnr_cb"}, {.name = "mse_cb", .suffixed = false},
    {"psnr_cr"}, {.name = "mse_cr", .suffixed = false},
};
constexpr std::string_view kAggregates[] = {"apsnr_y", "apsnr_cb", "apsnr_cr"};

double lesser(double a, double b) { return a < b ? a : b; }

class PsnrScorer final : public Scorer {
 public:
    PsnrScorer(const OptionValues& options, const PictureFormat& format)
        : planes_(plane_count(options, format)),
          mse_(options.flag("enable_mse")),
          apsnr_(options.flag("enable_apsnr")) {
        const double peak = options.flag("reduced_hbd_peak") ? 255u << (format.bpc - 8) : (1u << format.bpc) - 1;
        peak_squared_ = peak * peak;
        const double min_sse = options.real("min_sse");
        for (unsigned p = 0; p < planes_; p++) {
            samples_[p] = uint64_t{format.plane_w(p)} * format.plane_h(p);
            divisor_[p] = static_cast<double>(std::max<uint64_t>(samples_[p], 1));
            cap_[p] = min_sse == 0 ? 6 * format.bpc + 12
                                   : std::ceil(10. * std::log10(peak_squared_ / (min_sse / divisor_[p])));
        }
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        for (unsigned p = 0; p < planes_; p++) {
            const double mse = static_cast<double>(sums.sse[p]) / divisor_[p];
            out.set(frame, 2 * p, lesser(10. * std::log10(peak_squared_ / (mse > 1e-16 ? mse : 1e-16)), cap_[p]));
            if (mse_) out.set(frame, 2 * p + 1, mse);
            stream_sse_[p] += sums.sse[p];
            stream_samples_[p] += samples_[p];
        }
    }

    void flush(ScoreSink& out) override {
        if (!apsnr_) return;
        for (unsigned p = 0; p < 3; p++) out.aggregate(kAggregates[p], stream_psnr(p));
    }

 private:
    /// Minus infinity for a plane without samples, since then only the bound is a number.
    double stream_psnr(unsigned p) const {
        const auto samples = static_cast<double>(stream_samples_[p]), sse = static_cast<double>(stream_sse_[p]);
        const double psnr = 10 * (std::log10(peak_squared_) + std::log10(samples) - std::log10(sse));
        return lesser(psnr, std::ceil(10 * std::log10(peak_squared_ * samples * 2)));
    }

    const unsigned planes_;
    const bool mse_, apsnr_;
    double peak_squared_;
    uint64_t samples_[3] = {};  ///< of each plane that takes part
    double divisor_[3] = {};    ///< the same, but 1 instead of 0
    double cap_[3] = {};        ///< dB
    uint64_t stream_sse_[3] = {}, stream_samples_[3] = {};
};

unsigned needs(const OptionValues& options, const PictureFormat& format) {
    return kEveryFrame | (plane_count(options, format) > 1 ? kChroma : kLumaOnly);
}

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<PsnrScorer>(options, format);
}

}  // namespace

unsigned plane_count(const OptionValues& options, const PictureFormat& format) {
    constexpr std::string_view kEnableChroma = "enable_chroma";
    return options.has(kEnableChroma) && options.flag(kEnableChroma) ? format.planes() : 1;
}

}  // namespace psnr

const Metric kPsnr = {.name = "psnr",
                      .features = psnr::kFeatures,
                      .options = psnr::kOptions,
                      .sums_size = sizeof(psnr::Sums),
                      .needs = psnr::needs,
                      .make_scalar = psnr::make_scalar,
                      .make_simd = kHaveSimd ? psnr::make_simd : nullptr,
                      .make_cuda = kHaveCuda ? psnr::make_cuda : nullptr,
                      .kernels = kHaveCuda ? &psnr::kKernels : nullptr,
                      .make_scorer = psnr::make_scorer};

}  // namespace vmaf
