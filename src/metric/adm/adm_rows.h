// Row kernels of adm's pass on the CPU: the table that vector code overrides, and the scalar text of each.
#pragma once

#include <array>
#include <span>

#include "metric/adm/adm.h"
#include "picture/sample_range.h"

namespace vmaf::adm {

/// Columns begin to end - 1.
struct Range {
    int begin, end;
};

/// Elements behind every line that a kernel may touch without meaning it: two vectors of the longest, 2048 bits with SVE,
/// and a filter's reach.
inline constexpr int kLinePadding = 2 * 2048 / 32 + 8;

/// How a filter sum becomes a coefficient: settle(sum + offset, shift).
struct Rounding {
    uint32_t offset;
    int shift;
};

/// A row of the restored or the additive part, in what the masking wants of it (section 6 of the numerics).
struct PartRow {
    uint32_t* contrast[kBands];
    int32_t* spread;  ///< all bands together, likewise self
    int32_t* self;
};

struct LimitRows {
    Gain gain;
    PartRow restored, additive;
};

/// The detail of one row of a scale: from filtered columns to both parts under every gain limit.
template <class C>
struct DetailRow {
    const C* low[2];  ///< lines of the reference, of the distorted picture; valid from -1 to two beyond the last sample
    const C* high[2];
    int shift;  ///< of the filters along rows
    Range range;
    Range summed;   ///< where the reference's energy counts; may be empty
    bool additive;  ///< the additive part is to be masked: the restored part must be weighed
    std::span<const LimitRows> limits;
};

using BandSums = std::array<uint64_t, kBands>;

/// A part's row and the rows of the other part that mask it.
struct MaskedRow {
    const uint32_t* contrast[kBands];
    const int32_t* spread[3];  ///< above, at and below; valid one column beyond the range
    const int32_t* self;
};

inline constexpr auto kReciprocal = [] {
    std::array<uint32_t, 32769> table{};
    for (uint32_t m = 1; m < table.size(); m++) table[m] = reciprocal(m);
    return table;
}();

namespace scalar {

/// Filters along columns. `high` may be null.
template <class Format, class T, class C = typename Format::Coefficient>
void columns(const std::array<const T*, 4>& in, int n, Rounding rounding, C* low, C* high) {
    using Sum = typename Format::Sum;
    for (int x = 0; x < n; x++) {
        const T s0 = in[0][x], s1 = in[1][x], s2 = in[2][x], s3 = in[3][x];
        low[x] = static_cast<C>(settle<Format>(low_pass<Sum>(s0, s1, s2, s3) + Sum(rounding.offset), rounding.shift));
        if (high) high[x] = static_cast<C>(settle<Format>(high_pass<Sum>(s0, s1, s2, s3), rounding.shift));
    }
}

/// The low-pass picture from a line that is valid from -1 to two beyond its last sample.
template <class Format, class C = typename Format::Coefficient>
void approximate(const C* line, Range range, int shift, C* out) {
    for (int x = range.begin; x < range.end; x++) {
        const C* s = line + 2 * x - 1;
        out[x] = static_cast<C>(settle<Format>(low_pass<typename Format::Sum>(s[0], s[1], s[2], s[3]), shift));
    }
}

template <class Format, class C>
Bands bands_at(const C* low, const C* high, int x, int shift) {
    using Sum = typename Format::Sum;
    const C *l = low + 2 * x - 1, *h = high + 2 * x - 1;
    return {settle<Format>(low_pass<Sum>(h[0], h[1], h[2], h[3]), shift),
            settle<Format>(high_pass<Sum>(l[0], l[1], l[2], l[3]), shift),
            settle<Format>(high_pass<Sum>(h[0], h[1], h[2], h[3]), shift)};
}

template <class Format>
void put_part(const Bands& part, const ScalePlan& plan, bool weighed, int x, const PartRow& out) {
    for (int b = 0; b < kBands; b++) out.contrast[b][x] = Format::contrast(part.value[b], plan.weight[b], b);
    if (!weighed) return;
    const Mask mask = weigh<Format>(part, plan);
    out.spread[x] = mask.spread;
    out.self[x] = mask.self;
}

/// Writes the parts' rows; returns the row's energy.
template <class Format, class C = typename Format::Coefficient>
BandSums detail(const DetailRow<C>& row, const ScalePlan& plan) {
    BandSums sums{};
    for (int x = row.range.begin; x < row.range.end; x++) {
        const Bands ref = bands_at<Format>(row.low[0], row.high[0], x, row.shift);
        const Bands dis = bands_at<Format>(row.low[1], row.high[1], x, row.shift);
        if (x >= row.summed.begin && x < row.summed.end)
            for (int b = 0; b < kBands; b++)
                sums[b] +=
                    energy<Format>(ref.value[b], plan.energy_square_shift, RoundingShift(plan.energy_cube_shift));
        const Decoupled decoupled = decouple<Format>(ref, dis, [](uint32_t m) { return kReciprocal[m]; });
        for (const LimitRows& limit : row.limits) {
            const Parts parts = split<Format>(decoupled, limit.gain);
            put_part<Format>(parts.restored, plan, row.additive, x, limit.restored);
            put_part<Format>(parts.additive, plan, true, x, limit.additive);
        }
    }
    return sums;
}

/// Sums of masked cubes of one row, modulo 2^64.
template <class Format>
BandSums mask(const MaskedRow& row, const ScalePlan& plan, Range range) {
    const auto column = [&](int x) {
        uint32_t sum = 0;
        for (const int32_t* spread : row.spread) sum += static_cast<uint32_t>(spread[x]);
        return sum;
    };
    BandSums sums{};
    for (int x = range.begin; x < range.end; x++) {
        const uint32_t threshold = column(x - 1) + column(x) + column(x + 1) + static_cast<uint32_t>(row.self[x]);
        for (int b = 0; b < kBands; b++)
            sums[b] += static_cast<uint64_t>(masked_cube<Format>(row.contrast[b][x], static_cast<int32_t>(threshold), b,
                                                                 RoundingShift(plan.cube_shift[b])));
    }
    return sums;
}

}  // namespace scalar

/// The kernels of a scale whose input rows hold T. Every entry computes exactly what its scalar namesake does.
template <class Format, class T>
struct RowKernels {
    decltype(&scalar::columns<Format, T>) columns = scalar::columns<Format, T>;
    decltype(&scalar::approximate<Format>) approximate = scalar::approximate<Format>;
    decltype(&scalar::detail<Format>) detail = scalar::detail<Format>;
    decltype(&scalar::mask<Format>) mask = scalar::mask<Format>;
};

/// For all scales of a picture with samples of type Sample.
template <class Sample>
struct PassKernels {
    RowKernels<Fine, Sample> scale0;
    RowKernels<Coarse, int16_t> scale1;
    RowKernels<Coarse, int32_t> scale2;  ///< and 3
};

/// For all pictures; the scalar text by default.
struct AllKernels {
    PassKernels<uint8_t> u8;
    PassKernels<uint16_t> u16;
    OrSamples or_samples = or_of_samples;
};

/// The pass on the CPU, whose row kernels are a parameter. They may read and write up to kLinePadding elements behind the
/// ranges they are given, but for the columns of the input.
std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, const AllKernels& kernels);

}  // namespace vmaf::adm
