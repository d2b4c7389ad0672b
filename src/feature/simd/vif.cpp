// The vif metric on vectors: sums of docs/numerics/vif.md two rows at a time, over buffers that stay in the caches.
#include "feature/simd/vif.h"

#include <algorithm>
#include <vector>

#include "feature/simd/dispatch.h"
#include "feature/simd/vif_tables.h"
#include "feature/vif.h"

// What follows is compiled once for every instruction set: foreach_target.h includes this file again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "feature/simd/vif.cpp"
// clang-format off
#include "hwy/foreach_target.h"
#include "feature/simd/vif_moments-inl.h"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace vmaf::vif::HWY_NAMESPACE {
namespace {

HWY_INLINE U32 mean_product(U32 a, U32 b) {
    const auto half = hn::Set(d64, uint64_t{1} << 31);
    const auto odd = [](U32 v) HWY_ATTR { return u32(hn::ShiftRight<32>(hn::BitCast(d64, v))); };
    const auto even_product = hn::Add(hn::MulEven(a, b), half);
    const auto odd_product = hn::Add(hn::MulEven(odd(a), odd(b)), half);
    return hn::OddEven(u32(odd_product), u32(hn::ShiftRight<32>(even_product)));
}

constexpr int32_t kLogBias = 127 * kLogFraction;

/// log2_q11 + kLogBias. x > 0.
HWY_INLINE S32 biased_log2_q11(S32 x) {
    // Without the bits 16 below any set one the conversion does not round up; of the leading 16 none is touched.
    const S32 leading = hn::AndNot(hn::ShiftRight<16>(x), x);
    const S32 bits = hn::ShiftRight<8>(hn::BitCast(s32, hn::ConvertTo(f32, leading)));
    const S32 index = hn::And(hn::ShiftRight<3>(bits), hn::Set(s32, kWideLogTable.size() - 1));
    return hn::ShiftRight<4>(hn::Add(bits, hn::GatherIndex(s32, kWideLogTable.data(), index)));
}

HWY_INLINE F64 lower_half(S32 v) {
    return hn::PromoteTo(f64, hn::LowerHalf(v));
}
HWY_INLINE F64 upper_half(S32 v) {
    return hn::PromoteTo(f64, hn::UpperHalf(s32_half, v));
}
HWY_INLINE S32 truncated(F64 lower, F64 upper) {
    return hn::Combine(s32, hn::DemoteTo(s32_half, upper), hn::DemoteTo(s32_half, lower));
}

HWY_INLINE int64_t sum_of_lanes(S64 v) {
    return hn::GetLane(hn::SumOfLanes(s64, v));
}
HWY_INLINE int64_t sum_of_lanes(S32 v) {
    return sum_of_lanes(hn::Add(hn::PromoteTo(s64, hn::LowerHalf(v)), hn::PromoteTo(s64, hn::UpperHalf(s32_half, v))));
}

/// Turns the first n pixels, whole vectors, into covariances, and adds those that are flat to the sums. What the others
/// need alone is cleared from these, so that they add nothing further: their variances are 0.
void split_off_flat(MomentChunk& pixels, size_t n, SharedSums& sums) {
    const S32 zero = hn::Zero(s32);
    const U64 low_words = hn::Set(d64, 0xffffffffu);
    S32 count = zero;
    U64 distortion = hn::Zero(d64);
    for (size_t i = 0; i < n; i += hn::Lanes(d32)) {
        const U32 mean_ref = hn::Load(d32, pixels.mean_ref + i), mean_dis = hn::Load(d32, pixels.mean_dis + i);
        const auto covariance = [i](const uint32_t* products, U32 a, U32 b) HWY_ATTR {
            return hn::BitCast(s32, hn::Sub(hn::Load(d32, products + i), mean_product(a, b)));
        };
        const S32 ref = covariance(pixels.ref_ref, mean_ref, mean_ref);
        const S32 dis = hn::Max(zero, covariance(pixels.dis_dis, mean_dis, mean_dis));
        const S32 cross = covariance(pixels.ref_dis, mean_ref, mean_dis);
        const auto flat = hn::Lt(ref, hn::Set(s32, kNoise));
        count = hn::Sub(count, hn::VecFromMask(s32, flat));
        const U64 flat_dis = hn::BitCast(d64, hn::IfThenElseZero(flat, dis));
        distortion = hn::Add(distortion, hn::Add(hn::And(flat_dis, low_words), hn::ShiftRight<32>(flat_dis)));
        const auto no_channel = hn::Or(flat, hn::Eq(dis, zero));
        hn::Store(u32(hn::IfThenZeroElse(flat, ref)), d32, pixels.ref_ref + i);
        hn::Store(u32(dis), d32, pixels.dis_dis + i);
        hn::Store(u32(hn::IfThenZeroElse(no_channel, hn::Max(zero, cross))), d32, pixels.ref_dis + i);
    }
    sums.flat += sum_of_lanes(count);
    sums.flat_distortion += sum_of_lanes(hn::BitCast(s64, distortion));
}

/// channel() and distorted_information() of half a vector of pixels.
struct Gain {
    HWY_INLINE static F64 of(F64 cross, F64 ref) { return hn::Div(cross, hn::Add(ref, hn::Set(f64, 65536 * 1.0e-10))); }
    HWY_INLINE static F64 noise(F64 gain, F64 cross, F64 dis) { return hn::Sub(dis, hn::Mul(gain, cross)); }
    HWY_INLINE static F64 signal(F64 gain, F64 ref, F64 limit) {
        const F64 limited = hn::Min(gain, limit);
        return hn::Mul(hn::Mul(limited, limited), ref);
    }
};

/// The gain limits of a pass, with the sums of num_log by lane.
struct GainLimits {
    std::vector<double> limit;
    std::vector<int32_t> lanes;

    explicit GainLimits(const std::vector<double>& limits) : limit(limits), lanes(limits.size() * hn::Lanes(s32)) {}
};

/// Adds the logarithms of the first n pixels, whole vectors.
void add_information(const MomentChunk& pixels, size_t n, GainLimits& limits, SharedSums& sums) {
    const S32 noise_variance = hn::Set(s32, kNoise), log_noise = hn::Set(s32, kLogNoise + kLogBias);
    S32 den = hn::Zero(s32);
    std::fill(limits.lanes.begin(), limits.lanes.end(), 0);
    for (size_t i = 0; i < n; i += hn::Lanes(d32)) {
        const auto load = [i](const uint32_t* values) HWY_ATTR { return hn::BitCast(s32, hn::Load(d32, values + i)); };
        const S32 ref = load(pixels.ref_ref), dis = load(pixels.dis_dis), cross = load(pixels.ref_dis);
        den = hn::Add(den, hn::Sub(biased_log2_q11(hn::Add(ref, noise_variance)), log_noise));

        const F64 gain0 = Gain::of(lower_half(cross), lower_half(ref)),
                  gain1 = Gain::of(upper_half(cross), upper_half(ref));
        const S32 noise = hn::Max(hn::Zero(s32), truncated(Gain::noise(gain0, lower_half(cross), lower_half(dis)),
                                                           Gain::noise(gain1, upper_half(cross), upper_half(dis))));
        const S32 all_noise = hn::Add(noise, noise_variance), log_all_noise = biased_log2_q11(all_noise);
        int32_t* num = limits.lanes.data();
        for (double gain_limit : limits.limit) {
            const F64 limit = hn::Set(f64, gain_limit);
            const S32 signal =
                truncated(Gain::signal(gain0, lower_half(ref), limit), Gain::signal(gain1, upper_half(ref), limit));
            const S32 information = hn::Sub(biased_log2_q11(hn::Add(signal, all_noise)), log_all_noise);
            hn::StoreU(hn::Add(hn::LoadU(s32, num), information), s32, num);
            num += hn::Lanes(s32);
        }
    }
    sums.den_log += sum_of_lanes(den);
    for (size_t k = 0; k < limits.limit.size(); k++)
        sums.num_log[k] += sum_of_lanes(hn::LoadU(s32, limits.lanes.data() + k * hn::Lanes(s32)));
}

template <class Sample>
struct PlanePair {
    Plane<Sample> ref, dis;
};

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants),
          gain_limits_(plan_.gain_limits()),
          bpc_(static_cast<int>(format.bpc)),
          ref_rows_(format.w),
          dis_rows_(format.w),
          lines_{MomentLines(format.w), MomentLines(format.w)},
          ref_{{format.w / 2, format.h / 2}, {format.w / 4, format.h / 4}, {format.w / 8, format.h / 8}},
          dis_{ref_[0], ref_[1], ref_[2]} {
        for (SharedSums& scale : sums_) scale.num_log.resize(plan_.gain_limits().size());
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        for (SharedSums& scale : sums_) {
            scale.den_log = scale.flat = scale.flat_distortion = 0;
            std::fill(scale.num_log.begin(), scale.num_log.end(), 0);
        }
        with_sample_type(frame.ref.format.bpc, [&](auto type) {
            using Sample = typename decltype(type)::type;
            run_from<0>(PlanePair<Sample>{frame.ref.plane<Sample>(0), frame.dis.plane<Sample>(0)}, 16 - bpc_);
        });
        for (size_t i = 0; i < plan_.variants(); i++) store_sums(out, i, plan_.variant_sums(i, sums_));
    }

 private:
    /// `shift` scales the samples to 16 bits.
    template <int kScale, class Sample>
    void run_from(const PlanePair<Sample>& in, int shift) {
        constexpr int kReach = kPairFilter<kScale>.reach;
        const int h = static_cast<int>(in.ref.h);
        int filled = -kReach / 2;
        for (int y = 0; y < h; y += 2) {
            for (; filled <= (y + kReach) / 2; filled++) {
                ref_rows_.fill(in.ref, filled, shift);
                dis_rows_.fill(in.dis, filled, shift);
            }
            if (kScale >= plan_.first_scale()) add_rows<kScale, sizeof(Sample) != 1>(y, h, in.ref.w);
            if constexpr (kScale + 1 < kScales) {
                if (y + 1 < h) {
                    decimate_row<kScale + 1>(ref_rows_, y, in.ref.w, lines_[0].mean_ref, ref_[kScale]);
                    decimate_row<kScale + 1>(dis_rows_, y, in.ref.w, lines_[0].mean_dis, dis_[kScale]);
                }
            }
        }
        if constexpr (kScale + 1 < kScales)
            run_from<kScale + 1>(PlanePair<uint16_t>{ref_[kScale].plane(), dis_[kScale].plane()}, 0);
    }

    /// Row y and the one below, if there is one.
    template <int kScale, bool kLow>
    void add_rows(int y, int h, unsigned w) {
        filter_moments_down<kScale, kLow>(ref_rows_, dis_rows_, y, w, lines_);
        for (int row = 0; row < 2 && y + row < h; row++)
            for (size_t x = 0; x < w; x += kChunk) {
                const size_t n = std::min<size_t>(kChunk, w - x), whole = round_up(n, block());
                filter_moments_across<kScale>(lines_[row], x, whole, pixels_);
                pixels_.clear_from(n, whole);
                split_off_flat(pixels_, whole, sums_[kScale]);
                sums_[kScale].flat -= static_cast<int64_t>(whole - n);
                add_information(pixels_, whole, gain_limits_, sums_[kScale]);
            }
    }

    Plan plan_;
    GainLimits gain_limits_;
    int bpc_;
    PairRing ref_rows_, dis_rows_;
    MomentLines lines_[2];
    MomentChunk pixels_;
    Level ref_[kScales - 1], dis_[kScales - 1];
    SharedSums sums_[kScales];
};

constexpr VectorCode kVectorCode = {
    [](Variants variants, const PictureFormat& format) -> std::unique_ptr<Extractor> {
        return std::make_unique<VectorExtractor>(variants, format);
    },
};

}  // namespace
}  // namespace vmaf::vif::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr const vif::VectorCode* simd::kCompiled<vif::VectorCode, HWY_TARGET> = &vif::HWY_NAMESPACE::kVectorCode;

#if HWY_ONCE
namespace vif {

std::unique_ptr<Extractor> make_vector_extractor(Variants variants, const PictureFormat& format,
                                                 const CpuFeatures& cpu) {
    const VectorCode* code = simd::best<VectorCode>(cpu);
    return code ? code->make(variants, format) : nullptr;
}

}  // namespace vif
#endif

}  // namespace vmaf
