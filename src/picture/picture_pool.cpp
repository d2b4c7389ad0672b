// Recycles pictures through a free list that they return to with their last reference.
#include "picture/picture_pool.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/error.h"

namespace vmaf {

namespace {

/// A frame needs two pictures, and the session may keep the pictures of earlier frames for metrics that look back.
constexpr unsigned kPair = 2, kKept = 2 * kMaxLookback;

}  // namespace

struct PicturePool::State {
    State(const PictureFormat& f, unsigned c, Allocate a)
        : format(f), capacity(size_t{std::max(c, kPair)} + kKept), allocate(std::move(a)) {}

    const PictureFormat format;
    const size_t capacity;
    const Allocate allocate;
    std::mutex mutex;
    std::condition_variable returned;
    std::vector<std::unique_ptr<Pooled>> idle;
    size_t made = 0;
    bool closed = false;
};

/// The reference count of one pooled picture; owns the memory, and the pool's state while the picture is out.
class PicturePool::Pooled final : public VmafRef {
 public:
    explicit Pooled(Picture memory)
        : VmafRef(memory.memory()), memory_(std::move(memory)), picture_(memory_.share().release()) {
        picture_.ref->drop();  // `memory_` holds the only reference; `picture_` is its plain description
        if (HostMemory* host = host_memory()) host->expect_recurrence();
    }
    HostMemory* host_memory() noexcept override { return memory_.host_memory(); }
    const void* device_context() const noexcept override { return memory_.device_context(); }

    VmafPicture lend(std::shared_ptr<State> state) {
        state_ = std::move(state);
        revive();
        VmafPicture picture = picture_;
        picture.ref = this;
        return picture;
    }

 protected:
    void release() noexcept override {
        const std::shared_ptr<State> state = std::move(state_);
        std::unique_ptr<Pooled> self(this);
        const std::lock_guard lock(state->mutex);
        if (!state->closed) state->idle.push_back(std::move(self));  // fetch() has made room: can't throw
        state->returned.notify_one();
    }

 private:
    Picture memory_;
    VmafPicture picture_;
    std::shared_ptr<State> state_;
};

PicturePool::PicturePool(const PictureFormat& format, unsigned count, Allocate allocate)
    : state_(std::make_shared<State>(format, count, std::move(allocate))) {
    check_picture_format(format);
    if (!format.w || !format.h || !count) fail(EINVAL, "a picture pool needs a width, a height and a count above 0");
}

PicturePool::~PicturePool() {
    std::vector<std::unique_ptr<Pooled>> idle;
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    idle.swap(state_->idle);
    state_->returned.notify_all();
}

Picture PicturePool::fetch(const std::function<bool()>& may_return, std::chrono::milliseconds patience) {
    std::unique_lock lock(state_->mutex);
    const auto available = [&] { return !state_->idle.empty() || state_->made < state_->capacity || state_->closed; };
    while (!available()) {
        lock.unlock();
        const bool held_by_library = may_return();
        lock.lock();
        if (!state_->returned.wait_for(lock, patience, available) && !held_by_library)
            fail(EBUSY, "all ", state_->made,
                 " pictures of the pool are in the caller's hands; unref some or ask for more");
    }
    if (state_->closed) fail(EINVAL, "the picture pool was closed while a picture was waited for");
    std::unique_ptr<Pooled> pooled;
    if (state_->idle.empty()) {
        if (state_->idle.capacity() == state_->made) state_->idle.reserve(2 * state_->made + kPair);
        pooled = std::make_unique<Pooled>(state_->allocate(state_->format));
        state_->made++;
    } else {
        pooled = std::move(state_->idle.back());
        state_->idle.pop_back();
    }
    VmafPicture lent = pooled.release()->lend(state_);
    return Picture::adopt(lent);
}

}  // namespace vmaf
