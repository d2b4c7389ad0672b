// butteraugli: options, features, what all backends know of a pass, and the scorer that they share.
#include "metric/butteraugli/butteraugli.h"

#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "metric/colour/conversion.h"

namespace vmaf {
namespace butteraugli {
namespace {

constexpr Option kOptions[] = {
    colour::kMatrixOption,
    colour::kRangeOption,
    colour::kTransferOption,
    colour::kChromaOption,
    {.name = "intensity_target",
     .help = "luminance of white in candela per square metre",
     .type = Option::Type::kReal,
     .number = 80,
     .min = 1,
     .max = 10000,
     .in_name = true},
};

enum : size_t { kMost, kNorm };
constexpr Feature kFeatures[] = {{"butteraugli"}, {"butteraugli_3norm"}};

constexpr float kSigma[kBlurs] = {1.2f, 1.56416327805f, 2.7f, 3.22489901262f, 7.15593339443f};

/// W and N of the numerics page.
struct LineWeight {
    double weight, norm;
};
constexpr LineWeight kLineWeights[kBands][2] = {{{8246.75321353, 1009002.70582}, {37.0819870399, 130262059.556}},
                                                {{6923.99476109, 8051.15833247}, {18.7237414387, 4498534.45232}},
                                                {{173.5, 5}, {1.10039032555, 71.7800275169}}};
constexpr double kSparseGain = 0.611612573796, kDenseGain = 0.39905817637, kLineLength = 8.5;
constexpr double kEvenShare = 0.5, kUnevenShare = 0.33;

class ButteraugliScorer final : public Scorer {
 public:
    explicit ButteraugliScorer(const PictureFormat& format)
        : samples_(static_cast<double>(uint64_t{format.w} * format.h)) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const auto sums = load_sums<Sums>(in);
        double norm = 0, power = 3;
        for (const double sum : sums.power) {
            norm += std::pow(sum / samples_, 1 / power);
            power *= 2;
        }
        out.set(frame, kMost, sums.most);
        out.set(frame, kNorm, norm / 3);
    }

 private:
    const double samples_;
};

std::unique_ptr<Scorer> make_scorer(const OptionValues&, const PictureFormat& format) {
    return std::make_unique<ButteraugliScorer>(format);
}

unsigned needs(const OptionValues&, const PictureFormat&) { return kChroma; }

void check(const OptionValues& options, const PictureFormat& format) {
    colour::check(options, format);
    if (format.w < kLeastSide || format.h < kLeastSide)
        fail(EINVAL, "butteraugli: pictures of ", format.w, "x", format.h, " are too small for it; it takes ",
             kLeastSide, "x", kLeastSide, " or more");
}

}  // namespace

Scales::Scales(const PictureFormat& format) : w{static_cast<int>(format.w)}, h{static_cast<int>(format.h)} {
    w[1] = (w[0] + 1) / 2;
    h[1] = (h[0] + 1) / 2;
    constexpr int kLeast = kLeastSide;
    count = w[1] < kLeast || h[1] < kLeast ? 1 : kMost;
}

Blur make_blur(BlurName name) {
    Blur blur{};
    const int reach = kReach[name];
    const double sigma = static_cast<double>(kSigma[name]), exponent = -1 / (2 * sigma * sigma);
    for (int j = 0; j <= reach; j++) blur.raw[j] = static_cast<float>(std::exp(exponent * j * j));
    float sum = 0;
    for (int j = -reach; j <= reach; j++) sum += blur.raw[std::abs(j)];
    for (int j = 0; j <= reach; j++) blur.tap[j] = blur.raw[j] * (1 / sum);
    return blur;
}

PairWeights pair_weights(Band band, Channel channel) {
    const LineWeight of = kLineWeights[band][channel];
    const double unit = (band == kUltraBand ? kDenseGain : kSparseGain) / kLineLength * of.norm;
    return {static_cast<float>(unit * std::sqrt(kEvenShare * of.weight)),
            static_cast<float>(unit * std::sqrt(kUnevenShare * of.weight)), static_cast<float>(of.norm)};
}

}  // namespace butteraugli

const Metric kButteraugli = {.name = "butteraugli",
                             .features = butteraugli::kFeatures,
                             .options = butteraugli::kOptions,
                             .sums_size = sizeof(butteraugli::Sums),
                             .needs = butteraugli::needs,
                             .check = butteraugli::check,
                             .values_used = colour::describe,
                             .make_scalar = butteraugli::make_scalar,
                             .make_simd = kHaveSimd ? butteraugli::make_simd : nullptr,
                             .make_cuda = kHaveCuda ? butteraugli::make_cuda : nullptr,
                             .kernels = kHaveCuda ? &butteraugli::kKernels : nullptr,
                             .make_scorer = butteraugli::make_scorer};

}  // namespace vmaf
