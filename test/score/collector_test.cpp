// Columns of scores: sparse indexes, first value wins, report order.
#include "score/collector.h"

#include <gtest/gtest.h>

namespace vmaf {
namespace {

using Group = Collector::Group;

TEST(Collector, KeepsTheFirstValue) {
    Collector scores;
    const auto column = scores.column("a", Group::kFrame);
    EXPECT_TRUE(scores.set(column, 3, 1.5));
    EXPECT_FALSE(scores.set(column, 3, 2.5));
    EXPECT_EQ(scores.get(column, 3), 1.5);
    EXPECT_EQ(scores.get(column, 2), std::nullopt);
    EXPECT_EQ(scores.get(column, 3 + 256), std::nullopt);
}

TEST(Collector, FarIndexesCostLittle) {
    Collector scores;
    const auto column = scores.column("a", Group::kFrame);
    for (const unsigned frame : {0u, 2147483647u, 5u}) EXPECT_TRUE(scores.set(column, frame, frame));
    EXPECT_EQ(scores.frames(), (std::vector<unsigned>{0, 5, 2147483647}));
    EXPECT_EQ(scores.get(column, 2147483647), 2147483647.);
}

TEST(Collector, OrdersColumnsByGroupThenFirstValue) {
    Collector scores;
    const auto late = scores.column("flushed", Group::kFlush);
    const auto a = scores.column("a", Group::kFrame);
    const auto b = scores.column("b", Group::kFrame);
    scores.column("never written", Group::kFrame);
    const auto model = scores.column("vmaf", Group::kModel);
    for (const auto column : {model, late, b, a}) scores.set(column, 0, 1);
    EXPECT_EQ(scores.report_columns(), (std::vector<Collector::Column>{b, a, late, model}));
}

TEST(Collector, ManyColumnsAndNames) {
    Collector scores;
    for (int i = 0; i < 1000; i++) scores.set(scores.column("feature " + std::to_string(i), Group::kFrame), 7, i);
    EXPECT_EQ(scores.report_columns().size(), 1000u);
    EXPECT_EQ(scores.get(*scores.find("feature 999"), 7), 999);
    EXPECT_EQ(scores.find("feature 1000"), std::nullopt);
}

TEST(Collector, AggregatesKeepOrderAndTakeTheLastValue) {
    Collector scores;
    scores.set_aggregate("y", 1);
    scores.set_aggregate("x", 2);
    scores.set_aggregate("y", 3);
    EXPECT_EQ(scores.aggregates(), (std::vector<std::pair<std::string, double>>{{"y", 3}, {"x", 2}}));
}

}  // namespace
}  // namespace vmaf
