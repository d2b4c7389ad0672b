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

/// What the pixels of a tile's row have in common with the next steps; Q16. The order is that of TileMoments.
struct TilePixels {
    // Of a flat pixel all but `dis` are 0, and without a channel `cross` is: then it adds nothing to the logarithms.
    alignas(kVectorAlignment) int32_t ref[kTile], dis[kTile], cross[kTile];
    alignas(kVectorAlignment) double gain[kTile];
    alignas(kVectorAlignment) int32_t noise[kTile];   ///< with the neural noise
    alignas(kVectorAlignment) int32_t signal[kTile];  ///< with all noise
};

/// Variances of the first n pixels, whole vectors; adds those that are flat to the sums and returns their number.
size_t find_covariances(const TileMoments& moments, size_t n, TilePixels& out, SharedSums& sums) {
    const S32 zero = hn::Zero(s32);
    const U64 low_words = hn::Set(u64, 0xffffffffu);
    S32 count = zero;
    U64 distortion = hn::Zero(u64);
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const U32 mean_ref = hn::Load(u32, moments.mean_ref + i), mean_dis = hn::Load(u32, moments.mean_dis + i);
        const auto covariance = [i](const uint32_t* products, U32 a, U32 b) HWY_ATTR {
            return hn::BitCast(s32, hn::Sub(hn::Load(u32, products + i), mean_product(a, b)));
        };
        const S32 ref = covariance(moments.ref_ref, mean_ref, mean_ref);
        const S32 dis = hn::Max(zero, covariance(moments.dis_dis, mean_dis, mean_dis));
        const S32 cross = covariance(moments.ref_dis, mean_ref, mean_dis);
        const auto flat = hn::Lt(ref, hn::Set(s32, kNoise));
        count = hn::Sub(count, hn::VecFromMask(s32, flat));
        const U64 flat_dis = hn::BitCast(u64, hn::IfThenElseZero(flat, dis));
        distortion = hn::Add(distortion, hn::Add(hn::And(flat_dis, low_words), hn::ShiftRight<32>(flat_dis)));
        const auto no_channel = hn::Or(flat, hn::Eq(dis, zero));
        hn::Store(hn::IfThenZeroElse(flat, ref), s32, out.ref + i);
        hn::Store(dis, s32, out.dis + i);
        hn::Store(hn::IfThenZeroElse(no_channel, hn::Max(zero, cross)), s32, out.cross + i);
    }
    const int64_t flats = sum_of_lanes(count);
    sums.flat += flats;
    sums.flat_distortion += sum_of_lanes(hn::BitCast(s64, distortion));
    return static_cast<size_t>(flats);
}

HWY_INLINE F64 gain_of(F64 cross, F64 ref) { return hn::Div(cross, hn::Add(ref, hn::Set(f64, kVarianceOffset))); }
HWY_INLINE F64 noise_of(F64 gain, F64 cross, F64 dis) { return hn::Sub(dis, hn::Mul(gain, cross)); }

void find_channels(size_t n, TilePixels& pixels) {
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const auto load = [i](const int32_t* values) HWY_ATTR { return hn::Load(s32, values + i); };
        const S32 ref = load(pixels.ref), dis = load(pixels.dis), cross = load(pixels.cross);
        const F64 cross0 = lower_half(cross), cross1 = upper_half(cross);
        const F64 gain0 = gain_of(cross0, lower_half(ref)), gain1 = gain_of(cross1, upper_half(ref));
        hn::Store(gain0, f64, pixels.gain + i);
        hn::Store(gain1, f64, pixels.gain + i + hn::Lanes(f64));
        const S32 noise = truncated(noise_of(gain0, cross0, lower_half(dis)), noise_of(gain1, cross1, upper_half(dis)));
        hn::Store(hn::Add(hn::Max(noise, hn::Zero(s32)), hn::Set(s32, kNoise)), s32, pixels.noise + i);
    }
}

void find_signals(double gain_limit, size_t n, TilePixels& pixels) {
    const F64 limit = hn::Set(f64, gain_limit);
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const auto signal = [&](const double* gain, F64 ref) HWY_ATTR {
            const F64 limited = hn::Min(hn::Load(f64, gain), limit);
            return hn::Mul(hn::Mul(limited, limited), ref);
        };
        const S32 ref = hn::Load(s32, pixels.ref + i);
        const double* gain = pixels.gain + i;
        const S32 signals = truncated(signal(gain, lower_half(ref)), signal(gain + hn::Lanes(f64), upper_half(ref)));
        hn::Store(hn::Add(signals, hn::Load(s32, pixels.noise + i)), s32, pixels.signal + i);
    }
}

/// Sum of log2_q11(x + bias) over n values, whole vectors.
int64_t sum_of_logs(const int32_t* x, int32_t bias, size_t n) {
    // Lanes may wrap around until the logarithm's own bias is taken off: sums of so few pixels are below 2^31.
    S32 sum = hn::Zero(s32);
    for (size_t i = 0; i < n; i += hn::Lanes(s32))
        sum = hn::Add(sum, biased_log2_q11(hn::Add(hn::Load(s32, x + i), hn::Set(s32, bias))));
    const auto vectors = static_cast<uint32_t>(n / hn::Lanes(s32));
    return sum_of_lanes(hn::Sub(sum, hn::Set(s32, static_cast<int32_t>(vectors * kLogBias))));
}

/// Adds the logarithms of the first n pixels, whole vectors.
void add_information(size_t n, const std::vector<double>& gain_limits, TilePixels& pixels, SharedSums& sums) {
    sums.den_log += sum_of_logs(pixels.ref, kNoise, n) - static_cast<int64_t>(n) * kLogNoise;
    find_channels(n, pixels);
    const int64_t noise = sum_of_logs(pixels.noise, 0, n);
    for (size_t k = 0; k < gain_limits.size(); k++) {
        find_signals(gain_limits[k], n, pixels);
        sums.num_log[k] += sum_of_logs(pixels.signal, 0, n) - noise;
    }
}

template <class Sample>
struct PlanePair {
    Plane<Sample> ref, dis;
};

/// The pictures of scales 1 to 3.
struct Pyramid {
    Level ref[kScales - 1], dis[kScales - 1];

    explicit Pyramid(const PictureFormat& format)
        : ref{{format.w / 2, format.h / 2}, {format.w / 4, format.h / 4}, {format.w / 8, format.h / 8}},
          dis{ref[0], ref[1], ref[2]} {}
};

/// Computes tiles, and keeps their sums.
class Worker {
 public:
    Worker(const Plan& plan, Pyramid& pyramid) : plan_(plan), pyramid_(pyramid) {
        for (SharedSums& scale : sums_) scale.num_log.resize(plan_.gain_limits().size());
    }

    /// `shift` scales the samples to 16 bits.
    template <int kScale, class Sample>
    void run_tile(const PlanePair<Sample>& in, const Tile& tile, int shift) {
        constexpr int kReach = kPairFilter<kScale>.reach;
        const int h = static_cast<int>(in.ref.h);
        int filled = -kReach / 2;
        for (int y = 0; y < h; y += 2) {
            for (; filled <= (y + kReach) / 2; filled++) {
                ref_rows_.fill(in.ref, tile, filled, shift);
                dis_rows_.fill(in.dis, tile, filled, shift);
            }
            if (kScale >= plan_.first_scale()) {
                filter_moments_down<kScale, sizeof(Sample) != 1>(ref_rows_, dis_rows_, y, tile.count, lines_);
                add_row<kScale>(lines_[0], tile.count);
                if (y + 1 < h) add_row<kScale>(lines_[1], tile.count);
            }
            if (kScale + 1 < kScales && y + 1 < h) decimate<std::min(kScale + 1, kScales - 1)>(y, tile);
        }
    }

    /// Adds its sums to those of a frame and forgets them.
    void give_sums(SharedSums (&total)[kScales]) {
        for (int scale = 0; scale < kScales; scale++) {
            SharedSums &from = sums_[scale], &to = total[scale];
            to.den_log += std::exchange(from.den_log, 0);
            to.flat += std::exchange(from.flat, 0);
            to.flat_distortion += std::exchange(from.flat_distortion, 0);
            for (size_t k = 0; k < from.num_log.size(); k++) to.num_log[k] += std::exchange(from.num_log[k], 0);
        }
    }

 private:
    /// Rows y and below become one of scale kScale.
    template <int kScale>
    void decimate(int y, const Tile& tile) {
        Line &ref = lines_[0].mean_ref, &dis = lines_[0].mean_dis;
        decimate_down<kScale>(ref_rows_, y, tile.count, ref);
        decimate_down<kScale>(dis_rows_, y, tile.count, dis);
        decimate_across<kScale>(ref, tile.count, pyramid_.ref[kScale - 1].row(y / 2) + tile.first / 2);
        decimate_across<kScale>(dis, tile.count, pyramid_.dis[kScale - 1].row(y / 2) + tile.first / 2);
    }

    template <int kScale>
    void add_row(const MomentLines& lines, size_t n) {
        const size_t whole = round_up(n, block());
        filter_moments_across<kScale>(lines, whole, moments_);
        moments_.clear_from(n, whole);
        const size_t flats = find_covariances(moments_, whole, pixels_, sums_[kScale]);
        sums_[kScale].flat -= static_cast<int64_t>(whole - n);
        if (flats < whole) add_information(whole, plan_.gain_limits(), pixels_, sums_[kScale]);
    }

    const Plan& plan_;
    Pyramid& pyramid_;
    PairRing ref_rows_, dis_rows_;
    MomentLines lines_[2];
    TileMoments moments_;
    TilePixels pixels_;
    SharedSums sums_[kScales];
};

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants), bpc_(static_cast<int>(format.bpc)), pyramid_(format), workers_(1) {}

    void use_helpers(Helpers& helpers) override {
        helpers_ = &helpers;
        workers_.resize(helpers.most());
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        with_sample_type(frame.ref.format.bpc, [&](auto type) {
            using Sample = typename decltype(type)::type;
            run_from<0>(PlanePair<Sample>{frame.ref.plane<Sample>(0), frame.dis.plane<Sample>(0)}, 16 - bpc_);
        });
        for (SharedSums& scale : sums_) {
            scale.den_log = scale.flat = scale.flat_distortion = 0;
            scale.num_log.assign(plan_.gain_limits().size(), 0);
        }
        for (const auto& worker : workers_)
            if (worker) worker->give_sums(sums_);
        for (size_t i = 0; i < plan_.variants(); i++) store_sums(out, i, plan_.variant_sums(i, sums_));
    }

 private:
    template <int kScale, class Sample>
    void run_from(const PlanePair<Sample>& in, int shift) {
        for_each((in.ref.w + kTile - 1) / kTile, [&](unsigned i, unsigned number) {
            std::unique_ptr<Worker>& worker = workers_[number];
            if (!worker) worker = std::make_unique<Worker>(plan_, pyramid_);
            worker->run_tile<kScale>(in, Tile(i * kTile, in.ref.w), shift);
        });
        if constexpr (kScale + 1 < kScales)
            run_from<kScale + 1>(PlanePair<uint16_t>{pyramid_.ref[kScale].plane(), pyramid_.dis[kScale].plane()}, 0);
    }

    template <class Item>
    void for_each(unsigned items, Item&& item) {
        if (helpers_ && items > 1) return helpers_->share(items, std::ref(item));
        for (unsigned i = 0; i < items; i++) item(i, 0);
    }

    const Plan plan_;
    int bpc_;
    Pyramid pyramid_;
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
