// Order-free sums: rounding to fixed point, sums beyond 64 bits, sums whose halves are added up apart.
#include "base/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace vmaf {
namespace {

constexpr int kFractionBits = 50;

TEST(ExactSum, FixedPointRoundsHalvesToEven) {
    const double step = std::ldexp(1., -kFractionBits);
    EXPECT_EQ(fixed_point<kFractionBits>(0), 0);
    EXPECT_EQ(fixed_point<kFractionBits>(1), int64_t{1} << kFractionBits);
    EXPECT_EQ(fixed_point<kFractionBits>(-1.5), -(int64_t{3} << (kFractionBits - 1)));
    EXPECT_EQ(fixed_point<kFractionBits>(0.5 * step), 0);
    EXPECT_EQ(fixed_point<kFractionBits>(1.5 * step), 2);
    EXPECT_EQ(fixed_point<kFractionBits>(-0.75 * step), -1);
}

TEST(ExactSum, WideSumsHaveOneRepresentation) {
    WideSum in_pieces, at_once;
    for (int i = 0; i < 1000; i++) in_pieces.add(-(int64_t{1} << 50) - i);
    at_once.add(-1000 * (int64_t{1} << 50) - 999 * 500);
    EXPECT_EQ(in_pieces, at_once);
    in_pieces.add(int64_t{1} << 62);
    EXPECT_LT(in_pieces.low, uint64_t{1} << 32);
}

template <int kBits>
void expect_rounding_in_range() {
    const double most = std::ldexp(1., 51 - kBits), step = std::ldexp(1., -kBits);
    for (const double value : {-most, -most + step, -step, 0., step, most - step})
        EXPECT_EQ(std::ldexp(static_cast<double>(fixed_point<kBits>(value)), -kBits), value) << kBits;
}

TEST(ExactSum, EveryPositionOfThePointWorks) {
    expect_rounding_in_range<0>();
    expect_rounding_in_range<24>();
    expect_rounding_in_range<50>();
    expect_rounding_in_range<52>();
}

TEST(ExactSum, TimesIsRepeatedAddition) {
    for (const uint64_t value : {uint64_t{1}, uint64_t{0xffffffff}, (uint64_t{1} << 45) - (1 << 21)}) {
        WideSum repeated, at_once;
        for (int i = 0; i < 1000; i++) repeated.add(static_cast<int64_t>(value));
        at_once.add(value, 1000);
        EXPECT_EQ(at_once, repeated) << value;
    }
}

TEST(ExactSum, NoOrderChangesIt) {
    std::mt19937_64 random(3);
    std::vector<int64_t> terms;
    for (int i = 0; i < 5000; i++)
        terms.push_back(fixed_point<kFractionBits>(std::uniform_real_distribution<double>(-2, 2)(random)));
    WideSum forwards, shuffled;
    SplitSum apart{};
    for (const int64_t term : terms) forwards.add(term);
    std::shuffle(terms.begin(), terms.end(), random);
    for (size_t i = 0; i < terms.size(); i += kMostTerms) {
        int64_t partial = 0;
        for (size_t k = i; k < std::min<size_t>(terms.size(), i + kMostTerms); k++) partial += terms[k];
        shuffled.add(partial);
        apart.high += high_half(partial);
        apart.low += low_half(partial);
    }
    EXPECT_EQ(shuffled, forwards);
    EXPECT_EQ(apart.joined(), forwards);
}

}  // namespace
}  // namespace vmaf
