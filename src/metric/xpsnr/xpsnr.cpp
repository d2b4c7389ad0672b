// XPSNR: options, features, and the scorer that all backends share.
#include "metric/xpsnr/xpsnr.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

namespace vmaf {
namespace xpsnr {
namespace {

constexpr Option kOptions[] = {
    {.name = "fps",
     .help = "frames per second; from 32 on, activity in time is the change of the change",
     .type = Option::Type::kReal,
     .number = 25,
     .min = 0,
     .max = DBL_MAX},
};

/// Plane p's feature is p. Names are never suffixed, because the option is no part of them.
constexpr Feature kFeatures[] = {{"xpsnr_y"}, {"xpsnr_cb"}, {"xpsnr_cr"}};
constexpr std::string_view kAggregates[] = {"axpsnr_y", "axpsnr_cb", "axpsnr_cr"};

class XpsnrScorer final : public Scorer {
 public:
    explicit XpsnrScorer(const PictureFormat& format) : planes_(format.planes()) {
        const uint64_t peak = peak_sample(format.bpc);
        for (unsigned p = 0; p < planes_; p++)
            peak_error_[p] = static_cast<double>(uint64_t{format.plane_w(p)} * format.plane_h(p) * (peak * peak));
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        frames_++;
        for (unsigned p = 0; p < planes_; p++) {
            const double root = std::sqrt(static_cast<double>(sums.error[p]));
            const double value = sums.error[p] ? decibels(p, root) : std::numeric_limits<double>::infinity();
            out.set(frame, p, value);
            roots_[p] += root;
            values_[p] += value;
        }
    }

    void flush(ScoreSink& out) override {
        if (frames_ == 0) return;
        double least = std::numeric_limits<double>::infinity();
        for (unsigned p = 0; p < planes_; p++) {
            const double value = stream_value(p);
            out.aggregate(kAggregates[p], value);
            least = std::min(least, value);
        }
        out.aggregate("axpsnr_min", least);
    }

 private:
    double decibels(unsigned p, double root) const { return 10.0 * std::log10(peak_error_[p] / (root * root)); }

    /// From the mean of the roots, as long as that is at least 1; else the mean of the frames' values.
    double stream_value(unsigned p) const {
        return roots_[p] >= frames_ ? decibels(p, roots_[p] / frames_) : values_[p] / frames_;
    }

    const unsigned planes_;
    double peak_error_[3] = {};  ///< of a plane that is wrong by the largest sample everywhere
    double roots_[3] = {}, values_[3] = {}, frames_ = 0;
};

unsigned needs(const OptionValues& options, const PictureFormat& format) {
    constexpr unsigned kPictures[] = {kLumaOnly, kPreviousRef, kPreviousRef2};
    return kPictures[temporal_order(options)] | (format.planes() > 1 ? kChroma : kLumaOnly);
}

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<XpsnrScorer>(format);
}

}  // namespace
}  // namespace xpsnr

const Metric kXpsnr = {.name = "xpsnr",
                       .features = xpsnr::kFeatures,
                       .options = xpsnr::kOptions,
                       .sums_size = sizeof(xpsnr::Sums),
                       .needs = xpsnr::needs,
                       .make_scalar = xpsnr::make_scalar,
                       .make_simd = kHaveSimd ? xpsnr::make_simd : nullptr,
                       .make_cuda = kHaveCuda ? xpsnr::make_cuda : nullptr,
                       .kernels = kHaveCuda ? &xpsnr::kKernels : nullptr,
                       .make_scorer = xpsnr::make_scorer};

}  // namespace vmaf
