// What the vector code of vif relies on beyond the arithmetic that it shares; test/backend compares its results.
#include <gtest/gtest.h>

#include <cmath>

#include "metric/vif/vif_tables.h"

namespace vmaf::vif {
namespace {

/// The polynomial that stands for the logarithm's table, at the mantissa m.
float step(uint32_t m, bool fused) {
    const float t = static_cast<float>(m) / 32768.0f - 0.5f;
    float sum = 0;
    for (size_t k = std::size(kLogPolynomial); k-- > 0;) {
        const float product = sum * t;
        sum = fused ? std::fma(sum, t, kLogPolynomial[k]) : product + kLogPolynomial[k];
    }
    return std::nearbyint(sum);
}

TEST(VifSimd, PolynomialGivesTheLogarithmOfEveryMantissa) {
    for (const bool fused : {false, true})
        for (uint32_t m = 0; m < 32768; m++) {
            const auto log = static_cast<int32_t>(m + static_cast<uint32_t>(step(m, fused))) >> 4;
            ASSERT_EQ(log + 15 * kLogFraction, log2_q11(32768 + m, kLogTable.data())) << m << (fused ? " fused" : "");
        }
}

template <int kScale>
int weight(int offset, bool second) {
    const PairFilter& filter = kPairFilter<kScale>;
    int sum = 0;
    for (int i = 0; i < filter.steps; i++) {
        const uint32_t halves = static_cast<uint32_t>(second ? filter.step[i].second : filter.step[i].first);
        const int first = 2 * filter.step[i].pair - filter.reach;
        if (offset == first) sum += static_cast<int16_t>(halves);
        if (offset == first + 1) sum += static_cast<int16_t>(halves >> 16);
    }
    return sum;
}

template <int kScale>
void expect_weights() {
    const Filter& filter = kFilters[kScale];
    for (int offset = -12; offset <= 13; offset++)
        for (const bool second : {false, true}) {
            const int distance = std::abs(offset - second);
            EXPECT_EQ(weight<kScale>(offset, second), distance > filter.radius ? 0 : filter.tap[distance]) << offset;
        }
}

TEST(VifSimd, PairsCarryEveryWeight) {
    expect_weights<0>();
    expect_weights<1>();
    expect_weights<2>();
    expect_weights<3>();
}

}  // namespace
}  // namespace vmaf::vif
