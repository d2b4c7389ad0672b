// Elementary functions against the C library's, and where they have one exact value.
#include "base/exact_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace vmaf {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double units_apart(double a, double b) {
    return std::fabs(a - b) / (std::nextafter(std::fabs(b), kInfinity) - std::fabs(b));
}

TEST(BinaryLogarithm, IsExactForPowersOfTwo) {
    for (int i = -1022; i <= 1023; i++) EXPECT_EQ(binary_logarithm(std::ldexp(1., i)), i);
}

TEST(BinaryLogarithm, IsNearTheTrueValueEverywhere) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> uniform(-1, 1);
    double worst = 0;
    for (int i = 0; i < 200000; i++) {
        const double wide = std::exp2(1000 * uniform(random)),
                     near_one = 1 + std::exp2(-50 * std::fabs(uniform(random))) / 4;
        for (double x : {wide, near_one, 2 - near_one})
            worst = std::max(worst, units_apart(binary_logarithm(x), std::log2(x)));
    }
    EXPECT_LT(worst, 4);
}

TEST(BinaryLogarithm, HasValuesAtTheEnds) {
    EXPECT_EQ(binary_logarithm(0.), -kInfinity);
    EXPECT_EQ(binary_logarithm(-0.), -kInfinity);
    EXPECT_EQ(binary_logarithm(kInfinity), kInfinity);
    EXPECT_TRUE(std::isnan(binary_logarithm(-1)));
    EXPECT_TRUE(std::isnan(binary_logarithm(-kInfinity)));
    EXPECT_TRUE(std::isnan(binary_logarithm(std::nan(""))));
}

TEST(ExactConversions, AgreeWithTheLanguageAtTheEnds) {
    for (const int32_t x : {0, 1, 0x7ffffffe, 0x7fffffff}) EXPECT_EQ(to_double(x), static_cast<double>(x));
    for (const double x : {0., 0.99999999999999989, 1., 4294967294.9999995, 4294967295.})
        EXPECT_EQ(truncated(x), static_cast<uint32_t>(x));
    for (const double x : {0., 0.99999999999999989, 1., 2147483646.9999995, 2147483647.})
        EXPECT_EQ(truncated_or_zero(x), static_cast<uint32_t>(x));
    for (const double x : {-0., -1e-300, -0.5, -1., -2147483648.}) EXPECT_EQ(truncated_or_zero(x), 0u);
    EXPECT_EQ(bounded_quotient(-2147483647, 65537), -2147483647. / 65537);
}

TEST(ExactConversions, LeadingBitsAreTheExponentAndFifteenBits) {
    EXPECT_EQ(leading_bits(1u << 15), 15u << 15);
    EXPECT_EQ(leading_bits((1u << 16) - 1), (15u << 15) + 32767);
    EXPECT_EQ(leading_bits((1u << 31) + (1u << 16)), (31u << 15) + 1);
    EXPECT_EQ(leading_bits(0xffffffffu), (31u << 15) + 32767);
}

TEST(ExactMath, BinaryExponentialIsCloseEverywhere) {
    for (double x = -1022; x < 1024; x += 0.37) {
        const double expected = std::exp2(x);
        EXPECT_NEAR(binary_exponential(x) / expected, 1, 4 * std::numeric_limits<double>::epsilon()) << x;
    }
    for (int x = -1022; x < 1024; x++) EXPECT_EQ(binary_exponential(x), std::ldexp(1.0, x));
    EXPECT_EQ(binary_exponential(1024), std::numeric_limits<double>::infinity());
    EXPECT_EQ(binary_exponential(-1100), 0);
}

/// The largest relative error over `steps` places from `begin` to `end`.
template <class Function, class True>
double worst_error(double begin, double end, int steps, Function function, True truth) {
    double worst = 0;
    for (int i = 0; i <= steps; i++) {
        const double x = begin + (end - begin) * i / steps, expected = truth(x);
        if (expected != 0) worst = std::max(worst, std::fabs(function(x) / expected - 1));
    }
    return worst;
}

template <int N>
double worst_root(double begin, double end) {
    return worst_error(
        begin, end, 1 << 16, [](double x) { return inverse_root<N>(x); },
        [](double x) { return static_cast<double>(std::pow(static_cast<long double>(x), -1.0L / N)); });
}

TEST(InverseRoot, IsNearTheTrueValueOverEveryBinade) {
    for (const double scale : {1e-300, 1., 1e300}) {  // a span of 2^N has all patterns of the guess
        EXPECT_LT(worst_root<3>(scale, 8 * scale), 0x1p-38);
        EXPECT_LT(worst_root<5>(scale, 32 * scale), 0x1p-38);
    }
}

TEST(Sine, IsNearTheTrueValueOverAThirdOfATurn) {
    const auto function = [](double x) { return static_cast<double>(sine(static_cast<float>(x))); };
    const auto truth = [](double x) { return std::sin(static_cast<double>(static_cast<float>(x))); };
    EXPECT_LT(worst_error(-kPi / 3, kPi / 3, 1 << 20, function, truth), 0x1p-22);
    EXPECT_EQ(sine(0), 0);
}

TEST(Exponential, IsNearTheTrueValueOverItsRange) {
    const auto function = [](double x) { return static_cast<double>(exponential(static_cast<float>(x))); };
    const auto truth = [](double x) { return std::exp(static_cast<double>(static_cast<float>(x))); };
    for (const double most : {1., 8., 80.})
        EXPECT_LT(worst_error(-most, most, 1 << 20, function, truth), 0x1p-21 + 0x1p-23 * most) << most;
    EXPECT_EQ(exponential(0), 1);
}

}  // namespace
}  // namespace vmaf
