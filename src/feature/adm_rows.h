// Row kernels of adm's pass on the CPU: the table that vector code overrides, and the scalar text of each.
#pragma once

#include <array>

#include "feature/adm.h"

namespace vmaf::adm {

/// Columns begin to end - 1.
struct Range {
    int begin, end;
};

template <class T>
using BandRows = std::array<T*, kBands>;

/// How a filter sum becomes a coefficient: settle(sum + offset, shift).
struct Rounding {
    uint32_t offset;
    int shift;
};

/// What of a part masks the other: one number per coefficient, all bands together (section 6 of the numerics).
struct MaskRows {
    const int32_t* spread[3];  ///< rows above, at and below; valid one column beyond the range
    const int32_t* self;
};

inline constexpr auto kReciprocal = [] {
    std::array<uint32_t, 32769> table{};
    for (uint32_t m = 1; m < table.size(); m++) table[m] = reciprocal(m);
    return table;
}();

namespace scalar {

/// Filters along columns. `high` may be null.
template <class Format, class T>
void columns(const std::array<const T*, 4>& in, int n, Rounding rounding, typename Format::Coefficient* low,
             typename Format::Coefficient* high) {
    using C = typename Format::Coefficient;
    using Sum = typename Format::Sum;
    for (int x = 0; x < n; x++) {
        const T s0 = in[0][x], s1 = in[1][x], s2 = in[2][x], s3 = in[3][x];
        low[x] = static_cast<C>(settle<Format>(low_pass<Sum>(s0, s1, s2, s3) + Sum(rounding.offset), rounding.shift));
        if (high) high[x] = static_cast<C>(settle<Format>(high_pass<Sum>(s0, s1, s2, s3), rounding.shift));
    }
}

/// Filters along a line that is valid from -1 to two beyond its last sample. `low` or `high` may be null.
template <class Format>
void pairs(const typename Format::Coefficient* line, Range range, int shift, typename Format::Coefficient* low,
           typename Format::Coefficient* high) {
    using C = typename Format::Coefficient;
    using Sum = typename Format::Sum;
    for (int x = range.begin; x < range.end; x++) {
        const auto* s = line + 2 * x - 1;
        if (low) low[x] = static_cast<C>(settle<Format>(low_pass<Sum>(s[0], s[1], s[2], s[3]), shift));
        if (high) high[x] = static_cast<C>(settle<Format>(high_pass<Sum>(s[0], s[1], s[2], s[3]), shift));
    }
}

/// The restored part without regard to enhancement, and where the gradients are aligned.
template <class Format, class C = typename Format::Coefficient>
void decouple(const BandRows<C>& ref, const BandRows<C>& dis, Range range, const BandRows<C>& restored,
              uint8_t* is_aligned) {
    for (int b = 0; b < kBands; b++)
        for (int x = range.begin; x < range.end; x++)
            restored[b][x] =
                static_cast<C>(restore<Format>(ref[b][x], dis[b][x], [](uint32_t m) { return kReciprocal[m]; }));
    for (int x = range.begin; x < range.end; x++)
        is_aligned[x] = aligned<Format>(ref[kHorizontal][x], ref[kVertical][x], dis[kHorizontal][x], dis[kVertical][x]);
}

/// One band under a gain limit: the distorted coefficients, all of them, as restored and additive part.
template <class C>
struct Split {
    const C* unlimited;
    const C* dis;
    const uint8_t* is_aligned;
    double gain;
    C* restored;
    C* additive;
};

template <class Format, class Gain>
void split_by(const Split<typename Format::Coefficient>& band, Gain gain, Range range) {
    using C = typename Format::Coefficient;
    for (int x = range.begin; x < range.end; x++) {
        const C t = band.dis[x], r = band.unlimited[x];
        const C limited = band.is_aligned[x] ? static_cast<C>(limit_gain<Format>(r, t, gain)) : r;
        band.restored[x] = limited;
        band.additive[x] = static_cast<C>(t - limited);
    }
}

template <class Format>
void split(const Split<typename Format::Coefficient>& band, Range range) {
    if (band.gain == static_cast<int>(band.gain)) return split_by<Format>(band, static_cast<int>(band.gain), range);
    split_by<Format>(band, band.gain, range);
}

/// What a part masks the other with.
template <class Format>
void weigh(const BandRows<typename Format::Coefficient>& part, const ScalePlan& plan, Range range, int32_t* spread,
           int32_t* self) {
    for (int x = range.begin; x < range.end; x++) {
        uint32_t around = 0, centre = 0;
        for (int b = 0; b < kBands; b++) {
            const int32_t v = Format::weighted(part[b][x], plan.weight[b], b);
            around += static_cast<uint32_t>(Format::spread(v));
            centre += static_cast<uint32_t>(Format::centre(v));
        }
        spread[x] = static_cast<int32_t>(around);
        self[x] = static_cast<int32_t>(centre - around);
    }
}

/// Sums of masked cubes of one row, modulo 2^64.
template <class Format>
std::array<uint64_t, kBands> mask(const BandRows<typename Format::Coefficient>& part, const MaskRows& mask,
                                  const ScalePlan& plan, Range range) {
    const auto column = [&](int x) {
        uint32_t sum = 0;
        for (const int32_t* row : mask.spread) sum += static_cast<uint32_t>(row[x]);
        return sum;
    };
    std::array<uint64_t, kBands> sums{};
    for (int x = range.begin; x < range.end; x++) {
        const uint32_t threshold = column(x - 1) + column(x) + column(x + 1) + static_cast<uint32_t>(mask.self[x]);
        for (int b = 0; b < kBands; b++) {
            const uint32_t contrast = Format::contrast(part[b][x], plan.weight[b], b);
            sums[b] += static_cast<uint64_t>(
                masked_cube<Format>(contrast, static_cast<int32_t>(threshold), b, plan.cube_shift[b]));
        }
    }
    return sums;
}

template <class Format>
uint64_t energy(const typename Format::Coefficient* ref, const ScalePlan& plan, Range range) {
    uint64_t sum = 0;
    for (int x = range.begin; x < range.end; x++) sum += adm::energy<Format>(ref[x], plan);
    return sum;
}

}  // namespace scalar

/// The kernels of a scale whose input rows hold T. Every entry computes exactly what its scalar namesake does.
template <class Format, class T>
struct RowKernels {
    using Coefficient = typename Format::Coefficient;

    decltype(&scalar::columns<Format, T>) columns = scalar::columns<Format, T>;
    decltype(&scalar::pairs<Format>) pairs = scalar::pairs<Format>;
    decltype(&scalar::decouple<Format>) decouple = scalar::decouple<Format>;
    decltype(&scalar::split<Format>) split = scalar::split<Format>;
    decltype(&scalar::weigh<Format>) weigh = scalar::weigh<Format>;
    decltype(&scalar::mask<Format>) mask = scalar::mask<Format>;
    decltype(&scalar::energy<Format>) energy = scalar::energy<Format>;
};

}  // namespace vmaf::adm
