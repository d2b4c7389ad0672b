// What the pixels of a tile's row add to vif's sums, on vectors, from their moments. Part of the text vif_simd.cpp.
#if defined(VMAF_FEATURE_SIMD_VIF_INFORMATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_FEATURE_SIMD_VIF_INFORMATION_INL_H_
#undef VMAF_FEATURE_SIMD_VIF_INFORMATION_INL_H_
#else
#define VMAF_FEATURE_SIMD_VIF_INFORMATION_INL_H_
#endif

#include <algorithm>
#include <iterator>
#include <vector>

#include "metric/vif/vif.h"
#include "metric/vif/vif_moments-inl.h"

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

/// The channels of those vectors of a tile's row that are not all flat, under the highest gain limit; Q16.
struct TilePixels {
    alignas(kVectorAlignment) int32_t ref[kTile];     ///< variance; 0 where a pixel is flat
    alignas(kVectorAlignment) int32_t noise[kTile];   ///< with the neural noise
    alignas(kVectorAlignment) int32_t signal[kTile];  ///< with all noise
    alignas(kVectorAlignment) int32_t log[kTile];     ///< of the signal, with the bias kLogBias
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

HWY_INLINE F64 gain_of(F64 cross, F64 ref) { return hn::Div(cross, hn::Add(ref, hn::Set(f64, kVarianceOffset))); }
HWY_INLINE F64 noise_of(F64 gain, F64 cross, F64 dis) { return hn::Sub(dis, hn::Mul(gain, cross)); }
/// What comes through under a gain limit.
HWY_INLINE F64 signal_of(F64 gain, F64 limit, F64 ref) {
    const F64 limited = hn::Min(gain, limit);
    return hn::Mul(hn::Mul(limited, limited), ref);
}

/// Finds the channels of the first n pixels, whole vectors, and adds to the sums what of them is flat; returns how many have come out. One loop,
/// so that integer work goes on while the divisions wait for each other.
size_t find_channels(const ReferenceRow& ref, const DistortedMoments& moments, size_t n, double gain_limit,
                     TilePixels& out, SharedSums& sums) {
    const S32 zero = hn::Zero(s32);
    const U64 low_words = hn::Set(u64, 0xffffffffu);
    const F64 limit = hn::Set(f64, gain_limit);
    U64 distortion = hn::Zero(u64);
    size_t found = 0;
    for (size_t i = 0; i < n; i += hn::Lanes(u32)) {
        const U32 mean_ref = hn::Load(u32, ref.mean + i), mean_dis = hn::Load(u32, moments.mean.of + i);
        const S32 variance = hn::Load(s32, ref.variance + i);
        const S32 dis = hn::Max(zero, covariance(moments.square.of + i, mean_dis, mean_dis));
        const auto flat = hn::Eq(variance, zero);
        const U64 flat_dis = hn::BitCast(u64, hn::IfThenElseZero(flat, dis));
        distortion = hn::Add(distortion, hn::Add(hn::And(flat_dis, low_words), hn::ShiftRight<32>(flat_dis)));
        if (hn::AllTrue(s32, flat)) continue;

        // 0 if a pixel is flat or has no channel: then it adds nothing to the logarithms.
        const S32 cross = hn::IfThenZeroElse(hn::Or(flat, hn::Eq(dis, zero)),
                                             hn::Max(zero, covariance(moments.product.of + i, mean_ref, mean_dis)));
        const F64 ref0 = lower_half(variance), ref1 = upper_half(variance);
        const F64 cross0 = lower_half(cross), cross1 = upper_half(cross);
        const F64 gain0 = gain_of(cross0, ref0), gain1 = gain_of(cross1, ref1);
        const S32 own = truncated(noise_of(gain0, cross0, lower_half(dis)), noise_of(gain1, cross1, upper_half(dis)));
        const S32 noise = hn::Add(hn::Max(own, zero), hn::Set(s32, kNoise));
        const S32 signal = truncated(signal_of(gain0, limit, ref0), signal_of(gain1, limit, ref1));
        hn::Store(variance, s32, out.ref + found);
        hn::Store(noise, s32, out.noise + found);
        hn::Store(hn::Add(signal, noise), s32, out.signal + found);
        found += hn::Lanes(s32);
    }
    sums.flat_distortion += sum_of_lanes(hn::BitCast(s64, distortion));
    return found;
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

/// The same for the signals, whose logarithms are kept.
int64_t log_signals(size_t n, TilePixels& pixels) {
    return sum_of_logs(pixels.signal, 0, n, [&](size_t i, S32 log) HWY_ATTR { hn::Store(log, s32, pixels.log + i); });
}

/// How the sum that log_signals() gave changes under a lower limit: only vectors of pixels with a gain above it are computed again. A signal under
/// the limit is the lesser of the one at hand and of what the limit lets through, since products keep their order when they are rounded.
int64_t change_by_limit(double gain_limit, size_t n, const TilePixels& pixels) {
    const double square = gain_limit * gain_limit;
    const F64 factor = hn::Set(f64, square);
    const auto limited_at = [&](size_t i) HWY_ATTR {  // with the noise as much as 32 bits without a sign
        S32 most = hn::Load(s32, pixels.ref + i);
        if (square != 1) most = truncated(hn::Mul(factor, lower_half(most)), hn::Mul(factor, upper_half(most)));
        const S32 with_noise = hn::Add(most, hn::Load(s32, pixels.noise + i));
        return as_s32(hn::Min(as_u32(with_noise), as_u32(hn::Load(s32, pixels.signal + i))));
    };
    uint32_t limited[kTile];
    size_t count = 0;
    for (size_t i = 0; i < n; i += hn::Lanes(s32)) {
        limited[count] = static_cast<uint32_t>(i);
        count += !hn::AllTrue(s32, hn::Eq(limited_at(i), hn::Load(s32, pixels.signal + i)));
    }
    S32 sum = hn::Zero(s32);
    for (size_t k = 0; k < count; k++) {
        const size_t i = limited[k];
        const S32 log = biased_log2_q11(limited_at(i));
        sum = hn::Add(sum, hn::Sub(log, hn::Load(s32, pixels.log + i)));
    }
    return sum_of_lanes(sum);
}

/// Adds what the distorted picture makes of the first n pixels, whole vectors.
void add_information(const ReferenceRow& ref, const DistortedMoments& moments, size_t n,
                     const std::vector<double>& gain_limits, TilePixels& pixels, SharedSums& sums) {
    const double highest = *std::max_element(gain_limits.begin(), gain_limits.end());
    const size_t found = find_channels(ref, moments, n, highest, pixels, sums);
    if (!found) return;
    const int64_t information = log_signals(found, pixels) - sum_of_logs(pixels.noise, 0, found);
    for (size_t k = 0; k < gain_limits.size(); k++) {
        sums.num_log[k] += information;
        if (gain_limits[k] < highest) sums.num_log[k] += change_by_limit(gain_limits[k], found, pixels);
    }
}

}  // namespace
}  // namespace vmaf::vif::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
