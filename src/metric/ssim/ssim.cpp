// float_ssim on the CPU, row by row over a ring of filtered rows, and the scorer that all backends share.
#include "metric/ssim/ssim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/mirror.h"
#include "metric/ssim/ssim_math.h"
#include "metric/ssim/ssim_simd.h"

namespace vmaf {
namespace ssim {
namespace {

constexpr Option kOptions[] = {
    {.name = "enable_lcs",
     .help = "also deliver the luminance, contrast and structure factors",
     .scope = Option::Scope::kVariant},
    {.name = "enable_db", .help = "deliver -10 log10(1 - SSIM)", .scope = Option::Scope::kVariant},
    {.name = "clip_db",
     .help = "cap values in dB by the size and depth of the picture",
     .scope = Option::Scope::kVariant},
    {.name = "scale",
     .help = "decimate by this factor in both directions; 0: by the smaller side, in steps of 256 samples",
     .type = Option::Type::kInt,
     .number = 0,
     .min = 0,
     .max = 10},
};

enum : size_t { kSsim, kLuminance, kContrast, kStructure };
constexpr Feature kFeatures[] = {
    {"float_ssim"},
    {.name = "float_ssim_l", .suffixed = false},
    {.name = "float_ssim_c", .suffixed = false},
    {.name = "float_ssim_s", .suffixed = false},
};

/// Rows of the decimated and extended plane, one at a time.
class Decimator {
 public:
    Decimator(const Geometry& geometry, unsigned bpc)
        : geometry_(geometry), unit_(sample_unit(bpc)), columns_(geometry.x.source), row_(geometry.x.decimated) {}

    template <class T>
    void row(Plane<T> plane, int y, float* out) {
        const Axis& x = geometry_.x;
        y = mirror_face(y - geometry_.y.padding, geometry_.y.decimated);
        float* target = x.padding > 0 || x.extended > x.decimated ? row_.data() : out;
        if (geometry_.scale == 1)
            convert(plane.row(y), target);
        else
            decimate(plane, y, target);
        if (target != out)
            for (int i = 0; i < x.extended; i++) out[i] = target[mirror_face(i - x.padding, x.decimated)];
    }

 private:
    template <class T>
    void convert(const T* in, float* out) const {
        for (int i = 0; i < geometry_.x.source; i++) out[i] = static_cast<float>(in[i]) * unit_;
    }

    template <class T>
    void decimate(Plane<T> plane, int y, float* out) {
        const int scale = geometry_.scale, first_row = y * scale - scale / 2;
        const float weight = box_weight(scale);
        std::fill(columns_.begin(), columns_.end(), 0.);
        for (int j = 0; j < scale; j++) {
            const T* in = plane.row(mirror_face(first_row + j, geometry_.y.source));
            for (size_t i = 0; i < columns_.size(); i++)
                columns_[i] += static_cast<double>(static_cast<float>(in[i]) * unit_ * weight);
        }
        for (int x = 0; x < geometry_.x.decimated; x++) out[x] = add_columns(x * scale - scale / 2);
    }

    float add_columns(int first) const {
        const int count = geometry_.scale, columns = geometry_.x.source;
        double sum = 0;
        if (first >= 0 && first + count <= columns)
            for (int i = 0; i < count; i++) sum += columns_[first + i];
        else
            for (int i = 0; i < count; i++) sum += columns_[mirror_face(first + i, columns)];
        return static_cast<float>(sum);
    }

    const Geometry& geometry_;
    float unit_;
    std::vector<double> columns_;  ///< box sums of single columns
    std::vector<float> row_;       ///< a decimated row before its extension
};

/// The five planes that are filtered, as horizontally filtered rows: the last kTaps of them.
class FilteredRows {
 public:
    explicit FilteredRows(int positions) : positions_(positions), rows_(size_t{kTaps} * kPlanes * positions) {}

    /// Filters row y of the plane pair.
    void push(int y, const float* ref, const float* dis) {
        filter(row(y, 0), [=](int x) { return ref[x]; });
        filter(row(y, 1), [=](int x) { return dis[x]; });
        filter(row(y, 2), [=](int x) { return ref[x] * ref[x]; });
        filter(row(y, 3), [=](int x) { return dis[x] * dis[x]; });
        filter(row(y, 4), [=](int x) { return ref[x] * dis[x]; });
    }

    /// The filtered planes of the window whose rows begin at y.
    Moments at(int x, int y) const {
        const auto column = [&](int plane) { return windowed([&](int v) { return row(y + v, plane)[x]; }); };
        return {column(0), column(1), column(2), column(3), column(4)};
    }

 private:
    static constexpr int kPlanes = 5;

    template <class Sample>
    void filter(float* out, Sample&& sample) const {
        for (int x = 0; x < positions_; x++) out[x] = windowed([&](int u) { return sample(x + u); });
    }
    const float* row(int y, int plane) const {
        return rows_.data() + (size_t(y % kTaps) * kPlanes + plane) * positions_;
    }
    float* row(int y, int plane) { return rows_.data() + (size_t(y % kTaps) * kPlanes + plane) * positions_; }

    int positions_;
    std::vector<float> rows_;
};

class CpuExtractor final : public Extractor {
 public:
    CpuExtractor(size_t variants, const Geometry& geometry, unsigned bpc)
        : variants_(variants),
          geometry_(geometry),
          decimator_(geometry_, bpc),
          ref_(geometry.x.extended),
          dis_(geometry.x.extended),
          rows_(geometry.x.positions) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < geometry_.y.extended; y++) {
                decimator_.row(ref, y, ref_.data());
                decimator_.row(dis, y, dis_.data());
                rows_.push(y, ref_.data(), dis_.data());
                if (y >= kTaps - 1) add_row(y - kTaps + 1, sums);
            }
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    void add_row(int y, Sums& sums) const {
        for (int begin = 0; begin < geometry_.x.positions; begin += kMostTerms)
            add_segment(begin, std::min(geometry_.x.positions, begin + kMostTerms), y, sums);
    }

    void add_segment(int begin, int end, int y, Sums& sums) const {
        int64_t ssim = 0, luminance = 0, contrast = 0, structure = 0;
        for (int x = begin; x < end; x++) {
            const Terms terms = similarity(rows_.at(x, y));
            ssim += fixed_point(terms.ssim);
            luminance += fixed_point(terms.luminance);
            contrast += fixed_point(terms.contrast);
            structure += fixed_point(terms.structure);
        }
        sums.ssim.add(ssim);
        sums.luminance.add(luminance);
        sums.contrast.add(contrast);
        sums.structure.add(structure);
    }

    size_t variants_;
    Geometry geometry_;
    Decimator decimator_;
    std::vector<float> ref_, dis_;  ///< the latest decimated rows
    FilteredRows rows_;
};

class SsimScorer final : public Scorer {
 public:
    SsimScorer(const OptionValues& options, const PictureFormat& format)
        : factors_(options.flag("enable_lcs")), decibels_(options.flag("enable_db")) {
        const Geometry geometry(options, format);
        positions_ = static_cast<double>(int64_t{geometry.x.positions} * geometry.y.positions);
        if (options.flag("clip_db")) {
            const double peak = (1u << format.bpc) - 1, mse = 0.5 / static_cast<double>(uint64_t{format.w} * format.h);
            max_db_ = std::ceil(10. * std::log10(peak * peak / mse));
        }
    }

    void score(unsigned frame, const std::byte* in, ScoreSink& out) override {
        const Sums sums = load_sums<Sums>(in);
        const double ssim = mean(sums.ssim);
        out.set(frame, kSsim, decibels_ ? in_decibels(ssim) : ssim);
        if (!factors_) return;
        out.set(frame, kLuminance, mean(sums.luminance));
        out.set(frame, kContrast, mean(sums.contrast));
        out.set(frame, kStructure, mean(sums.structure));
    }

 private:
    double mean(const WideSum& sum) const { return static_cast<float>(sum.value(kFractionBits) / positions_); }
    /// Means above 1, which rounding can give, have no logarithm and reach the cap.
    double in_decibels(double ssim) const {
        const double db = -10. * std::log10(1 - ssim);
        return db < max_db_ ? db : max_db_;
    }

    bool factors_, decibels_;
    double positions_;
    double max_db_ = std::numeric_limits<double>::infinity();
};

std::unique_ptr<Extractor> make_cpu(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    const Geometry geometry(variants[0], format);
    if constexpr (kHaveSimd)
        if (auto vectors = make_vector_extractor(variants.size(), geometry, format.bpc, cpu)) return vectors;
    return std::make_unique<CpuExtractor>(variants.size(), geometry, format.bpc);
}

std::unique_ptr<Scorer> make_scorer(const OptionValues& options, const PictureFormat& format) {
    return std::make_unique<SsimScorer>(options, format);
}

}  // namespace

Geometry::Geometry(const OptionValues& options, const PictureFormat& format) : scale(options.integer("scale")) {
    if (scale == 0) scale = std::max(1, static_cast<int>((std::min(format.w, format.h) + 128) / 256));
    x = make_axis(static_cast<int>(format.w), scale);
    y = make_axis(static_cast<int>(format.h), scale);
}

}  // namespace ssim

const Metric kFloatSsim = {.name = "float_ssim",
                           .features = ssim::kFeatures,
                           .options = ssim::kOptions,
                           .sums_size = sizeof(ssim::Sums),
                           .make_cpu = ssim::make_cpu,
                           .make_cuda = kHaveCuda ? ssim::make_cuda : nullptr,
                           .kernels = kHaveCuda ? &ssim::kKernels : nullptr,
                           .make_scorer = ssim::make_scorer};

}  // namespace vmaf
