// A fixed set of worker threads over a queue of jobs.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vmaf {

/// Jobs must not throw. The destructor runs what is queued, then joins.
class ThreadPool {
 public:
    /// Throws Error(EAGAIN) if the threads can't be started.
    explicit ThreadPool(unsigned threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    void run(std::function<void()> job);

 private:
    void work();
    void stop() noexcept;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> workers_;
};

}  // namespace vmaf
