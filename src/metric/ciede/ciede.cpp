// ciede: its feature, the formats that it takes, and the scorer that all backends share.
#include "metric/ciede/ciede.h"

#include <cmath>

#include "base/error.h"
#include "metric/ciede/ciede_math.h"

namespace vmaf {
namespace ciede {
namespace {

constexpr Feature kFeatures[] = {{"ciede2000"}};

class CiedeScorer final : public Scorer {
 public:
    explicit CiedeScorer(const PictureFormat& format) : pixels_(static_cast<double>(uint64_t{format.w} * format.h)) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const double mean = load_sums<Sums>(in).difference.value(kFractionBits) / pixels_;
        out.set(frame, 0, 45. - 20. * std::log10(mean));
    }

 private:
    double pixels_;
};

void check(const OptionValues&, const PictureFormat& format) {
    if (format.pix_fmt == VMAF_PIX_FMT_YUV400P)
        fail(EINVAL,
             "ciede compares colours, and YUV400P has none: leave it out, or give it the clip as YUV420P with both "
             "chroma planes grey");
}

}  // namespace
}  // namespace ciede

const Metric kCiede = {.name = "ciede",
                       .features = ciede::kFeatures,
                       .sums_size = sizeof(ciede::Sums),
                       .needs = [](const OptionValues&, const PictureFormat&) -> unsigned { return kChroma; },
                       .check = ciede::check,
                       .make_scalar = ciede::make_scalar,
                       .make_simd = kHaveSimd ? ciede::make_simd : nullptr,
                       .make_cuda = kHaveCuda ? ciede::make_cuda : nullptr,
                       .kernels = kHaveCuda ? &ciede::kKernels : nullptr,
                       .make_scorer = [](const OptionValues&, const PictureFormat& format) -> std::unique_ptr<Scorer> {
                           return std::make_unique<ciede::CiedeScorer>(format);
                       }};

}  // namespace vmaf
