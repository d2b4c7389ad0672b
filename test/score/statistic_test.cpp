// Statistics by name: definitions, special values, names that there are not.
#include "score/statistic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace vmaf {
namespace {

double statistic(std::string_view name, std::vector<double> values) { return Statistic(name).of(values); }

TEST(Statistic, Definitions) {
    const std::vector<double> values = {40, 10, 20, 30};
    for (const auto& [name, expected] : std::vector<std::pair<const char*, double>>{{"min", 10},
                                                                                    {"max", 40},
                                                                                    {"mean", 25},
                                                                                    {"median", 25},
                                                                                    {"p0", 10},
                                                                                    {"p50", 25},
                                                                                    {"p100", 40},
                                                                                    {"p10", 13},
                                                                                    {"p5", 11.5},
                                                                                    {"low1", 10},
                                                                                    {"stddev", std::sqrt(125.)}})
        EXPECT_DOUBLE_EQ(statistic(name, values), expected) << name;
    EXPECT_DOUBLE_EQ(statistic("harmonic_mean", values), 4 / (1. / 41 + 1. / 11 + 1. / 21 + 1. / 31) - 1);
}

TEST(Statistic, LowestHundredthIsRoundedUp) {
    std::vector<double> values;
    for (int i = 0; i < 100; i++) values.push_back(i * 37 % 100);
    EXPECT_EQ(statistic("low1", values), 0);
    values.push_back(-2);
    EXPECT_EQ(statistic("low1", values), -1);
    EXPECT_EQ(statistic("p1", values), 0);  // the second lowest of 101 values
}

TEST(Statistic, SpecialValues) {
    const double infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    for (const char* name : {"min", "max", "mean", "median", "p1", "low1", "harmonic_mean"})
        EXPECT_DOUBLE_EQ(statistic(name, {7.5}), 7.5) << name;
    EXPECT_EQ(statistic("stddev", {7.5}), 0);
    EXPECT_EQ(statistic("p50", {infinity, infinity, infinity, 1}), infinity);
    EXPECT_EQ(statistic("p10", {infinity, 1, 1, 1, 1, 1, 1}), 1);
    for (const char* name : {"median", "p1", "low1", "mean", "stddev"})
        EXPECT_TRUE(std::isnan(statistic(name, {1, nan, 3}))) << name;
}

TEST(Statistic, NamesThatThereAreNot) {
    for (const char* name : {"", "p", "p101", "p-1", "p01", "p5.", "P5", "Mean", "mean ", "average", "p99999999999"})
        EXPECT_THROW(Statistic{name}, Error) << name;
    for (const char* names : {"", ",", "mean,", ",mean", "mean,mean", "mean;min"})
        EXPECT_THROW(parse_statistics(names), Error) << names;
    std::vector<std::string> found;
    for (const Statistic& one : parse_statistics("p5,mean,p50,median")) found.push_back(one.name());
    EXPECT_EQ(found, (std::vector<std::string>{"p5", "mean", "p50", "median"}));
}

}  // namespace
}  // namespace vmaf
