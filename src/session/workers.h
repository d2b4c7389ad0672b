// A session's threads: they run passes, and help with those of others while there are fewer passes than threads.
#pragma once

#include <atomic>
#include <functional>

#include "base/thread_pool.h"
#include "metric/metric.h"

namespace vmaf {

/// Jobs must not throw. The destructor ends when all of them are done.
class Workers final : public Helpers {
 public:
    /// Throws Error(EAGAIN) if the threads can't be started.
    explicit Workers(unsigned threads) : threads_(threads), pool_(threads) {}

    void run(std::function<void()> job);

    /// To be called in a job.
    unsigned most() const override { return threads_; }
    void share(unsigned items, const Item& item) override;

 private:
    const unsigned threads_;
    std::atomic<unsigned> jobs_{0};  // queued or at work; helping is no job
    ThreadPool pool_;                // last: its threads end before what they use
};

}  // namespace vmaf
