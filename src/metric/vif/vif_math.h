// The arithmetic of vif, once for all backends: filters, roundings, the logarithm, and what a pixel adds to the sums.
// Formats and ranges are those of docs/numerics/vif.md.
#pragma once

#include <array>
#include <cstdint>

#include "base/exact_math.h"

namespace vmaf::vif {

/// A symmetric filter: tap[k] is the Q16 weight at distance k; the whole filter sums to 65536.
struct Filter {
    int radius;
    uint16_t tap[9];
};

/// By scale. The filter of a scale also makes its picture from that of the scale above.
inline constexpr Filter kFilters[] = {
    {8, {7784, 7455, 6547, 5274, 3896, 2640, 1640, 935, 489}},
    {4, {14692, 12590, 7925, 3663, 1244}},
    {2, {26386, 16004, 3571}},
    {1, {43728, 10904}},
};
inline constexpr int kMaxRadius = 8;

/// Bits dropped by the vertical filter of a scale.
struct VerticalShifts {
    int mean;    ///< leaves Q8, 16 bits
    int square;  ///< leaves Q32, 32 bits
};

VMAF_HD constexpr VerticalShifts vertical_shifts(int scale, int bpc) {
    return scale == 0 ? VerticalShifts{bpc, 2 * (bpc - 8)} : VerticalShifts{16, 16};
}

/// Bits dropped by the horizontal filters of second moments and of decimated pictures.
inline constexpr int kHorizontalShift = 16;

template <class T>
VMAF_HD constexpr T round_shift(T value, int shift) {
    return (value + ((T{1} << shift) >> 1)) >> shift;
}

/// A pixel's moments after both filters.
struct Moments {
    uint32_t mean_ref, mean_dis;         ///< Q24
    uint32_t ref_ref, dis_dis, ref_dis;  ///< Q16
};

/// Q16. `ref` and `cross` are signed, `dis` is at least 0.
struct Covariance {
    int32_t ref, dis, cross;
};

VMAF_HD constexpr uint32_t mean_product(uint32_t a, uint32_t b) {
    return static_cast<uint32_t>(round_shift(uint64_t{a} * b, 32));
}

VMAF_HD constexpr Covariance covariance(const Moments& m) {
    const auto dis = static_cast<int32_t>(m.dis_dis - mean_product(m.mean_dis, m.mean_dis));
    return {static_cast<int32_t>(m.ref_ref - mean_product(m.mean_ref, m.mean_ref)), dis < 0 ? 0 : dis,
            static_cast<int32_t>(m.ref_dis - mean_product(m.mean_ref, m.mean_dis))};
}

inline constexpr int kLogFraction = 2048;   ///< logarithms are Q11
inline constexpr int32_t kNoise = 2 << 16;  ///< variance of the neural noise, Q16
inline constexpr int32_t kLogNoise = 17 * kLogFraction;

/// The logarithm's table: with b = leading_bits(x), 2048 * log2(x) is (b + entry[(b >> 3) % 4096]) >> 4.
using LogTable = std::array<uint16_t, 4096>;

constexpr LogTable make_log_table() {
    LogTable table{};
    double step = 32773.5348144074995034;            // 2^(15 + 1/4096 - 2^-21): where the fraction becomes 1
    constexpr double kRatio = 1.000338508052682313;  // 2^(1/2048): from one step to the next
    int value = 0;
    for (int j = 0; j < 4096; j++) {
        const int first = 32768 + 8 * j;
        for (; step <= first; step *= kRatio) value++;
        int offset = 1;
        while (offset < 8 && first + offset < step) offset++;
        table[j] = static_cast<uint16_t>(16 * value + 16 - offset - 8 * j);
    }
    return table;
}

inline constexpr LogTable kLogTable = make_log_table();

/// 2048 * log2(x), 2^15 <= x < 2^32, plus kLogBias, which differences don't need. `table` points to kLogTable or a copy.
/// A GPU takes leading_bits() from a float, whose exponent has this bias; with it they cost an instruction less.
inline constexpr int32_t kLogBias = 127 * kLogFraction;
VMAF_HD constexpr int32_t biased_log2_q11(uint32_t x, const uint16_t* table) {
    const uint32_t bits = leading_bits(x) + (uint32_t{127} << 15);
    return static_cast<int32_t>((bits + table[(bits >> 3) & 4095]) >> 4);
}

/// 2048 * log2(x), for the same x.
VMAF_HD constexpr int32_t log2_q11(uint32_t x, const uint16_t* table) { return biased_log2_q11(x, table) - kLogBias; }

VMAF_HD constexpr bool is_flat(const Covariance& c) { return c.ref < kNoise; }

/// What a pixel that is not flat adds to den_log.
VMAF_HD constexpr int32_t reference_information(const Covariance& c, const uint16_t* table) {
    return biased_log2_q11(static_cast<uint32_t>(c.ref) + kNoise, table) - (kLogNoise + kLogBias);
}

/// Keeps the gain finite; Q16.
inline constexpr double kVarianceOffset = 65536 * 1.0e-10;

/// The distorted pixel as gain times the reference plus noise.
struct Channel {
    double gain;
    uint32_t noise;  ///< Q16
};

/// True if anything of the reference is left; otherwise the pixel adds nothing to num_log.
VMAF_HD constexpr bool has_channel(const Covariance& c) { return c.cross > 0 && c.dis > 0; }

VMAF_HD constexpr Channel channel(const Covariance& c) {
    const double cross = to_double(c.cross);
    const double gain = bounded_quotient(cross, to_double(c.ref) + kVarianceOffset);
    // Exact covariances give no noise below 0; theirs is above -2^31, with a wide margin for their roundings.
    return {gain, truncated_or_zero(to_double(c.dis) - gain * cross)};
}

/// What a pixel that is not flat and has a channel adds to num_log.
VMAF_HD constexpr int32_t distorted_information(const Channel& channel, int32_t ref_variance, double gain_limit,
                                                const uint16_t* table) {
    const double gain = channel.gain < gain_limit ? channel.gain : gain_limit;
    const uint32_t noise = channel.noise + kNoise;
    const uint32_t signal = truncated(gain * gain * to_double(ref_variance));
    return biased_log2_q11(signal + noise, table) - biased_log2_q11(noise, table);
}

}  // namespace vmaf::vif
