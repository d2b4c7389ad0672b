// The arithmetic of adm, once for every backend: wavelet, decoupling, CSF weighting, contrast masking, and the plain
// data that a pass takes and gives. No loops over a picture. docs/numerics/adm.md states it in formulas; the section
// numbers below are its.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/exact_integers.h"
#include "base/host_device.h"
#include "base/mirror.h"

#if !defined(__CUDA_ARCH__)
#include <bit>
#endif

namespace vmaf::adm {

inline constexpr int kScales = 4;
inline constexpr int kBands = 3;
enum Band { kHorizontal, kVertical, kDiagonal };

/// Where the region that is summed begins along an axis of n samples; it ends as far from the other end.
VMAF_HD constexpr int inner_begin(int n) { return n < 5 ? 0 : (n - 5) / 10; }

/// Totals of one scale by band; every row of the picture is rounded before it is added (docs/numerics/adm.md, 6 and 7).
struct ScaleSums {
    int64_t restored[kBands];    ///< restored detail, masked by the additive part
    int64_t additive[kBands];    ///< additive part, masked by restored detail; 0 with adm_skip_aim
    uint64_t reference[kBands];  ///< the reference's own detail, not masked; the same in all variants
};

struct Sums {
    ScaleSums scale[kScales];
};

/// One scale of a given picture size and viewing condition.
struct ScalePlan {
    int w, h;                      ///< of the bands
    int left, top, right, bottom;  ///< the region that is summed
    float csf[kBands];
    uint32_t weight[kBands];  ///< csf in fixed point, Format::weight_bits
    int cube_shift[kBands];   ///< of masked_cube
    int row_shift;            ///< of a row of masked cubes
    int energy_square_shift, energy_cube_shift, energy_row_shift;
    /// Rounds what is cut to its upper 16 bits. In the code it would be a second constant of a multiply-add, which takes one.
    uint32_t upper_half = 32768;
};

VMAF_HD constexpr uint32_t magnitude(int32_t x) {
    return x < 0 ? 0u - static_cast<uint32_t>(x) : static_cast<uint32_t>(x);
}

/// x / 2^shift, halves towards plus infinity.
template <class T>
VMAF_HD constexpr T round_shift(T x, int shift) {
    return shift > 0 ? (x + (T{1} << (shift - 1))) >> shift : x;
}

/// round_shift() by a number of bits known at run time, with the half at hand.
struct RoundingShift {
    int shift;
    int64_t half;

    VMAF_HD constexpr explicit RoundingShift(int bits = 0)
        : shift(bits), half(bits > 0 ? int64_t{1} << (bits - 1) : 0) {}
    template <class T>
    VMAF_HD constexpr T operator()(T x) const {
        return (x + static_cast<T>(half)) >> shift;
    }
};

/// Significant bits of x; 0 for 0.
VMAF_HD constexpr int bit_length(uint32_t x) {
#if defined(__CUDA_ARCH__)
    return 32 - __clz(static_cast<int>(x));
#else
    return std::bit_width(x);
#endif
}

/// Rounded up; n >= 1.
VMAF_HD constexpr int ceil_log2(uint32_t n) { return bit_length(n - 1); }

/// Formats of scale 0: 16-bit coefficients, Q6; weights Q21 (diagonal Q23) in 16 bits.
struct Fine {
    using Coefficient = int16_t;  ///< as stored; arithmetic is on int32_t
    using Sum = uint32_t;         ///< of the wavelet filters, modulo 2^32
    using Product = int32_t;      ///< of two coefficients, or of one and a Q15 ratio

    VMAF_HD static constexpr Product multiplied(int32_t a, int32_t b) { return a * b; }
    VMAF_HD static constexpr int weight_bits(int band) { return band == kDiagonal ? 23 : 21; }
    VMAF_HD static constexpr int threshold_shift(int band) { return band == kDiagonal ? 12 : 10; }
    VMAF_HD static constexpr int square_shift(int band) { return band == kDiagonal ? 30 : 29; }
    VMAF_HD static constexpr int32_t product(int32_t x, uint32_t weight) { return x * static_cast<int32_t>(weight); }

    /// The 16 bits from bit 15 (diagonal: 17) of the rounded product on, signed: as the upper half of 32 bits.
    VMAF_HD static constexpr int32_t weighted(int32_t x, uint32_t weight, int band) {
        const auto wide = static_cast<uint32_t>(x) * weight;
        return band == kDiagonal ? static_cast<int32_t>(wide + 65535) >> 17
                                 : static_cast<int32_t>(2 * wide + 32768) >> 16;
    }
    VMAF_HD static constexpr int32_t spread(int32_t weighted, const ScalePlan& plan) {
        return share<4369>(weighted, plan);
    }
    VMAF_HD static constexpr int32_t centre(int32_t weighted, const ScalePlan& plan) {
        return share<8738>(weighted, plan);
    }
    VMAF_HD static constexpr uint32_t contrast(int32_t x, uint32_t weight, int) {
        return magnitude(product(x, weight));
    }

 private:
    template <int kFactor>
    VMAF_HD static constexpr int32_t share(int32_t v, const ScalePlan& plan) {
        // 16 bits from bit 12 on, signed
        return static_cast<int32_t>(16 * kFactor * magnitude(v) + plan.upper_half) >> 16;
    }
};

/// 1 / 30 and 1 / 15 in Q32.
inline constexpr int32_t kThirtieth = 143165577, kFifteenth = 286331153;

/// Formats of scales 1 to 3: 32-bit coefficients; weights Q32.
struct Coarse {
    using Coefficient = int32_t;
    using Sum = int64_t;
    using Product = int64_t;

    VMAF_HD static constexpr Product multiplied(int32_t a, int32_t b) { return wide_product(a, b); }
    VMAF_HD static constexpr int weight_bits(int) { return 32; }
    VMAF_HD static constexpr int threshold_shift(int) { return 0; }
    VMAF_HD static constexpr int square_shift(int) { return 30; }

    /// x * weight / 2^28, rounded. The weight, 32 bits without a sign, is a multiple of 2^28, which needs no rounding, and a
    /// signed rest. With the rest in the upper bits the quotient is the upper half of the product.
    VMAF_HD static constexpr int32_t weighted(int32_t x, uint32_t weight, int) {
        const uint32_t whole = ((weight >> 27) + 1) >> 1;
        const auto rest = static_cast<int32_t>(weight << 4);
        const int64_t rounded = (wide_product(x, rest) + (int64_t{1} << 31)) >> 32;
        return static_cast<int32_t>(static_cast<uint32_t>(x) * whole + static_cast<uint32_t>(rounded));
    }
    VMAF_HD static constexpr int32_t spread(int32_t weighted, const ScalePlan&) { return share<kThirtieth>(weighted); }
    VMAF_HD static constexpr int32_t centre(int32_t weighted, const ScalePlan&) { return share<kFifteenth>(weighted); }
    VMAF_HD static constexpr uint32_t contrast(int32_t x, uint32_t weight, int band) {
        return magnitude(weighted(x, weight, band));
    }

 private:
    template <int kFactor>
    VMAF_HD static constexpr int32_t share(int32_t v) {
        const auto size = static_cast<int32_t>(magnitude(v));
        return static_cast<int32_t>((wide_product(size, kFactor) - (int64_t{1} << 31)) >> 32);
    }
};

// Section 2. The four inputs are samples 2i - 1 to 2i + 2 of the line.

/// Taps of the low-pass filter, Q15; the high-pass filter has them in reverse order, signs alternating.
inline constexpr int kTap0 = 15826, kTap1 = 27411, kTap2 = 7345, kTap3 = -4240;
inline constexpr uint32_t kLowPassGain = kTap0 + kTap1 + kTap2 + kTap3;

template <class Sum, class T>
VMAF_HD constexpr Sum low_pass(T s0, T s1, T s2, T s3, Sum offset = 0) {
    return offset + Sum(kTap0) * Sum(s0) + Sum(kTap1) * Sum(s1) + Sum(kTap2) * Sum(s2) + Sum(kTap3) * Sum(s3);
}

template <class Sum, class T>
VMAF_HD constexpr Sum high_pass(T s0, T s1, T s2, T s3, Sum offset = 0) {
    return offset + Sum(kTap3) * Sum(s0) + Sum(-kTap2) * Sum(s1) + Sum(kTap1) * Sum(s2) + Sum(-kTap0) * Sum(s3);
}

/// Added to the low-pass sum of samples: moves them to a mean of zero. `bits` per sample.
VMAF_HD constexpr uint32_t zero_mean(int bits) { return 0u - kLowPassGain * (1u << (bits - 1)); }

/// A filter sum, rounded. Cut to Format::Coefficient it is a coefficient; after filtering along rows that changes
/// nothing.
template <class Format>
VMAF_HD constexpr int32_t settle(typename Format::Sum sum, int shift) {
    using Sum = typename Format::Sum;
    const Sum half = shift > 0 ? Sum{1} << (shift - 1) : Sum{0};
    return static_cast<int32_t>(static_cast<std::make_signed_t<Sum>>(sum + half) >> shift);
}
/// The same of a sum that holds the rounding's half.
template <class Sum>
VMAF_HD constexpr int32_t settle_rounded(Sum sum, int shift) {
    return static_cast<int32_t>(static_cast<std::make_signed_t<Sum>>(sum) >> shift);
}

/// After filtering along columns; `bits` per sample of the picture.
VMAF_HD constexpr int column_shift(int scale, int bits) { return scale == 0 ? bits : scale == 1 ? 0 : 16; }
/// After filtering along rows.
VMAF_HD constexpr int row_shift(int scale) { return scale % 2 == 0 ? 16 : 15; }

// Section 3.

/// floor(2^30 / m), 1 <= m <= 2^15.
VMAF_HD constexpr uint32_t reciprocal(uint32_t m) { return bounded_reciprocal(m); }

/// What is left in the distorted coefficient `t` of the reference's `o`: o * clamp(t / o, 0, 1).
/// `reciprocal_of` is reciprocal(), or a table of it.
template <class Format, class Reciprocal>
VMAF_HD constexpr int32_t restore(int32_t o, int32_t t, Reciprocal&& reciprocal_of) {
    using Wide = std::make_unsigned_t<typename Format::Product>;
    constexpr uint32_t kOne = 1 << 15;
    const uint32_t size = o == 0 ? 1 : magnitude(o);
    const int32_t along = o < 0 ? -t : t;  // t as seen from o
    // From twice the reference on the ratio is 1 in any case; up to there the product stays in range.
    const uint32_t positive = along < 0 ? 0 : along, wanted = positive < 2 * size ? positive : 2 * size;
    int shift = 0;
    if constexpr (sizeof(Wide) > 4) shift = size < 32768 ? 0 : bit_length(size) - 15;
    const uint32_t leading = (((2 * size) >> shift) + 1) >> 1;
    const int drop = 15 + shift;
    const auto ratio =
        static_cast<uint32_t>((Wide{wanted} * reciprocal_of(leading) + (uint32_t{1} << (drop - 1))) >> drop);
    const auto k = static_cast<int32_t>(ratio < kOne ? ratio : kOne);
    return static_cast<int32_t>(round_shift(Format::multiplied(k, o), 15));
}

/// Below this size of the reference's coefficient o the ratio's 15 bits are enough: restore() is off by less than one half of
/// o * clamp(t / o, 0, 1), which is an integer.
inline constexpr uint32_t kExactReference = 1 << 14;

/// restore() for |o| < kExactReference: t where it lies between 0 and o, else the nearer of these two.
VMAF_HD constexpr int32_t restore_exact(int32_t o, int32_t t) {
    const int32_t least = t < 0 ? t : 0, most = t < 0 ? 0 : t;
    return o < least ? least : o > most ? most : o;
}

/// The square of the cosine of one degree.
inline constexpr float kCosSquared = 0x1.ffd814p-1f;

/// Whether the gradients of reference (oh, ov) and distorted picture (th, tv) are less than one degree apart.
template <class Format>
VMAF_HD constexpr bool aligned(int32_t oh, int32_t ov, int32_t th, int32_t tv) {
    using Wide = typename Format::Product;
    const Wide dot = Wide{oh} * th + Wide{ov} * tv;
    const auto d = static_cast<float>(dot);
    const auto p = static_cast<float>(Wide{oh} * oh + Wide{ov} * ov);
    const auto q = static_cast<float>(Wide{th} * th + Wide{tv} * tv);
    // The comparison is one of doubles. Floats decide it where they are further apart than their roundings, 2^-21 in
    // all.
    const float square = d * d, bound = kCosSquared * p * q;
    const bool above = square >= bound * (1 + 0x1p-20f), below = square < bound * (1 - 0x1p-20f);
    if (above || below) return above && dot >= 0;
    return dot >= 0 && double{d} * d >= double{kCosSquared} * p * q;
}

// Section 4.

/// A gain limit that is a whole number, up to 100; else 0. From the magnitude `cap` on a product exceeds any int32_t, and up to
/// there it fits 32 bits unsigned.
struct WholeGain {
    uint32_t factor = 0, cap = 0;

    constexpr WholeGain() = default;
    VMAF_HD constexpr explicit WholeGain(uint32_t whole) : factor(whole), cap(whole > 0 ? INT32_MAX / whole + 1 : 0) {}
};

/// `restored` of an aligned gradient, raised by `gain` but not beyond the distorted coefficient `t`, which has its sign
/// or is anything if it is 0.
template <class Format>
VMAF_HD constexpr int32_t limit_gain(int32_t restored, int32_t t, double gain) {
    const double raised = static_cast<double>(restored) * gain;
    const int32_t least = t < 0 ? t : 0, most = t < 0 ? 0 : t;
    return raised < least ? least : raised > most ? most : static_cast<int32_t>(raised);
}
/// The same, but not beyond the magnitude `most`.
VMAF_HD constexpr int32_t raised(int32_t restored, int32_t t, const WholeGain& gain, uint32_t most) {
    const uint32_t size = magnitude(restored), product = (size < gain.cap ? size : gain.cap) * gain.factor;
    const uint32_t limited = product < most ? product : most;
    return static_cast<int32_t>(t < 0 ? 0u - limited : limited);
}
template <class Format>
VMAF_HD constexpr int32_t limit_gain(int32_t restored, int32_t t, const WholeGain& gain) {
    return raised(restored, t, gain, magnitude(t));
}

// Section 6.

/// The cube of what `contrast` exceeds `threshold` by. `round` by the ScalePlan's cube_shift.
template <class Format>
VMAF_HD constexpr int64_t masked_cube(uint32_t contrast, int32_t threshold, int band, const RoundingShift& round) {
    const auto difference =
        static_cast<int32_t>(contrast - (static_cast<uint32_t>(threshold) << Format::threshold_shift(band)));
    const int32_t excess = difference > 0 ? difference : 0;
    const auto square = static_cast<int32_t>(round_shift(int64_t{excess} * excess, Format::square_shift(band)));
    return round(wide_product(square, excess));
}

// Section 7.

/// The cube of a coefficient of the reference. `round` by the ScalePlan's energy_cube_shift.
template <class Format>
VMAF_HD constexpr uint64_t energy(int32_t o, int square_shift, const RoundingShift& round) {
    const uint32_t a = magnitude(o);
    if constexpr (std::is_same_v<Format, Fine>) return uint64_t{a * a} * a;
    const auto square = static_cast<uint32_t>((uint64_t{a} * a + (uint64_t{1} << square_shift)) >> square_shift);
    return round(uint64_t{square} * a);
}

// One coefficient of every band: what the sections above make of it.

struct Bands {
    int32_t value[kBands];
};

struct Gain {
    double value;
    WholeGain whole;
};
VMAF_HD constexpr Gain make_gain(double value) {
    return {value, WholeGain(value == static_cast<uint32_t>(value) ? static_cast<uint32_t>(value) : 0)};
}

/// What all gain limits share.
struct Decoupled {
    Bands unlimited, dis;
    bool is_aligned;
};

struct Parts {
    Bands restored, additive;
};

/// How a part masks the other: at the places around it; at its own, beyond that.
struct Mask {
    int32_t spread, self;
};

/// Whether the gradients are less than one degree apart.
template <class Format>
VMAF_HD constexpr bool aligned(const Bands& ref, const Bands& dis) {
    return aligned<Format>(ref.value[kHorizontal], ref.value[kVertical], dis.value[kHorizontal], dis.value[kVertical]);
}

/// What is left of the reference, whatever the gain.
template <class Format, class Reciprocal>
VMAF_HD constexpr Bands restore(const Bands& ref, const Bands& dis, Reciprocal reciprocal_of) {
    uint32_t bits = 0;
    for (int b = 0; b < kBands; b++) bits |= magnitude(ref.value[b]);
    // Scales 1 to 3 have 15 bits more behind the point: there the shorter way is seldom open, and the question costs more.
    const bool is_exact = std::is_same_v<Format, Fine> && bits < kExactReference;
    Bands out{};
    for (int b = 0; b < kBands; b++)
        out.value[b] = is_exact ? restore_exact(ref.value[b], dis.value[b])
                                : restore<Format>(ref.value[b], dis.value[b], reciprocal_of);
    return out;
}

template <class Format, class Reciprocal>
VMAF_HD constexpr Decoupled decouple(const Bands& ref, const Bands& dis, Reciprocal reciprocal_of) {
    return {restore<Format>(ref, dis, reciprocal_of), dis, aligned<Format>(ref, dis)};
}

/// restore_exact() and limit_gain() at once, of coefficients whose `unlimited` is the reference itself: raised before it is held
/// between 0 and the distorted coefficient, it ends where it would if raised behind that.
VMAF_HD constexpr Parts split_exact(const Decoupled& in, const WholeGain& gain) {
    const auto factor = static_cast<int32_t>(in.is_aligned ? gain.factor : 1);
    Parts out{};
    for (int b = 0; b < kBands; b++) {
        const int32_t t = in.dis.value[b];
        out.restored.value[b] = restore_exact(in.unlimited.value[b] * factor, t);
        out.additive.value[b] = t - out.restored.value[b];
    }
    return out;
}

template <class Format>
VMAF_HD constexpr Parts split(const Decoupled& in, double gain) {
    Parts out{};
    for (int b = 0; b < kBands; b++) {
        const int32_t unlimited = in.unlimited.value[b], t = in.dis.value[b];
        out.restored.value[b] = in.is_aligned ? limit_gain<Format>(unlimited, t, gain) : unlimited;
        out.additive.value[b] = t - out.restored.value[b];
    }
    return out;
}
/// Without branches: where gradients are not aligned the gain is 1, and ends nowhere.
template <class Format>
VMAF_HD constexpr Parts split(const Decoupled& in, const WholeGain& whole) {
    const WholeGain gain = in.is_aligned ? whole : WholeGain(1);
    Parts out{};
    for (int b = 0; b < kBands; b++) {
        const int32_t t = in.dis.value[b];
        out.restored.value[b] = raised(in.unlimited.value[b], t, gain, in.is_aligned ? magnitude(t) : UINT32_MAX);
        out.additive.value[b] = t - out.restored.value[b];
    }
    return out;
}

template <class Format>
VMAF_HD constexpr Parts split(const Decoupled& in, const Gain& gain) {
    return gain.whole.factor ? split<Format>(in, gain.whole) : split<Format>(in, gain.value);
}

template <class Format>
VMAF_HD constexpr Mask weigh(const Bands& part, const ScalePlan& plan) {
    uint32_t spread = 0, centre = 0;  // modulo 2^32
    for (int b = 0; b < kBands; b++) {
        const int32_t v = Format::weighted(part.value[b], plan.weight[b], b);
        spread += static_cast<uint32_t>(Format::spread(v, plan));
        centre += static_cast<uint32_t>(Format::centre(v, plan));
    }
    return {static_cast<int32_t>(spread), static_cast<int32_t>(centre - spread)};
}

}  // namespace vmaf::adm
