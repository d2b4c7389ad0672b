// psnr_hvs: features, which pictures have blocks, and the scorer that all backends share.
#include "metric/psnr_hvs/psnr_hvs.h"

#include <cmath>

#include "base/error.h"
#include "metric/psnr_hvs/psnr_hvs_math.h"

namespace vmaf {
namespace psnr_hvs {
namespace {

/// Plane p's feature is p.
enum : size_t { kWeighted = 3 };
constexpr Feature kFeatures[] = {{"psnr_hvs_y"}, {"psnr_hvs_cb"}, {"psnr_hvs_cr"}, {"psnr_hvs"}};

double in_decibels(double score) { return 10 * (-1 * std::log10(score)); }

class PsnrHvsScorer final : public Scorer {
 public:
    explicit PsnrHvsScorer(const PictureFormat& format) : planes_(format.planes()) {
        for (unsigned p = 0; p < planes_; p++) {
            const int64_t columns = block_count(static_cast<int>(format.plane_w(p)));
            terms_[p] = static_cast<float>(columns * block_count(static_cast<int>(format.plane_h(p))) * kTerms);
        }
        const int64_t peak = (1 << format.bpc) - 1;
        peak_squared_ = static_cast<float>(peak * peak);
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        double scores[3];
        for (unsigned p = 0; p < planes_; p++) {
            scores[p] = sums.error[p] / terms_[p] / peak_squared_;
            out.set(frame, p, in_decibels(scores[p]));
        }
        const double weighted = planes_ == 1 ? scores[0] : scores[0] * .8 + .1 * (scores[1] + scores[2]);
        out.set(frame, kWeighted, in_decibels(weighted));
    }

 private:
    const unsigned planes_;
    float terms_[3] = {};
    float peak_squared_;
};

void check(const OptionValues&, const PictureFormat& format) {
    for (unsigned p = 0; p < format.planes(); p++)
        if (format.plane_w(p) < unsigned{kSide} || format.plane_h(p) < unsigned{kSide})
            fail(EINVAL, "psnr_hvs: the ", p == 0 ? "luma" : "chroma", " planes of pictures of ", format.w, "x",
                 format.h, " have ", format.plane_w(p), "x", format.plane_h(p), " samples; it takes ", kSide, "x",
                 kSide, " or more");
}

unsigned needs(const OptionValues&, const PictureFormat& format) { return format.planes() > 1 ? kChroma : kLumaOnly; }

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<PsnrHvsScorer>(format);
}

}  // namespace
}  // namespace psnr_hvs

const Metric kPsnrHvs = {.name = "psnr_hvs",
                         .features = psnr_hvs::kFeatures,
                         .sums_size = sizeof(psnr_hvs::Sums),
                         .needs = psnr_hvs::needs,
                         .check = psnr_hvs::check,
                         .make_scalar = psnr_hvs::make_scalar,
                         .make_simd = kHaveSimd ? psnr_hvs::make_simd : nullptr,
                         .make_cuda = kHaveCuda ? psnr_hvs::make_cuda : nullptr,
                         .kernels = kHaveCuda ? &psnr_hvs::kKernels : nullptr,
                         .make_scorer = psnr_hvs::make_scorer};

}  // namespace vmaf
