// What the vector code of vif has of vif_math.h in a form of its own: filters over pairs, the logarithm.
#pragma once

#include <algorithm>

#include "metric/vif/vif_math.h"

namespace vmaf::vif {

/// A filter over aligned pairs of positions, of which it gives the outputs at both members of the central pair.
/// Pair 0 begins at the position `reach` before the centre.
struct PairFilter {
    struct Step {
        int pair;
        int32_t first, second;  ///< weights of the pair's members, low and high half, for the outputs at either member
                                ///< of the centre
    };
    int reach = 0, pairs = 0, steps = 0;
    Step step[kMaxRadius + 2] = {};
};

constexpr PairFilter pair_filter(const Filter& filter) {
    PairFilter out;
    out.reach = (filter.radius + 1) / 2 * 2;
    out.pairs = out.reach + 1;
    const auto tap = [&](int offset) {
        const int distance = offset < 0 ? -offset : offset;
        return distance > filter.radius ? 0 : static_cast<int>(filter.tap[distance]);
    };
    const auto halves = [](int low, int high) { return static_cast<int32_t>(static_cast<uint32_t>(high) << 16 | low); };
    for (int pair = 0; pair < out.pairs; pair++) {
        const int low = 2 * pair - out.reach, high = low + 1;
        const int largest = std::max({tap(low), tap(high), tap(low - 1), tap(high - 1)});
        // A weight beyond 15 bits goes in two parts.
        const int parts = largest > 32767 ? 2 : 1;
        const auto word = [&](int centre, int part) {
            const auto share = [&](int offset) { return (tap(offset - centre) + part) / parts; };
            return halves(share(low), share(high));
        };
        for (int part = 0; part < parts; part++) out.step[out.steps++] = {pair, word(0, part), word(1, part)};
    }
    return out;
}

template <int kScale>
inline constexpr PairFilter kPairFilter = pair_filter(kFilters[kScale]);

/// In place of the logarithm's table, which vectors would have to gather: with m the 15 bits behind the leading one, t
/// = m / 32768 - 1/2 and p = sum of kLogPolynomial[k] * t^k, (m + nearest(p)) >> 4 is 2048 * log2(1 + m / 32768)
/// rounded as by log2_q11. Exact for every m if evaluated in float by Horner's rule, be the multiply-adds fused or not.
inline constexpr float kLogPolynomial[] = {
    2791.56372f, -1251.82263f, -10505.3193f, 4668.91895f,  -2336.22168f,
    1239.08398f, -672.241272f, 456.442535f,  -307.411163f,
};

}  // namespace vmaf::vif
