// Sums in the order of the terms from parts that know nothing of each other: the bits of the plain loop, whatever the parts.
#include "base/sequential_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace vmaf {
namespace {

using Terms = std::vector<float>;

float plain_sum(std::span<const float> terms, float sum = 0) {
    for (const float term : terms) sum += term;
    return sum;
}

SumIncrement increment_of(std::span<const float> terms, float sum) {
    return SumIncrement::between(sum, plain_sum(terms, even_start(sum)), plain_sum(terms, odd_start(sum)));
}

/// The increment of all terms, joined from runs of `length` as a tree would.
SumIncrement joined(std::span<const float> terms, float sum, size_t length) {
    if (terms.size() <= length) return increment_of(terms, sum);
    const size_t middle = terms.size() / 2;
    return then(joined(terms.first(middle), sum, length), joined(terms.subspan(middle), sum, length));
}

/// The sum from windows of terms, each in runs of `length`; how many windows left the binade goes to `crossings`.
float sum_in_parts(std::span<const float> terms, size_t window, size_t length, unsigned& crossings, float sum = 0) {
    for (size_t i = 0; i < terms.size(); i += window) {
        const auto part = terms.subspan(i, std::min(window, terms.size() - i));
        if (advance(sum, joined(part, sum, length))) continue;
        sum = plain_sum(part, sum);
        ++crossings;
    }
    return sum;
}

void expect_plain_sum(const Terms& terms, float start = 0) {
    unsigned crossings = 0;
    for (const size_t window : {1, 7, 64, 1000})
        for (const size_t length : {1, 3, 64})
            EXPECT_EQ(sum_in_parts(terms, window, length, crossings, start), plain_sum(terms, start))
                << window << " in runs of " << length;
}

TEST(SequentialSum, TermsOfAllSizes) {
    std::mt19937 random(1);
    for (const float spread : {0.f, 4.f, 12.f, 40.f, 120.f}) {
        Terms terms(20000);
        for (float& term : terms) term = std::exp2(std::uniform_real_distribution<float>(-spread, spread / 4)(random));
        expect_plain_sum(terms);
    }
}

TEST(SequentialSum, WindowsMostlyStayInTheBinade) {
    std::mt19937 random(2);
    Terms terms(64000);
    for (float& term : terms) term = std::uniform_real_distribution<float>(0, 1)(random);
    unsigned crossings = 0;
    EXPECT_EQ(sum_in_parts(terms, 64, 1, crossings), plain_sum(terms));
    EXPECT_GT(crossings, 5u);
    EXPECT_LT(crossings, 20u);
}

/// Terms with few bits fall into the middle of two sums all the time.
TEST(SequentialSum, TiesGoToEvenSums) {
    std::mt19937 random(3);
    const float last_place = std::exp2(-10.f);  // of sums from 2^13 to 2^14
    Terms terms(30000);
    for (float& term : terms) term = static_cast<float>(random() % 6) / 4 * last_place;
    for (const float start : {8192.f, 8192.f + last_place, 12000.f, 16383.f}) expect_plain_sum(terms, start);

    const Terms half{last_place / 2};
    EXPECT_EQ(increment_of(half, 8192), (SumIncrement{0, 1}));
    EXPECT_EQ(increment_of(Terms{last_place * 3 / 2}, 8192), (SumIncrement{2, 1}));
    EXPECT_EQ(then(increment_of(half, 8192), increment_of(half, 8192)), (SumIncrement{0, 1}));
}

TEST(SequentialSum, TheEndOfABinadeIsReachedButNotPassed) {
    const float last_place = std::exp2(-23.f);
    for (const float steps : {0.25f, 0.5f, 0.75f, 1.f, 1.25f, 1.5f, 2.f, 2.5f, 3.f}) {
        const Terms terms{steps * last_place};
        for (int n = 1; n <= 4; n++) {
            float sum = 2 - static_cast<float>(n) * last_place;
            const float before = sum, expected = sum + terms[0];
            const bool stays = advance(sum, increment_of(terms, sum));
            EXPECT_EQ(stays, static_cast<double>(before) + terms[0] <= 2 + .5 * last_place) << n << " " << steps;
            EXPECT_EQ(sum, stays ? expected : before) << n << " " << steps;
        }
    }
}

TEST(SequentialSum, SumsFromZeroThroughDenormals) {
    std::mt19937 random(4);
    const float least = std::numeric_limits<float>::denorm_min();
    Terms terms(5000);
    for (size_t i = 0; i < terms.size(); i++)
        terms[i] = least * static_cast<float>(random() % (i < 2000 ? 3 : 1 << 14)) * (i % 5 ? 1.f : 0.f);
    expect_plain_sum(terms);
    expect_plain_sum(Terms(100));
    float zero = 0;
    EXPECT_TRUE(advance(zero, increment_of(Terms(100), zero)));
    EXPECT_EQ(zero, 0);
}

TEST(SequentialSum, TermsBeyondEveryBinade) {
    expect_plain_sum({1, 1e30f, 1, 3e38f, 1e-40f, 0});
    expect_plain_sum({1, 3e38f, 3e38f, 1});
    const SumIncrement large = increment_of(Terms{3e38f, 3e38f}, 1);
    SumIncrement many = large;
    for (int i = 0; i < 1000; i++) many = then(many, large);
    float sum = 1.5f;
    EXPECT_FALSE(advance(sum, many));
    EXPECT_EQ(sum, 1.5f);
}

}  // namespace
}  // namespace vmaf
