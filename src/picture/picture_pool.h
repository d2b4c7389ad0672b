// A bounded set of recycled pictures for clients that want no allocation per frame.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

#include "picture/picture.h"

namespace vmaf {

/// Thread-safe. Pictures may outlive the pool: their memory goes with the last of them.
class PicturePool {
 public:
    /// Makes a picture in the pool's kind of memory. Called by the threads that fetch, several at a time.
    using Allocate = std::function<Picture(const PictureFormat&)>;

    /// `count` pictures for the caller; a few more are made if the session itself has to keep pictures from frame to frame.
    PicturePool(const PictureFormat& format, unsigned count, Allocate allocate = Picture::allocate);
    ~PicturePool();
    PicturePool(const PicturePool&) = delete;
    PicturePool& operator=(const PicturePool&) = delete;

    /// A picture with the content it last had. While all are in use it waits: `may_return()` pushes the library's own work on
    /// and says whether the library holds some. Throws Error(EBUSY) if it does not and none comes back within `patience`.
    Picture fetch(const std::function<bool()>& may_return,
                  std::chrono::milliseconds patience = std::chrono::seconds(10));

 private:
    struct State;
    class Pooled;
    static bool leave_to_parent(std::shared_ptr<State> state) noexcept;
    std::shared_ptr<State> state();
    static std::unique_ptr<Pooled> make(State& state, std::unique_lock<std::mutex>& lock);

    std::shared_ptr<State> state_;
};

}  // namespace vmaf
