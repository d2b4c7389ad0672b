// Work that a job shares with idle threads.
#include "session/workers.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace vmaf {
namespace {

/// Runs body() as a job and returns when it is done.
template <class Body>
void run_job(Workers& workers, Body body) {
    std::promise<void> done;
    workers.run([&] {
        body();
        done.set_value();
    });
    done.get_future().wait();
}

TEST(Workers, EveryItemIsDoneOnce) {
    for (const unsigned threads : {1u, 2u, 5u}) {
        Workers workers(threads);
        for (unsigned items = 0; items < 40; items++) {
            std::vector<std::atomic<int>> times(items);
            run_job(workers, [&] { workers.share(items, [&](unsigned i, unsigned) { times[i]++; }); });
            for (const auto& n : times) EXPECT_EQ(n, 1);
        }
    }
}

TEST(Workers, IdleThreadsHelp) {
    Workers workers(3);
    std::mutex mutex;
    std::condition_variable changed;
    std::set<unsigned> numbers;
    run_job(workers, [&] {
        workers.share(3, [&](unsigned, unsigned worker) {  // nobody gets on before all three have come
            std::unique_lock lock(mutex);
            EXPECT_LT(worker, workers.most());
            numbers.insert(worker);
            changed.notify_all();
            changed.wait(lock, [&] { return numbers.size() == 3; });
        });
    });
    EXPECT_EQ(numbers.size(), 3u);
}

TEST(Workers, BusyThreadsAreLeftAlone) {
    Workers workers(2);
    std::promise<void> end;
    workers.run([future = end.get_future().share()] { future.wait(); });
    std::set<std::thread::id> threads;
    run_job(workers, [&] {
        workers.share(20, [&](unsigned, unsigned worker) {
            EXPECT_EQ(worker, 0u);
            threads.insert(std::this_thread::get_id());
        });
    });
    end.set_value();
    EXPECT_EQ(threads.size(), 1u);
}

TEST(Workers, TwoJobsThatShareAreBothHelped) {
    Workers workers(4);
    std::mutex mutex;
    std::condition_variable changed;
    unsigned begun = 0, met = 0;
    bool may_end = false, first_done = false;
    workers.run([&] {  // the second to share, at work before the first has asked for help
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return begun == 3; });
        may_end = true;
        changed.notify_all();
        lock.unlock();
        workers.share(2, [&](unsigned, unsigned) {
            std::unique_lock item_lock(mutex);
            met++;
            changed.notify_all();
            changed.wait_for(item_lock, std::chrono::seconds(10), [&] { return met == 2; });
            EXPECT_EQ(met, 2u) << "nobody helped";
        });
    });
    workers.run([&] {
        workers.share(4, [&](unsigned, unsigned) {
            std::unique_lock lock(mutex);
            begun++;
            changed.notify_all();
            changed.wait(lock, [&] { return may_end; });
        });
        const std::lock_guard lock(mutex);
        first_done = true;
        changed.notify_all();
    });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return first_done && met == 2; });
}

TEST(Workers, FailureOfAnItemReachesTheJob) {
    Workers workers(2);
    bool caught = false;
    run_job(workers, [&] {
        try {
            workers.share(9, [&](unsigned i, unsigned) {
                if (i == 4) throw std::runtime_error("item 4");
            });
        } catch (const std::runtime_error&) {
            caught = true;
        }
    });
    EXPECT_TRUE(caught);
}

}  // namespace
}  // namespace vmaf
