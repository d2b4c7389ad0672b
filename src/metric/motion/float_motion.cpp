// float_motion: options, features, the plan of a pass, and the scorer that all backends share.
#include "metric/motion/float_motion.h"

#include "base/error.h"
#include "metric/motion/motion_scores.h"

namespace vmaf {
namespace float_motion {
namespace {

using motion::MotionScores;

constexpr Option kOptions[] = {
    {.name = "debug", .help = "deliver VMAF_feature_motion_score too", .number = 1, .scope = Option::Scope::kVariant},
    motion::kForceZero,
    motion::kFpsWeight,
    motion::kBlendFactor,
    motion::kBlendOffset,
    {.name = "motion_add_scale1",
     .alias = "mdc",
     .help = "add the motion of the blurred pictures at half their size",
     .in_name = true},
    {.name = "motion_filter_size",
     .alias = "mfs",
     .help = "taps of the blur: 1, 3, or 5 for any other number",
     .type = Option::Type::kInt,
     .number = 5,
     .min = 0,
     .max = 9,
     .in_name = true},
    {.name = "motion_add_uv", .alias = "mau", .help = "add the motion of both chroma planes", .in_name = true},
    motion::kMaxValue,
};

enum : size_t { kMotion2, kMotion, kMotion3 };
constexpr Feature kFeatures[] = {
    {"VMAF_feature_motion2_score"},
    {"VMAF_feature_motion_score"},
    {"VMAF_feature_motion3_score"},
};

std::vector<float> taps(int filter_size) {
    switch (filter_size) {
        case 1: return {1};
        case 3: return {0.166378498f, 0.667243004f, 0.166378498f};
        default: return {0.054488685f, 0.244201342f, 0.402619947f, 0.244201342f, 0.054488685f};
    }
}

class MotionScorer final : public Scorer {
 public:
    MotionScorer(const OptionValues& options, const PictureFormat& format)
        : plan_(options, format), debug_(options.flag("debug")), scores_(options, 1, false, kMotion2, kMotion3) {}

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const auto sums = load_sums<Sums>(in);
        double sum = 0;
        for (unsigned p = 0; p < plan_.planes; p++) sum += static_cast<double>(motion_of_plane(sums, p));
        const double motion = sum * scores_.fps_weight();
        scores_.add(frame, motion, out);
        if (debug_) out.set(frame, kMotion, scores_.bounded(motion));
    }

    void flush(ScoreSink& out) override { scores_.flush(out); }

 private:
    float motion_of_plane(const Sums& sums, unsigned p) const {
        float motion = 0;
        for (unsigned s = 0; s < plan_.scales; s++) {
            const Size size = plan_.size[p][s];
            if (size.w > 0 && size.h > 0) motion += sums.difference[p][s] / static_cast<float>(size.w * size.h);
        }
        return motion;
    }

    const Plan plan_;
    const bool debug_;
    MotionScores scores_;
};

unsigned needs(const OptionValues& options, const PictureFormat&) {
    if (options.flag(motion::kForceZero.name)) return kEveryFrame | kNoNeeds;
    return kEveryFrame | kNoDistorted | kPreviousRef | (options.flag("motion_add_uv") ? kChroma : 0u);
}

void check(const OptionValues& options, const PictureFormat& format) {
    if (options.flag("motion_add_uv") && format.pix_fmt == VMAF_PIX_FMT_YUV400P)
        fail(EINVAL, "motion_add_uv adds the motion of chroma, and YUV400P has none: leave the option out");
}

}  // namespace

Plan::Plan(const OptionValues& options, const PictureFormat& format)
    : planes(options.flag(motion::kForceZero.name) ? 0
             : options.flag("motion_add_uv")       ? kPlanes
                                                   : 1),
      scales(options.flag("motion_add_scale1") ? kScales : 1),
      taps(float_motion::taps(options.integer("motion_filter_size"))),
      samples(format.bpc, 128) {
    for (unsigned p = 0; p < kPlanes; p++) {
        const Size full = {static_cast<int>(format.plane_w(p)), static_cast<int>(format.plane_h(p))};
        size[p][0] = full;
        size[p][1] = {(full.w + 1) / 2, (full.h + 1) / 2};
    }
}

}  // namespace float_motion

const Metric kFloatMotion = {
    .name = "float_motion",
    .features = float_motion::kFeatures,
    .options = float_motion::kOptions,
    .sums_size = sizeof(float_motion::Sums),
    .needs = float_motion::needs,
    .check = float_motion::check,
    .make_scalar = float_motion::make_scalar,
    .make_simd = kHaveSimd ? float_motion::make_simd : nullptr,
    .make_cuda = kHaveCuda ? float_motion::make_cuda : nullptr,
    .kernels = kHaveCuda ? &float_motion::kKernels : nullptr,
    .make_scorer = [](const OptionValues& options, const PictureFormat& format) -> std::unique_ptr<Scorer> {
        return std::make_unique<float_motion::MotionScorer>(options, format);
    }};

}  // namespace vmaf
