// Work shared among threads: whoever has time takes the next item, and the job that shares it does what nobody else takes.
#include "session/workers.h"

#include <algorithm>
#include <exception>
#include <memory>

namespace vmaf {

namespace {

/// The items of one call of share(). Helpers that come late find none left, and touch nothing but this.
class Round {
 public:
    Round(unsigned items, const Helpers::Item& item) : items_(items), item_(item) {}

    void work() noexcept {
        const unsigned worker = workers_++;
        for (unsigned i = next_++; i < items_; i = next_++) {
            try {
                item_(i, worker);
            } catch (...) {
                if (!failed_.test_and_set()) failure_ = std::current_exception();
            }
            if (++done_ == items_) done_.notify_all();
        }
    }

    void wait() {
        for (unsigned done = done_; done < items_; done = done_) done_.wait(done);
        if (failure_) std::rethrow_exception(failure_);
    }

 private:
    const unsigned items_;
    const Helpers::Item& item_;  // the caller's, who waits until all items are done
    std::atomic<unsigned> workers_{0}, next_{0}, done_{0};
    std::atomic_flag failed_;
    std::exception_ptr failure_;
};

}  // namespace

void Workers::run(std::function<void()> job) {
    jobs_++;
    try {
        pool_.run([this, job = std::move(job)] {
            job();
            jobs_--;
        });
    } catch (...) {
        jobs_--;
        throw;
    }
}

void Workers::share(unsigned items, const Item& item) {
    if (jobs_ > threads_) {  // the common case: other jobs wait for a thread
        for (unsigned i = 0; i < items; i++) item(i, 0);
        return;
    }
    const auto round = std::make_shared<Round>(items, item);
    try {
        for (unsigned i = 1; i < std::min(items, threads_); i++) pool_.run([round] { round->work(); });
    } catch (...) {  // fewer helpers will do
    }
    round->work();
    round->wait();
}

}  // namespace vmaf
