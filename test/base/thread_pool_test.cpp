// Worker threads: everything queued is run before the pool ends.
#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>

namespace vmaf {
namespace {

TEST(ThreadPool, RunsAllJobsBeforeItEnds) {
    std::atomic<int> runs = 0;
    {
        ThreadPool pool(3);
        for (int i = 0; i < 1000; i++) pool.run([&runs] { runs++; });
    }
    EXPECT_EQ(runs, 1000);
}

}  // namespace
}  // namespace vmaf
