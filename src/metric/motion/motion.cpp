// Motion on the CPU, one row after another over a ring of difference rows, and the scorer that all backends share.
#include "metric/motion/motion.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "base/mirror.h"
#include "metric/motion/motion_math.h"
#include "metric/motion/motion_simd.h"

namespace vmaf {
namespace motion {
namespace {

constexpr Option kOptions[] = {
    {.name = "motion_force_zero",
     .alias = "force_0",
     .help = "score every frame as motionless, without looking at it",
     .in_name = true},
    {.name = "motion_blend_factor",
     .alias = "mbf",
     .help = "weight of what exceeds motion_blend_offset, for motion3",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0,
     .max = 1,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_blend_offset",
     .alias = "mbo",
     .help = "value above which motion_blend_factor applies",
     .type = Option::Type::kReal,
     .number = 40,
     .min = 0,
     .max = 1000,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_fps_weight",
     .alias = "mfw",
     .help = "factor on every value, to even out frame rates",
     .type = Option::Type::kReal,
     .number = 1,
     .min = 0,
     .max = 5,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_max_val",
     .alias = "mmxv",
     .help = "upper bound of every value",
     .type = Option::Type::kReal,
     .number = 10000,
     .min = 0,
     .max = 10000,
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "motion_five_frame_window",
     .alias = "mffw",
     .help = "compare with the picture before the previous one",
     .in_name = true},
    {.name = "motion_moving_average",
     .alias = "mma",
     .help = "average motion3 with the frame before",
     .in_name = true,
     .scope = Option::Scope::kVariant},
    {.name = "debug", .help = "also deliver VMAF_integer_feature_motion_score", .scope = Option::Scope::kVariant},
};

enum : size_t { kSad, kDebug, kMotion2, kMotion3 };
constexpr Feature kFeatures[] = {
    {"VMAF_integer_feature_motion_sad_score"},
    {"VMAF_integer_feature_motion_score"},
    {"VMAF_integer_feature_motion2_score", Feature::Phase::kFlush},
    {"VMAF_integer_feature_motion3_score", Feature::Phase::kFlush},
};

/// The rows in work: differences of the five rows around the current one, and its column sums with two mirrored samples
/// on either side for the horizontal pass.
class Rows {
 public:
    Rows(std::vector<int32_t>& scratch, size_t w) : w_(w) {
        scratch.resize(6 * w + 2 * kRadius);
        differences_ = scratch.data();
        column_sums_ = scratch.data() + 5 * w + kRadius;
    }

    int32_t* difference(int y) const { return differences_ + static_cast<size_t>(y % 5) * w_; }
    int32_t* column_sums() const { return column_sums_; }
    void mirror_ends() const {
        const int w = static_cast<int>(w_);
        for (int i = 1; i <= kRadius; i++) {
            column_sums_[-i] = column_sums_[mirror_centre(-i, w)];
            column_sums_[w - 1 + i] = column_sums_[mirror_centre(w - 1 + i, w)];
        }
    }

 private:
    size_t w_;
    int32_t *differences_, *column_sums_;
};

template <class T>
void subtract_row(Plane<T> previous, Plane<T> current, int y, int32_t* out) {
    const T* a = previous.row(y);
    const T* b = current.row(y);
    for (unsigned x = 0; x < current.w; x++) out[x] = a[x] - b[x];
}

void blur_columns(const Rows& rows, int y, int w, int h, unsigned shift) {
    const int32_t* row[5];
    for (int k = 0; k < 5; k++) row[k] = rows.difference(mirror_centre(y + k - kRadius, h));
    int32_t* out = rows.column_sums();
    for (int x = 0; x < w; x++) out[x] = blur(row[0][x], row[1][x], row[2][x], row[3][x], row[4][x], shift);
}

uint64_t blurred_row_sad(const int32_t* v, int w) {
    uint64_t sum = 0;
    for (int x = 0; x < w; x++)
        sum += static_cast<uint32_t>(std::abs(blur(v[x - 2], v[x - 1], v[x], v[x + 1], v[x + 2], kHorizontalShift)));
    return sum;
}

template <class T>
uint64_t plane_sad(Plane<T> previous, Plane<T> current, unsigned bpc, std::vector<int32_t>& scratch) {
    const Rows rows(scratch, current.w);
    const int w = static_cast<int>(current.w), h = static_cast<int>(current.h);
    uint64_t total = 0;
    for (int y = 0; y < h && y < kRadius; y++) subtract_row(previous, current, y, rows.difference(y));
    for (int y = 0; y < h; y++) {
        const int ahead = y + kRadius;
        if (ahead < h) subtract_row(previous, current, ahead, rows.difference(ahead));
        blur_columns(rows, y, w, h, vertical_shift(bpc));
        rows.mirror_ends();
        total += blurred_row_sad(rows.column_sums(), w);
    }
    return total;
}

uint64_t scalar_sad(const PictureView& previous, const PictureView& current, std::vector<int32_t>& scratch) {
    return with_sample_type(current.format.bpc, [&]<class T>(std::type_identity<T>) {
        return plane_sad(previous.plane<T>(0), current.plane<T>(0), current.format.bpc, scratch);
    });
}

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, unsigned distance, SadFunction sad)
        : variants_(variants), distance_(distance), sad_(sad) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        if (distance_ > 0 && frame.previous[distance_ - 1].ref)
            sums.sad = sad_(frame.previous[distance_ - 1].ref, frame.ref, scratch_);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    unsigned distance_;
    SadFunction sad_;
    std::vector<int32_t> scratch_;
};

/// Turns the SADs, in reading order, into the features; holds back what depends on the next frame.
class MotionScorer final : public Scorer {
 public:
    MotionScorer(const OptionValues& options, const PictureFormat& format)
        : samples_(static_cast<double>(uint64_t{format.w} * format.h)),
          distance_(options.flag("motion_five_frame_window") ? 2 : 1),
          fps_weight_(options.real("motion_fps_weight")),
          max_(options.real("motion_max_val")),
          blend_factor_(options.real("motion_blend_factor")),
          blend_offset_(options.real("motion_blend_offset")),
          average_(options.flag("motion_moving_average")),
          debug_(options.flag("debug")) {}

    void score(unsigned frame, const std::byte* sums, ScoreSink& out) override {
        const double sad = lesser(static_cast<double>(load_sums<Sums>(sums).sad) / 256. / samples_ * fps_weight_, max_);
        out.set(frame, kSad, sad);
        if (debug_) out.set(frame, kDebug, sad);

        const Entry latest{frame, sad};
        if (count_ < distance_) {
            out.set(frame, kMotion2, 0);
        } else if (count_ == distance_) {
            stamp_first(blend(sad), out);
        } else {
            const bool has_earlier = count_ >= 2 * distance_;
            deliver(recent(1).frame, has_earlier ? lesser(recent(distance_).sad, sad) : sad, out);
        }
        recent_[count_++ % 2] = latest;
    }

    void flush(ScoreSink& out) override {
        if (count_ <= distance_)
            stamp_first(0, out);
        else
            deliver(recent(1).frame, recent(1).sad, out);
    }

 private:
    struct Entry {
        unsigned frame;
        double sad;
    };

    static double lesser(double a, double b) { return a < b ? a : b; }
    double blend(double v) const {
        return lesser(v * blend_factor_ + (1 - blend_factor_) * lesser(blend_offset_, v), max_);
    }
    /// The entry `back` frames (1 or 2) before the one being scored.
    const Entry& recent(uint64_t back) const { return recent_[(count_ - back) % 2]; }

    /// motion3 of the frames that have no earlier picture.
    void stamp_first(double value, ScoreSink& out) {
        for (uint64_t back = std::min(count_, distance_); back > 0; back--)
            out.set(recent(back).frame, kMotion3, value);
        before_ = value;
    }

    void deliver(unsigned frame, double motion2, ScoreSink& out) {
        const double blended = blend(motion2);
        out.set(frame, kMotion2, motion2);
        out.set(frame, kMotion3, average_ ? (blended + before_) / 2 : blended);
        before_ = blended;
    }

    const double samples_;
    const uint64_t distance_;
    const double fps_weight_, max_, blend_factor_, blend_offset_;
    const bool average_, debug_;
    uint64_t count_ = 0;  ///< frames scored
    Entry recent_[2] = {};
    double before_ = 0;  ///< the blended value of the frame before, not averaged
};

unsigned needs(const OptionValues& options, const PictureFormat&) {
    constexpr unsigned kPrevious[] = {kLumaOnly, kPreviousRef, kPreviousRef2};
    return kEveryFrame | kPrevious[distance(options)];
}

std::unique_ptr<Extractor> make_cpu(Variants variants, const PictureFormat&, const CpuFeatures& cpu) {
    const SadFunction vector = kHaveSimd ? vector_sad(cpu) : nullptr;
    return std::make_unique<CpuExtractor>(variants.size(), distance(variants[0]), vector ? vector : scalar_sad);
}

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<MotionScorer>(options, format);
}

}  // namespace

unsigned distance(const OptionValues& options) {
    if (options.flag("motion_force_zero")) return 0;
    return options.flag("motion_five_frame_window") ? 2 : 1;
}

}  // namespace motion

const Metric kMotion = {.name = "motion",
                        .features = motion::kFeatures,
                        .options = motion::kOptions,
                        .sums_size = sizeof(motion::Sums),
                        .needs = motion::needs,
                        .make_cpu = motion::make_cpu,
                        .make_cuda = kHaveCuda ? motion::make_cuda : nullptr,
                        .kernels = kHaveCuda ? &motion::kKernels : nullptr,
                        .make_scorer = motion::make_scorer};

}  // namespace vmaf
