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
#include "metric/vif/vif_moments-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace vmaf::vif::HWY_NAMESPACE {
namespace {

HWY_INLINE U32 mean_product(U32 a, U32 b) {
    const auto half = hn::Set(u64, uint64_t{1} << 31);
    const auto odd = [](U32 v) HWY_ATTR { return as_u32(hn::ShiftRight<32>(hn::BitCast(u64, v))); };
    const auto even_product = hn::Add(hn::MulEven(a, b), half);
    const auto odd_product = hn::Add(hn::MulEven(odd(a), odd(b)), half);
    return hn::OddEven(as_u32(odd_product), as_u32(hn::ShiftRight<32>(even_product)));
}

/// Adding it leaves a float's nearest integer in the low bits.
constexpr float kRounder = 3 << 22;
constexpr int32_t kRounderBits = 0x4b400000;
constexpr int32_t kLogBias = kRounderBits / 16 + 127 * kLogFraction;

/// log2_q11 + kLogBias. x > 0.
HWY_INLINE S32 biased_log2_q11(S32 x) {
    // Without the bits 16 below any set one the conversion does not round up; of the leading 16 none is touched.
    const S32 leading = hn::AndNot(hn::ShiftRight<16>(x), x);
    const S32 bits = hn::BitCast(s32, hn::ConvertTo(f32, leading));
    const S32 mantissa = hn::Or(hn::And(bits, hn::Set(s32, 0x7fff00)), hn::Set(s32, 0x3f800000));
    const F32 t = hn::Sub(hn::BitCast(f32, mantissa), hn::Set(f32, 1.5f));
    constexpr int kDegree = std::size(kLogPolynomial) - 1;
    F32 p = hn::Set(f32, kLogPolynomial[kDegree]);
    HWY_UNROLL(16)
    for (int k = kDegree - 1; k >= 0; k--) p = hn::MulAdd(p, t, hn::Set(f32, kLogPolynomial[k]));
    const S32 step = hn::BitCast(s32, hn::Add(p, hn::Set(f32, kRounder)));
    return hn::ShiftRight<4>(hn::Add(hn::ShiftRight<8>(bits), step));
}

HWY_INLINE S32 truncated(F64 lower, F64 upper) {
    return hn::Combine(s32, hn::DemoteTo(s32_half, upper), hn::DemoteTo(s32_half, lower));
}

/// What a row of a tile of the reference gives by itself, in the order of MomentRow.
struct ReferenceRow {
    const uint32_t* mean;     ///< Q24
    const int32_t* variance;  ///< Q16; 0 where a pixel is flat
};

/// The same, still to be written.
struct NewReferenceRow {
    uint32_t* mean;
    int32_t* variance;

    operator ReferenceRow() const { return {mean, variance}; }
};

/// What the pixels of a tile's row have in common with the next steps; Q16. The order is that of MomentRow.
struct TilePixels {
    // Of a flat pixel `cross` is 0, as of one without a channel: then it adds nothing to the logarithms.
    alignas(kVectorAlignment) int32_t dis[kTile], cross[kTile];
    alignas(kVectorAlignment) double gain[kTile];
    alignas(kVectorAlignment) int32_t noise[kTile];   ///< with the neural noise
    alignas(kVectorAlignment) int32_t signal[kTile];  ///< with all noise
};

HWY_INLINE S32 covariance(const uint32_t* products, U32 a, U32 b) {
    return hn::BitCast(s32, hn::Sub(hn::Load(u32, products), mean_product(a, b)));
}

/// Variances of the first n pixels, whole vectors, from the means and `squares`; returns how many are flat.
size_t find_variances(const uint32_t* squares, size_t n, const NewReferenceRow& row) {
    S32 count = hn::Zero(s32);
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const U32 mean = hn::Load(u32, row.mean + i);
        const S32 variance = covariance(squares + i, mean, mean);
        const auto flat = hn::Lt(variance, hn::Set(s32, kNoise));
        count = hn::Sub(count, hn::VecFromMask(s32, flat));
        hn::Store(hn::IfThenZeroElse(flat, variance), s32, row.variance + i);
    }
    return static_cast<size_t>(sum_of_lanes(count));
}

/// Moments of a row of the distorted picture, and of its products with the reference.
struct DistortedMoments {
    MomentRow mean, square, product;
};

/// Adds the first n pixels, whole vectors, to the sums as far as they are flat; false if all are.
bool find_covariances(const ReferenceRow& ref, const DistortedMoments& moments, size_t n, TilePixels& out,
                      SharedSums& sums) {
    const S32 zero = hn::Zero(s32);
    const U64 low_words = hn::Set(u64, 0xffffffffu);
    S32 any = zero;
    U64 distortion = hn::Zero(u64);
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const U32 mean_ref = hn::Load(u32, ref.mean + i), mean_dis = hn::Load(u32, moments.mean.of + i);
        const S32 variance = hn::Load(s32, ref.variance + i);
        const S32 dis = hn::Max(zero, covariance(moments.square.of + i, mean_dis, mean_dis));
        const S32 cross = covariance(moments.product.of + i, mean_ref, mean_dis);
        const auto flat = hn::Eq(variance, zero);
        any = hn::Or(any, variance);
        const U64 flat_dis = hn::BitCast(u64, hn::IfThenElseZero(flat, dis));
        distortion = hn::Add(distortion, hn::Add(hn::And(flat_dis, low_words), hn::ShiftRight<32>(flat_dis)));
        const auto no_channel = hn::Or(flat, hn::Eq(dis, zero));
        hn::Store(dis, s32, out.dis + i);
        hn::Store(hn::IfThenZeroElse(no_channel, hn::Max(zero, cross)), s32, out.cross + i);
    }
    sums.flat_distortion += sum_of_lanes(hn::BitCast(s64, distortion));
    return !hn::AllTrue(s32, hn::Eq(any, zero));
}

HWY_INLINE F64 gain_of(F64 cross, F64 ref) { return hn::Div(cross, hn::Add(ref, hn::Set(f64, kVarianceOffset))); }
HWY_INLINE F64 noise_of(F64 gain, F64 cross, F64 dis) { return hn::Sub(dis, hn::Mul(gain, cross)); }

void find_channels(const int32_t* variance, size_t n, TilePixels& pixels) {
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const auto load = [i](const int32_t* values) HWY_ATTR { return hn::Load(s32, values + i); };
        const S32 ref = load(variance), dis = load(pixels.dis), cross = load(pixels.cross);
        const F64 cross0 = lower_half(cross), cross1 = upper_half(cross);
        const F64 gain0 = gain_of(cross0, lower_half(ref)), gain1 = gain_of(cross1, upper_half(ref));
        hn::Store(gain0, f64, pixels.gain + i);
        hn::Store(gain1, f64, pixels.gain + i + hn::Lanes(f64));
        const S32 noise = truncated(noise_of(gain0, cross0, lower_half(dis)), noise_of(gain1, cross1, upper_half(dis)));
        hn::Store(hn::Add(hn::Max(noise, hn::Zero(s32)), hn::Set(s32, kNoise)), s32, pixels.noise + i);
    }
}

/// What of a vector of pixels comes through under a gain limit, with all noise.
HWY_INLINE S32 signal_at(size_t i, F64 limit, const int32_t* variance, const TilePixels& pixels) {
    const auto signal = [&](const double* gain, F64 ref) HWY_ATTR {
        const F64 limited = hn::Min(hn::Load(f64, gain), limit);
        return hn::Mul(hn::Mul(limited, limited), ref);
    };
    const S32 ref = hn::Load(s32, variance + i);
    const double* gain = pixels.gain + i;
    const S32 signals = truncated(signal(gain, lower_half(ref)), signal(gain + hn::Lanes(f64), upper_half(ref)));
    return hn::Add(signals, hn::Load(s32, pixels.noise + i));
}

void find_signals(double gain_limit, const int32_t* variance, size_t n, TilePixels& pixels) {
    const F64 limit = hn::Set(f64, gain_limit);
    for (size_t i = 0; i < n; i += hn::Lanes(s32))
        hn::Store(signal_at(i, limit, variance, pixels), s32, pixels.signal + i);
}

/// Sum of log2_q11(x + bias) over n values, whole vectors. `keep(i, logarithms)` sees the vector from i on with the bias kLogBias.
template <class Keep>
HWY_INLINE int64_t sum_of_logs(const int32_t* x, int32_t bias, size_t n, Keep&& keep) {
    // Lanes may wrap around until the logarithm's own bias is taken off: sums of so few pixels are below 2^31.
    S32 sum = hn::Zero(s32);
    for (size_t i = 0; i < n; i += hn::Lanes(s32)) {
        const S32 log = biased_log2_q11(hn::Add(hn::Load(s32, x + i), hn::Set(s32, bias)));
        keep(i, log);
        sum = hn::Add(sum, log);
    }
    const auto vectors = static_cast<uint32_t>(n / hn::Lanes(s32));
    return sum_of_lanes(hn::Sub(sum, hn::Set(s32, static_cast<int32_t>(vectors * kLogBias))));
}

int64_t sum_of_logs(const int32_t* x, int32_t bias, size_t n) {
    return sum_of_logs(x, bias, n, [](size_t, S32) HWY_ATTR {});
}

/// The same for the signals, which become their logarithms.
int64_t log_signals(size_t n, TilePixels& pixels) {
    return sum_of_logs(pixels.signal, 0, n,
                       [&](size_t i, S32 log) HWY_ATTR { hn::Store(log, s32, pixels.signal + i); });
}

/// How the sum that log_signals() gave changes under a lower limit: only vectors with a gain above it are computed again.
int64_t change_by_limit(double gain_limit, const int32_t* variance, size_t n, const TilePixels& pixels) {
    const F64 limit = hn::Set(f64, gain_limit);
    uint32_t limited[kTile];
    size_t count = 0;
    for (size_t i = 0; i < n; i += hn::Lanes(s32)) {
        const F64 most = hn::Max(hn::Load(f64, pixels.gain + i), hn::Load(f64, pixels.gain + i + hn::Lanes(f64)));
        limited[count] = static_cast<uint32_t>(i);
        count += !hn::AllFalse(f64, hn::Gt(most, limit));
    }
    S32 sum = hn::Zero(s32);
    for (size_t k = 0; k < count; k++) {
        const size_t i = limited[k];
        const S32 log = biased_log2_q11(signal_at(i, limit, variance, pixels));
        sum = hn::Add(sum, hn::Sub(log, hn::Load(s32, pixels.signal + i)));
    }
    return sum_of_lanes(sum);
}

/// Adds the distorted picture's logarithms of the first n pixels, whole vectors.
void add_information(const int32_t* variance, size_t n, const std::vector<double>& gain_limits, TilePixels& pixels,
                     SharedSums& sums) {
    const double highest = *std::max_element(gain_limits.begin(), gain_limits.end());
    find_channels(variance, n, pixels);
    find_signals(highest, variance, n, pixels);
    const int64_t information = log_signals(n, pixels) - sum_of_logs(pixels.noise, 0, n);
    for (size_t k = 0; k < gain_limits.size(); k++) {
        sums.num_log[k] += information;
        if (gain_limits[k] < highest) sums.num_log[k] += change_by_limit(gain_limits[k], variance, n, pixels);
    }
}

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
        if (find_covariances(ref, moments_, whole, pixels_, sums_[kScale]))
            add_information(ref.variance, whole, plan_.gain_limits(), pixels_, sums_[kScale]);
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
        constexpr unsigned kLeastRows = 128, kMost = 4;
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
