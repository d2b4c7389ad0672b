// cambi's options, its extractor on the CPU, and the scorer that all backends share.
#include "metric/cambi/cambi.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "base/error.h"
#include "metric/cambi/cambi_heatmaps.h"
#include "metric/cambi/cambi_simd.h"

namespace vmaf {
namespace cambi {
namespace {

constexpr Choice kTransfers[] = {{"bt1886", static_cast<int>(Transfer::kBt1886)},
                                 {"pq", static_cast<int>(Transfer::kPq)}};

constexpr Option kOptions[] = {
    {.name = "cambi_max_val",
     .alias = "cmxv",
     .help = "upper bound of every value",
     .type = Option::Type::kReal,
     .number = 1000,
     .min = 0,
     .max = 1000,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "enc_width",
     .alias = "encw",
     .help = "width at which the video was encoded; 0: that of the pictures",
     .type = Option::Type::kInt,
     .min = 180,
     .max = 7680,
     .in_name = true},
    {.name = "enc_height",
     .alias = "ench",
     .help = "height at which the video was encoded; 0: that of the pictures",
     .type = Option::Type::kInt,
     .min = 150,
     .max = 7680,
     .in_name = true},
    {.name = "enc_bitdepth",
     .alias = "encbd",
     .help = "bit depth at which the video was encoded; 0: that of the pictures",
     .type = Option::Type::kInt,
     .min = 6,
     .max = 16,
     .in_name = true},
    {.name = "src_width",
     .alias = "srcw",
     .help = "width of the source, with full_ref; 0: that of the pictures",
     .type = Option::Type::kInt,
     .min = 320,
     .max = 7680,
     .in_name = true},
    {.name = "src_height",
     .alias = "srch",
     .help = "height of the source, with full_ref; 0: that of the pictures",
     .type = Option::Type::kInt,
     .min = 200,
     .max = 4320,
     .in_name = true},
    {.name = "window_size",
     .alias = "ws",
     .help = "side of the window in which values are counted, at 3840x2160",
     .type = Option::Type::kInt,
     .number = 65,
     .min = 15,
     .max = 127,
     .in_name = true},
    {.name = "topk",
     .help = "share of the pixels that are pooled",
     .type = Option::Type::kReal,
     .number = 0.6,
     .min = 0.0001,
     .max = 1,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "cambi_topk",
     .alias = "ctpk",
     .help = "the same, where topk is at its default",
     .type = Option::Type::kReal,
     .number = 0.6,
     .min = 0.0001,
     .max = 1,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "tvi_threshold",
     .alias = "tvit",
     .help = "a step is noticeable if it changes the luminance by more than this share",
     .type = Option::Type::kReal,
     .number = 0.019,
     .min = 0.0001,
     .max = 1,
     .in_name = true},
    {.name = "cambi_vis_lum_threshold",
     .alias = "vlt",
     .help = "luminance in cd/m2 below which contours are invisible",
     .type = Option::Type::kReal,
     .min = 0,
     .max = 300,
     .in_name = true},
    {.name = "max_log_contrast",
     .alias = "mlc",
     .help = "logarithm to base 2 of the largest step of contrast, in 10-bit values",
     .type = Option::Type::kInt,
     .number = 2,
     .min = 0,
     .max = 5,
     .in_name = true},
    {.name = "heatmaps_path",
     .help = "folder for the confidences of every pixel; empty: none",
     .type = Option::Type::kText,
     .scope = Option::Scope::kVariant},
    {.name = "full_ref", .help = "also score the reference, and how much worse the distorted picture is"},
    {.name = "eotf",
     .help = "transfer function of the display, for the visibility of steps: bt1886 or pq",
     .type = Option::Type::kChoice,
     .choices = kTransfers,
     .in_name = true},
    {.name = "cambi_eotf",
     .alias = "ceot",
     .help = "the same; where it is not bt1886 it takes precedence over eotf",
     .type = Option::Type::kChoice,
     .choices = kTransfers,
     .in_name = true},
    {.name = "cambi_high_res_speedup",
     .alias = "hrs",
     .help = "skip the full resolution of pictures from this height on: 1080, 1440, 2160; 0: never",
     .type = Option::Type::kInt,
     .min = 0,
     .max = 2160,
     .in_name = true},
};

enum : size_t { kScore, kSourceScore, kFullReference };
constexpr Feature kFeatures[] = {
    {"Cambi_feature_cambi_score"},
    {.name = "cambi_source", .suffixed = false},
    {.name = "cambi_full_reference", .suffixed = false},
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(Variants variants, const Setup& setup, std::unique_ptr<Detector> detector)
        : variants_(variants.begin(), variants.end()), setup_(setup), detector_(std::move(detector)) {
        for (const OptionValues& options : variants)
            wants_heatmaps_ |= heatmap_pixels(options, setup.geometry[kDistorted]) > 0;
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        std::vector<Sums> sums(variants_.size());
        for (size_t role = 0; role < setup_.roles; role++) {
            const Geometry& geometry = setup_.geometry[role];
            const bool heatmaps = role == kDistorted && wants_heatmaps_;
            detector_->detect(role == kDistorted ? frame.dis : frame.ref, geometry, heatmaps, confidences_);
            if (heatmaps) store_heatmaps(artefacts<Sums>(out, variants_.size()));
            for (size_t i = 0; i < variants_.size(); i++)
                for (int scale = 0; scale < kScales; scale++)
                    sums[i].largest[role][scale] =
                        sum_of_largest(confidences_[scale], Setup::pooled(variants_[i], geometry, scale));
        }
        for (size_t i = 0; i < sums.size(); i++) store_sums(out, i, sums[i]);
    }

 private:
    /// Leaves the positive confidences alone.
    void store_heatmaps(std::byte* out) {
        const Geometry& geometry = setup_.geometry[kDistorted];
        const double scaling = setup_.heat_scaling(geometry);
        for (const OptionValues& options : variants_) {
            if (!heatmap_pixels(options, geometry)) continue;
            for (const std::vector<float>& scale : confidences_)
                for (const float confidence : scale) {
                    const uint16_t value = heat(confidence, scaling);
                    std::memcpy(out, &value, sizeof value);
                    out += sizeof value;
                }
        }
        for (std::vector<float>& scale : confidences_) std::erase(scale, 0.f);
    }

    std::vector<OptionValues> variants_;
    Setup setup_;
    std::unique_ptr<Detector> detector_;
    bool wants_heatmaps_ = false;
    Confidences confidences_;
};

class CambiScorer final : public Scorer {
 public:
    CambiScorer(const OptionValues& options, const PictureFormat& format)
        : setup_(options, format), max_(options.real("cambi_max_val")) {
        if (heatmap_pixels(options, setup_.geometry[kDistorted]))
            heatmaps_.emplace(std::string(options.text("heatmaps_path")), setup_.geometry[kDistorted]);
        for (size_t role = 0; role < setup_.roles; role++)
            for (int scale = 0; scale < kScales; scale++)
                pooled_[role][scale] = static_cast<double>(Setup::pooled(options, setup_.geometry[role], scale));
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        const double distorted = score_of(sums, kDistorted);
        out.set(frame, kScore, std::min(distorted, max_));
        if (setup_.roles == 1) return;
        const double source = score_of(sums, kSource);
        out.set(frame, kSourceScore, std::min(source, max_));
        out.set(frame, kFullReference, std::min(std::max(0., distorted - source), max_));
    }

    void keep_artefact(unsigned frame, std::span<const std::byte> heatmaps) override {
        if (heatmaps_) heatmaps_->write(frame, heatmaps);
    }
    void flush(ScoreSink&) override {
        if (heatmaps_) heatmaps_->finish();
    }

 private:
    double score_of(const Sums& sums, Role role) const {
        double score = 0;
        for (int scale = 0; scale < kScales; scale++) {
            const double total = sums.largest[role][scale].value(kFractionBits);
            score += total / pooled_[role][scale] * (1 << (kScales - 1 - scale));
        }
        const int window = setup_.geometry[role].window;
        return score / (window * window);
    }

    Setup setup_;
    double max_;
    double pooled_[kRoles][kScales] = {};
    std::optional<HeatmapFiles> heatmaps_;
};

size_t artefact_size(const OptionValues& options, const PictureFormat& format) {
    return heatmap_pixels(options, Setup(options, format).geometry[kDistorted]) * sizeof(uint16_t);
}

unsigned needs(const OptionValues& options, const PictureFormat&) {
    return options.flag("full_ref") ? kLumaOnly : kNoReference;
}

void check(const OptionValues& options, const PictureFormat& format) {
    constexpr int kLeast = 216;
    const Setup setup(options, format);
    for (const Geometry& scored : setup.geometry)
        if (scored.w < kLeast && scored.h < kLeast)
            fail(EINVAL, "cambi: pictures of ", scored.w, "x", scored.h, " are too small; one side must have ", kLeast,
                 " samples");
    const Geometry &enc = setup.geometry[kDistorted], &src = setup.geometry[kSource];
    if ((src.w > enc.w && src.h < enc.h) || (src.w < enc.w && src.h > enc.h))
        fail(EINVAL, "cambi: the source (", src.w, "x", src.h,
             ") is wider but lower, or narrower but higher, than the encoding (", enc.w, "x", enc.h, ")");
}

std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format) {
    const Setup setup(variants[0], format);
    return std::make_unique<CpuExtractor>(variants, setup, make_scalar_detector(setup));
}

std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    const Setup setup(variants[0], format);
    std::unique_ptr<Detector> detector;
    if constexpr (kHaveSimd) detector = make_vector_detector(setup, cpu);
    return detector ? std::make_unique<CpuExtractor>(variants, setup, std::move(detector)) : nullptr;
}

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<CambiScorer>(options, format);
}

/// Values of ranks, counted by their upper and then by their lower half.
class RankCounts {
 public:
    static constexpr int kLowBits = kRankBits / 2;

    RankCounts(std::span<const float> values) : values_(values) {}

    /// The `count`th largest rank, 1 <= count <= values; `above` becomes the number of larger ones.
    uint32_t select(uint64_t count, uint64_t& above) {
        above = 0;
        const uint32_t high = select_half(
            count, above, [](uint32_t) { return true; }, kLowBits);
        const uint32_t low = select_half(
            count, above, [=](uint32_t rank) { return rank >> kLowBits == high; }, 0);
        return high << kLowBits | low;
    }

 private:
    template <class Wanted>
    uint32_t select_half(uint64_t count, uint64_t& above, Wanted&& wanted, int shift) {
        counts_.assign(size_t{1} << kLowBits, 0);
        for (float value : values_)
            if (wanted(rank(value))) counts_[rank(value) >> shift & (counts_.size() - 1)]++;
        auto half = static_cast<uint32_t>(counts_.size() - 1);
        while (above + counts_[half] < count) above += counts_[half--];
        return half;
    }

    std::span<const float> values_;
    std::vector<uint32_t> counts_;
};

}  // namespace

WideSum sum_of_largest(std::span<const float> values, uint64_t count) {
    WideSum sum;
    if (values.size() <= count) {
        for (float value : values) sum.add(fixed_point(value));
        return sum;
    }
    uint64_t above = 0;
    const uint32_t smallest = RankCounts(values).select(count, above);
    for (float value : values)
        if (rank(value) > smallest) sum.add(fixed_point(value));
    sum.add(fixed_point(confidence_of(smallest)), count - above);
    return sum;
}

}  // namespace cambi

const Metric kCambi = {.name = "cambi",
                       .features = cambi::kFeatures,
                       .options = cambi::kOptions,
                       .sums_size = sizeof(cambi::Sums),
                       .needs = cambi::needs,
                       .check = cambi::check,
                       .artefact_size = cambi::artefact_size,
                       .make_scalar = cambi::make_scalar,
                       .make_simd = kHaveSimd ? cambi::make_simd : nullptr,
                       .make_cuda = kHaveCuda ? cambi::make_cuda : nullptr,
                       .kernels = kHaveCuda ? &cambi::kKernels : nullptr,
                       .make_scorer = cambi::make_scorer};

}  // namespace vmaf
