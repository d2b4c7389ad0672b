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
    using Sum = typename Format::Sum;
    for (int x = 0; x < n; x++) {
        const T s0 = in[0][x], s1 = in[1][x], s2 = in[2][x], s3 = in[3][x];
        low[x] = settle<Format>(low_pass<Sum>(s0, s1, s2, s3) + Sum(rounding.offset), rounding.shift);
        if (high) high[x] = settle<Format>(high_pass<Sum>(s0, s1, s2, s3), rounding.shift);
    }
}

/// Filters along a line that is valid from -1 to two beyond its last sample. `low` or `high` may be null.
template <class Format>
void pairs(const typename Format::Coefficient* line, Range range, int shift, typename Format::Coefficient* low,
           typename Format::Coefficient* high) {
    using Sum = typename Format::Sum;
    for (int x = range.begin; x < range.end; x++) {
        const auto* s = line + 2 * x - 1;
        if (low) low[x] = settle<Format>(low_pass<Sum>(s[0], s[1], s[2], s[3]), shift);
        if (high) high[x] = settle<Format>(high_pass<Sum>(s[0], s[1], s[2], s[3]), shift);
    }
}

/// The restored part without regard to enhancement, and where the gradients are aligned.
template <class T>
void decouple(const BandRows<T>& ref, const BandRows<T>& dis, Range range, const BandRows<T>& restored,
              uint8_t* is_aligned) {
    for (int b = 0; b < kBands; b++)
        for (int x = range.begin; x < range.end; x++)
            restored[b][x] = restore(ref[b][x], dis[b][x], [](uint32_t m) { return kReciprocal[m]; });
    for (int x = range.begin; x < range.end; x++)
        is_aligned[x] = aligned(ref[kHorizontal][x], ref[kVertical][x], dis[kHorizontal][x], dis[kVertical][x]);
}

/// One band under a gain limit: the distorted coefficients, all of them, as restored and additive part.
template <class T>
struct Split {
    const T* unlimited;
    const T* dis;
    const uint8_t* is_aligned;
    double gain;
    T* restored;
    T* additive;
};

template <class T, class Gain>
void split_by(const Split<T>& band, Gain gain, Range range) {
    for (int x = range.begin; x < range.end; x++) {
        const T t = band.dis[x], r = band.unlimited[x];
        const T limited = band.is_aligned[x] ? limit_gain(r, t, gain) : r;
        band.restored[x] = limited;
        band.additive[x] = static_cast<T>(t - limited);
    }
}

template <class T>
void split(const Split<T>& band, Range range) {
    if (band.gain == static_cast<int>(band.gain)) return split_by(band, static_cast<int>(band.gain), range);
    split_by(band, band.gain, range);
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

template <class T>
uint64_t energy(const T* ref, const ScalePlan& plan, Range range) {
    uint64_t sum = 0;
    for (int x = range.begin; x < range.end; x++)
        sum += adm::energy(ref[x], plan.energy_square_shift, plan.energy_cube_shift);
    return sum;
}

}  // namespace scalar

/// The kernels of a scale whose input rows hold T. Every entry computes exactly what its scalar namesake does.
template <class Format, class T>
struct RowKernels {
    using Coefficient = typename Format::Coefficient;

    decltype(&scalar::columns<Format, T>) columns = scalar::columns<Format, T>;
    decltype(&scalar::pairs<Format>) pairs = scalar::pairs<Format>;
    decltype(&scalar::decouple<Coefficient>) decouple = scalar::decouple<Coefficient>;
    decltype(&scalar::split<Coefficient>) split = scalar::split<Coefficient>;
    decltype(&scalar::weigh<Format>) weigh = scalar::weigh<Format>;
    decltype(&scalar::mask<Format>) mask = scalar::mask<Format>;
    decltype(&scalar::energy<Coefficient>) energy = scalar::energy<Coefficient>;
};

}  // namespace vmaf::adm
