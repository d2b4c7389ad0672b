// speed_chroma and speed_temporal: what they are called, what they take, what they deliver.
#include "metric/speed/speed.h"

#include "metric/speed/speed_pass.h"
#include "metric/speed/speed_simd.h"

namespace vmaf {
namespace speed {
namespace {

constexpr Option kKernelScale = {.name = "speed_kernelscale",
                                 .alias = "ks",
                                 .help = "factor on the size of the Gaussian filters",
                                 .type = Option::Type::kReal,
                                 .number = 1,
                                 .min = 0.1,
                                 .max = 4,
                                 .in_name = true};
constexpr Option kPrescale = {.name = "speed_prescale",
                              .alias = "ps",
                              .help = "scale the planes by this factor first",
                              .type = Option::Type::kReal,
                              .number = 1,
                              .min = 0.1,
                              .max = 4,
                              .in_name = true};
constexpr Option kPrescaleMethod = {.name = "speed_prescale_method",
                                    .alias = "psm",
                                    .help = "how to scale",
                                    .type = Option::Type::kChoice,
                                    .number = static_cast<int>(Resampling::kNearest),
                                    .choices = kResamplings,
                                    .in_name = true};
constexpr Option kSigma = {.name = "speed_sigma_nn",
                           .alias = "snn",
                           .help = "variance of the neural noise",
                           .type = Option::Type::kReal,
                           .number = 0.29,
                           .min = 0.1,
                           .max = 2,
                           .in_name = true};
constexpr Option kFloor = {.name = "speed_nn_floor",
                           .alias = "nnf",
                           .help = "what exceeds the neural noise by less than this part of it can't be seen",
                           .type = Option::Type::kReal,
                           .number = 0,
                           .min = 0,
                           .max = 1,
                           .in_name = true};
constexpr Option kMaximum = {.name = "speed_max_val",
                             .alias = "mxv",
                             .help = "upper bound of every value",
                             .type = Option::Type::kReal,
                             .number = 1000,
                             .min = 0,
                             .max = 1000,
                             .in_name = true,
                             .scope = Option::Scope::kVariant};

constexpr Option kChromaOptions[] = {kKernelScale,
                                     kPrescale,
                                     kPrescaleMethod,
                                     kSigma,
                                     kFloor,
                                     kMaximum,
                                     {.name = "speed_weight_var_mode",
                                      .alias = "wvm",
                                      .help = "which variances weight the entropies, 0 to 6",
                                      .type = Option::Type::kInt,
                                      .number = 0,
                                      .min = 0,
                                      .max = 6,
                                      .in_name = true}};
constexpr Option kTemporalOptions[] = {
    kKernelScale,
    kPrescale,
    kPrescaleMethod,
    kSigma,
    kFloor,
    kMaximum,
    {.name = "speed_use_ref_diff",
     .alias = "urd",
     .help = "take the distorted change from the reference, not the distorted picture",
     .in_name = true}};

enum : size_t { kU, kV, kUV };
constexpr Feature kChromaFeatures[] = {{"Speed_chroma_feature_speed_chroma_u_score"},
                                       {"Speed_chroma_feature_speed_chroma_v_score"},
                                       {"Speed_chroma_feature_speed_chroma_uv_score"}};
constexpr Feature kTemporalFeatures[] = {{"Speed_temporal_feature_speed_temporal_score"}};

class ChromaScorer final : public Scorer {
 public:
    explicit ChromaScorer(const OptionValues& options) : max_(options.real("speed_max_val")) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const auto [u, v] = load_sums<Sums>(in).plane;
        out.set(frame, kU, limited(u.score));
        out.set(frame, kV, limited(v.score));
        out.set(frame, kUV, limited(combined(u, v)));
    }

 private:
    /// A singular plane says nothing; the other one stands for both.
    static float combined(const PlaneScore& u, const PlaneScore& v) {
        if (u.singular != v.singular) return u.singular ? v.score : u.score;
        return static_cast<float>(static_cast<double>(u.score + v.score) / 2);
    }
    /// NaN becomes the limit.
    double limited(float score) const {
        const auto value = static_cast<double>(score);
        return value < max_ ? value : max_;
    }

    const double max_;
};

class TemporalScorer final : public Scorer {
 public:
    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        out.set(frame, 0, static_cast<double>(load_sums<Sums>(in).plane[0].score));
    }
};

template <Settings settings_of(const OptionValues&)>
void check(const OptionValues& options, const PictureFormat& format) {
    check_plan(settings_of(options), format);
}

template <Settings settings_of(const OptionValues&)>
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    const Plan plan(settings_of(variants[0]), format);
    return make_scalar_extractor(variants.size(), plan);
}

template <Settings settings_of(const OptionValues&)>
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    const Plan plan(settings_of(variants[0]), format);
    if constexpr (kHaveSimd) return make_vector_extractor(variants.size(), plan, cpu);
    return nullptr;
}

}  // namespace
}  // namespace speed

const Metric kSpeedChroma = {
    .name = "speed_chroma",
    .features = speed::kChromaFeatures,
    .options = speed::kChromaOptions,
    .sums_size = sizeof(speed::Sums),
    .needs = [](const OptionValues&, const PictureFormat&) -> unsigned { return kChroma; },
    .check = speed::check<speed::Settings::of_chroma>,
    .make_scalar = speed::make_scalar<speed::Settings::of_chroma>,
    .make_simd = kHaveSimd ? speed::make_simd<speed::Settings::of_chroma> : nullptr,
    .make_cuda = kHaveCuda ? speed::make_chroma_cuda : nullptr,
    .kernels = kHaveCuda ? &speed::kKernels : nullptr,
    .make_scorer = [](const OptionValues& options, const PictureFormat&) -> std::unique_ptr<Scorer> {
        return std::make_unique<speed::ChromaScorer>(options);
    }};

const Metric kSpeedTemporal = {.name = "speed_temporal",
                               .features = speed::kTemporalFeatures,
                               .options = speed::kTemporalOptions,
                               .sums_size = sizeof(speed::Sums),
                               .needs = [](const OptionValues&, const PictureFormat&) -> unsigned {
                                   return kEveryFrame | kPreviousRef | kPreviousDis;
                               },
                               .check = speed::check<speed::Settings::of_temporal>,
                               .make_scalar = speed::make_scalar<speed::Settings::of_temporal>,
                               .make_simd = kHaveSimd ? speed::make_simd<speed::Settings::of_temporal> : nullptr,
                               .make_cuda = kHaveCuda ? speed::make_temporal_cuda : nullptr,
                               .kernels = kHaveCuda ? &speed::kKernels : nullptr,
                               .make_scorer = [](const OptionValues&, const PictureFormat&) -> std::unique_ptr<Scorer> {
                                   return std::make_unique<speed::TemporalScorer>();
                               }};

}  // namespace vmaf
