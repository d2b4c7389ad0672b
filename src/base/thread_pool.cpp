// Worker threads: first in, first out.
#include "base/thread_pool.h"

#include <system_error>

#include "base/error.h"

namespace vmaf {

ThreadPool::ThreadPool(unsigned threads) {
    try {
        workers_.reserve(threads);
        for (unsigned i = 0; i < threads; i++) workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
        const size_t started = workers_.size();
        stop();
        fail(EAGAIN, "can't start thread ", started + 1, " of ", threads, ": ", error.what(),
             "; ask for fewer threads");
    } catch (...) {
        stop();
        throw;
    }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() noexcept {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
}

void ThreadPool::run(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
}

void ThreadPool::work() {
    for (;;) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
            if (jobs_.empty()) return;
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
    }
}

}  // namespace vmaf
