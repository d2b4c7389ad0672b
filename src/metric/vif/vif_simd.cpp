// The vif metric on vectors: sums of docs/numerics/vif.md two rows at a time, over buffers that stay in the caches.
#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#define HWY_WANT_AVX3_DL 1
#include "metric/vector_code.h"
#include "metric/vif/vif.h"
#include "metric/vif/vif_tables.h"

// What follows is compiled once for every instruction set: foreach_target.h includes this file again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/vif/vif_simd.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "metric/vif/vif_information-inl.h"
#include "metric/vif/vif_moments-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace vmaf::vif::HWY_NAMESPACE {
namespace {

template <class Sample>
struct PlanePair {
    Plane<Sample> ref, dis;
};

/// A picture at scales 1 to 3.
struct Pyramid {
    Level level[kScales - 1];

    explicit Pyramid(const PictureFormat& format)
        : level{{format.w / 2, format.h / 2}, {format.w / 4, format.h / 4}, {format.w / 8, format.h / 8}} {}
};

/// All rows of the reference at one scale, tile by tile: each is read as one stream.
class ReferenceRows {
 public:
    ReferenceRows(unsigned w, unsigned h) : h_(h), mean_(round_up(w, block()) * h), variance_(mean_.size()) {}

    NewReferenceRow row(const Tile& tile, int y) {
        return {mean_.data() + at(tile, y), variance_.data() + at(tile, y)};
    }
    ReferenceRow row(const Tile& tile, int y) const {
        return {mean_.data() + at(tile, y), variance_.data() + at(tile, y)};
    }

 private:
    size_t at(const Tile& tile, int y) const {
        return size_t{tile.first} * h_ + round_up(tile.count, block()) * static_cast<size_t>(y);
    }

    unsigned h_;
    AlignedVector<uint32_t> mean_;
    AlignedVector<int32_t> variance_;
};

/// What a pass makes of a reference for several encodes.
struct Reference final : PreparedReference {
    Reference(const Plan& plan, const PictureFormat& format) : size(bytes_of(plan, format)), pyramid(format) {
        for (int scale = 0; scale < kScales; scale++)
            rows.emplace_back(format.w >> scale, scale < plan.first_scale() ? 0 : format.h >> scale);
        for (SharedSums& scale : sums) scale.num_log.resize(plan.gain_limits().size());
    }
    static size_t bytes_of(const Plan& plan, const PictureFormat& format) {
        size_t bytes = 0;
        for (int scale = 0; scale < kScales; scale++) {
            const size_t samples = round_up(format.w >> scale, block()) * (format.h >> scale);
            if (scale >= plan.first_scale()) bytes += samples * (sizeof(uint32_t) + sizeof(int32_t));
            if (scale > 0) bytes += samples * sizeof(uint16_t);
        }
        return bytes;
    }
    size_t bytes() const override { return size; }

    const size_t size;
    Pyramid pyramid;
    std::vector<ReferenceRows> rows;  ///< by scale
    SharedSums sums[kScales];         ///< as far as they are the reference's
};

/// What is to be made of a frame: sums of both pictures, or one of the steps that come to the same.
struct Job {
    Reference* made = nullptr;         ///< prepare(): of the reference alone
    const Reference* given = nullptr;  ///< extract_with(): what was made
};

void clear(SharedSums (&sums)[kScales]) {
    for (SharedSums& scale : sums) {
        scale.den_log = scale.flat = scale.flat_distortion = 0;
        std::fill(scale.num_log.begin(), scale.num_log.end(), 0);
    }
}

/// Computes tiles, and keeps their sums.
class Worker {
 public:
    explicit Worker(const Plan& plan) : plan_(plan) {
        for (SharedSums& scale : sums_) scale.num_log.resize(plan_.gain_limits().size());
    }

    /// Rows `begin`, which is even, to `end` - 1 of a tile. `shift` scales the samples to 16 bits. The next scale's pictures go to `ref_next` and
    /// `dis_next`, as far as the job makes them.
    template <int kScale, class Sample>
    void run_tile(const Job& job, const PlanePair<Sample>& in, const Tile& tile, int begin, int end, int shift,
                  Level& ref_next, Level& dis_next) {
        constexpr int kReach = kPairFilter<kScale>.reach;
        constexpr bool kLow = sizeof(Sample) != 1;
        int filled = (begin - kReach) / 2;
        for (int y = begin; y < end; y += 2) {
            for (; filled <= (y + kReach) / 2; filled++) {
                ref_rows_.fill(in.ref, tile, filled, shift);
                if (!job.made) dis_rows_.fill(in.dis, tile, filled, shift);
            }
            if (kScale >= plan_.first_scale()) {
                const int rows = std::min(2, end - y);
                if (job.made)
                    filter_moments_down<kScale, kLow, Part::kReference>(ref_rows_, ref_rows_, y, tile.count, lines_);
                else if (job.given)
                    filter_moments_down<kScale, kLow, Part::kDistorted>(ref_rows_, dis_rows_, y, tile.count, lines_);
                else
                    filter_moments_down<kScale, kLow, Part::kPair>(ref_rows_, dis_rows_, y, tile.count, lines_);
                for (int i = 0; i < rows; i++) {
                    const ReferenceRow ref = job.given ? job.given->rows[kScale].row(tile, y + i)
                                                       : measure_reference<kScale>(job, lines_[i], tile, y + i);
                    if (!job.made) compare<kScale>(ref, lines_[i], tile.count);
                }
            }
            if (kScale + 1 < kScales && y + 1 < end) {
                constexpr int kNext = std::min(kScale + 1, kScales - 1);
                if (!job.given) decimate<kNext>(ref_rows_, y, tile, ref_next);
                if (!job.made) decimate<kNext>(dis_rows_, y, tile, dis_next);
            }
        }
    }

    /// Adds its sums to those of a frame and forgets them.
    void give_sums(SharedSums (&total)[kScales]) {
        for (int scale = 0; scale < kScales; scale++) {
            SharedSums &from = sums_[scale], &to = total[scale];
            to.den_log += from.den_log;
            to.flat += from.flat;
            to.flat_distortion += from.flat_distortion;
            for (size_t k = 0; k < from.num_log.size(); k++) to.num_log[k] += from.num_log[k];
        }
        clear(sums_);
    }

 private:
    /// Rows y and below become one of scale kScale.
    template <int kScale>
    void decimate(const PairRing& rows, int y, const Tile& tile, Level& out) {
        Line& line = lines_[0].mean_ref;
        decimate_down<kScale>(rows, y, tile.count, line);
        decimate_across<kScale>(line, tile.count, out.row(static_cast<unsigned>(y) / 2) + tile.first / 2);
    }

    /// Makes row y of the reference, and adds what it is by itself.
    template <int kScale>
    ReferenceRow measure_reference(const Job& job, const MomentLines& lines, const Tile& tile, int y) {
        const size_t n = tile.count, whole = round_up(n, block());
        SharedSums& sums = sums_[kScale];
        const NewReferenceRow row =
            job.made ? job.made->rows[kScale].row(tile, y) : NewReferenceRow{mean_ref_.of, variance_};
        mean_across<kScale>(lines.mean_ref, whole, row.mean);
        square_across<kScale>(lines.ref_ref, whole, ref_ref_.of);
        clear_columns(n, whole, row.mean);
        clear_columns(n, whole, ref_ref_.of);
        const size_t flats = find_variances(ref_ref_.of, whole, row);
        sums.flat += static_cast<int64_t>(flats) - static_cast<int64_t>(whole - n);
        if (flats < whole)
            sums.den_log += sum_of_logs(row.variance, kNoise, whole) - static_cast<int64_t>(whole) * kLogNoise;
        return row;
    }

    /// Adds what the distorted picture makes of a row of the reference.
    template <int kScale>
    void compare(const ReferenceRow& ref, const MomentLines& lines, size_t n) {
        const size_t whole = round_up(n, block());
        mean_across<kScale>(lines.mean_dis, whole, moments_.mean.of);
        square_across<kScale>(lines.dis_dis, whole, moments_.square.of);
        square_across<kScale>(lines.ref_dis, whole, moments_.product.of);
        for (MomentRow* row : {&moments_.mean, &moments_.square, &moments_.product}) clear_columns(n, whole, row->of);
        add_information(ref, moments_, whole, plan_.gain_limits(), pixels_, sums_[kScale]);
    }

    const Plan& plan_;
    PairRing ref_rows_, dis_rows_;
    MomentLines lines_[2];
    MomentRow mean_ref_, ref_ref_;
    alignas(kVectorAlignment) int32_t variance_[kTile];
    DistortedMoments moments_;
    TilePixels pixels_;
    SharedSums sums_[kScales];
};

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants), format_(format), ref_(format), dis_(format), workers_(1) {
        for (SharedSums& scale : sums_) scale.num_log.resize(plan_.gain_limits().size());
    }

    void use_helpers(Helpers& helpers) override {
        helpers_ = &helpers;
        workers_.resize(helpers.most());
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        clear(sums_);
        compute({}, frame, sums_);
        store(out);
    }

    size_t reference_bytes() const override { return Reference::bytes_of(plan_, format_); }
    std::unique_ptr<PreparedReference> new_reference() const override {
        return std::make_unique<Reference>(plan_, format_);
    }

    void prepare(const FramePictures& frame, PreparedReference& reference) override {
        auto& made = static_cast<Reference&>(reference);
        clear(made.sums);
        compute({.made = &made}, frame, made.sums);
    }

    void extract_with(const PreparedReference& reference, const FramePictures& frame, std::byte* out) override {
        const auto& given = static_cast<const Reference&>(reference);
        std::copy(std::begin(given.sums), std::end(given.sums), sums_);
        compute({.given = &given}, frame, sums_);
        store(out);
    }

 private:
    /// Adds the job's sums to `sums`.
    void compute(const Job& job, const FramePictures& frame, SharedSums (&sums)[kScales]) {
        with_sample_type(format_.bpc, [&](auto type) {
            using Sample = typename decltype(type)::type;
            const Plane<Sample> ref = frame.ref.plane<Sample>(0);
            run_from<0>(job, PlanePair<Sample>{ref, job.made ? ref : frame.dis.plane<Sample>(0)},
                        16 - static_cast<int>(format_.bpc));
        });
        for (const auto& worker : workers_)
            if (worker) worker->give_sums(sums);
    }

    void store(std::byte* out) {
        for (size_t i = 0; i < plan_.variants(); i++) store_sums(out, i, plan_.variant_sums(i, sums_));
    }

    template <int kScale, class Sample>
    void run_from(const Job& job, const PlanePair<Sample>& in, int shift) {
        constexpr int kNext = std::min(kScale, kScales - 2);  // the last scale makes none
        Level &ref_next = (job.made ? job.made->pyramid : ref_).level[kNext], &dis_next = dis_.level[kNext];
        const unsigned h = in.ref.h, tiles = (in.ref.w + kTile - 1) / kTile, bands = bands_of(h);
        for_each(tiles * bands, [&](unsigned i, unsigned number) {
            std::unique_ptr<Worker>& worker = workers_[number];
            if (!worker) worker = std::make_unique<Worker>(plan_);
            const auto row = [&](unsigned band) {
                return static_cast<int>(band == bands ? h : h * band / bands / 2 * 2);
            };
            worker->run_tile<kScale>(job, in, Tile(i % tiles * kTile, in.ref.w), row(i / tiles), row(i / tiles + 1),
                                     shift, ref_next, dis_next);
        });
        if constexpr (kScale + 1 < kScales) {
            const Level& ref = job.given ? job.given->pyramid.level[kNext] : ref_next;
            run_from<kScale + 1>(job, PlanePair<uint16_t>{ref.plane(), dis_next.plane()}, 0);
        }
    }

    /// In how many parts tiles are worked on, one below the other: enough for many threads to end at about the same time. What each reads of the rows
    /// above and below costs little if it is high.
    unsigned bands_of(unsigned h) const {
        constexpr unsigned kLeastRows = 32, kMost = 4;
        return helpers_ && helpers_->most() > 1 ? std::clamp(h / kLeastRows, 1u, kMost) : 1;
    }

    template <class Item>
    void for_each(unsigned items, Item&& item) {
        if (helpers_ && items > 1) return helpers_->share(items, std::ref(item));
        for (unsigned i = 0; i < items; i++) item(i, 0);
    }

    const Plan plan_;
    const PictureFormat format_;
    Pyramid ref_, dis_;
    Helpers* helpers_ = nullptr;
    std::vector<std::unique_ptr<Worker>> workers_;  ///< those that have been needed
    SharedSums sums_[kScales];
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return std::make_unique<VectorExtractor>(variants, format);
}

}  // namespace
}  // namespace vmaf::vif::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<vif::Sums>, HWY_TARGET> = vif::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> vif::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
