// Reading order, recycling, and the set of frames that were read.
#include "session/frame_queue.h"

#include <gtest/gtest.h>

namespace vmaf {
namespace {

TEST(FrameQueue, KeepsReadingOrderAndRecycles) {
    FrameQueue queue;
    const auto plan = std::make_shared<const Plan>();
    Frame& first = queue.push(7, plan);
    queue.push(3, plan);
    EXPECT_EQ(queue.front().index, 7u);
    EXPECT_EQ(queue.find(3)->sequence, 1u);
    EXPECT_EQ(queue.find(4), nullptr);
    queue.pop_front();
    Frame& third = queue.push(9, plan);
    EXPECT_EQ(&third, &first);
    EXPECT_EQ(third.sequence, 2u);
    EXPECT_FALSE(third.done);
}

TEST(FrameQueue, ForgetsAFrameThatIsTakenBack) {
    FrameQueue queue;
    const auto plan = std::make_shared<const Plan>();
    queue.push(0, plan);
    queue.pop_back();
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.push(1, plan).sequence, 0u);
}

TEST(FrameSet, VisitsInAscendingOrder) {
    FrameSet set;
    for (const unsigned index : {5000u, 0u, 2147483647u, 17u}) set.insert(index);
    EXPECT_TRUE(set.contains(5000));
    set.erase(5000);
    EXPECT_FALSE(set.contains(5000));
    std::vector<unsigned> visited;
    set.for_each([&](unsigned index) { visited.push_back(index); });
    EXPECT_EQ(visited, (std::vector<unsigned>{0, 17, 2147483647}));
}

}  // namespace
}  // namespace vmaf
