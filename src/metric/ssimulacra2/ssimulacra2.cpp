// ssimulacra2: options, features, and the scorer that all backends share.
#include "metric/ssimulacra2/ssimulacra2.h"

#include <cmath>

#include "base/error.h"

namespace vmaf {
namespace ssimulacra2 {

Scales::Scales(const PictureFormat& format) {
    Size next = {static_cast<int>(format.w), static_cast<int>(format.h)};
    for (bool last = false; count < kScales && !last; count++) {
        size[count] = next;
        last = next.w < kLeastSize || next.h < kLeastSize;
        next = {halved(next.w), halved(next.h)};
    }
}

MapSet Scales::maps(int s, int c) const {
    MapSet used{};
    for (int i = 0; i < kTerms; i++)
        if (weight(first_weight(s, c) + i) > 0) (i % kMaps == kStructure ? used.structure : used.edges) = true;
    return used;
}

namespace {

constexpr Option kOptions[] = {colour::kMatrixOption, colour::kRangeOption, colour::kTransferOption,
                               colour::kChromaOption};

constexpr Feature kFeatures[] = {{"ssimulacra2"}};

/// The mean of a map's values, or the fourth root of the mean of their fourth powers.
double norm_of(int term, const FloatSum& sum, double pixels) {
    const double mean = sum.value() / pixels;
    return (term < kMaps ? mean : std::sqrt(std::sqrt(mean))) / kTermScale;
}

double score_of(double weighted) {
    const double s = 0.9562382616834844 * weighted;
    const double curved = 2.326765642916932 * s - 0.020884521182843837 * s * s + 6.248496625763138e-05 * s * s * s;
    return curved > 0 ? 100 - 10 * std::pow(curved, 0.6276336467831387) : 100;
}

class Ssimulacra2Scorer final : public Scorer {
 public:
    explicit Ssimulacra2Scorer(const PictureFormat& format) : scales_(format) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        double weighted = 0;
        for (int c = 0; c < kChannels; c++)
            for (int s = 0; s < scales_.count; s++) {
                const double pixels = static_cast<double>(scales_.size[s].w) * scales_.size[s].h;
                for (int i = 0; i < kTerms; i++)
                    weighted += weight(scales_.first_weight(s, c) + i) * norm_of(i, sums.of[s][c].term[i], pixels);
            }
        out.set(frame, 0, score_of(weighted));
    }

 private:
    Scales scales_;
};

void check(const OptionValues& options, const PictureFormat& format) {
    if (format.w < kLeastSize || format.h < kLeastSize)
        fail(EINVAL, "ssimulacra2 needs pictures of at least ", kLeastSize, "x", kLeastSize, ", these are ", format.w,
             "x", format.h);
    colour::check(options, format);
}

unsigned needs(const OptionValues&, const PictureFormat& format) { return format.planes() > 1 ? kChroma : kLumaOnly; }

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<Ssimulacra2Scorer>(format);
}

}  // namespace
}  // namespace ssimulacra2

const Metric kSsimulacra2 = {.name = "ssimulacra2",
                             .features = ssimulacra2::kFeatures,
                             .options = ssimulacra2::kOptions,
                             .sums_size = sizeof(ssimulacra2::Sums),
                             .needs = ssimulacra2::needs,
                             .check = ssimulacra2::check,
                             .values_used = colour::describe,
                             .make_scalar = ssimulacra2::make_scalar,
                             .make_simd = kHaveSimd ? ssimulacra2::make_simd : nullptr,
                             .make_cuda = kHaveCuda ? ssimulacra2::make_cuda : nullptr,
                             .kernels = kHaveCuda ? &ssimulacra2::kKernels : nullptr,
                             .make_scorer = ssimulacra2::make_scorer};

}  // namespace vmaf
