// Recycles pictures through a free list that they return to with their last reference.
#include "picture/picture_pool.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/process_lock.h"

namespace vmaf {

namespace {

/// A frame needs two pictures, and the session may keep the pictures of earlier frames for metrics that look back.
constexpr unsigned kPair = 2, kKept = 2 * kMaxLookback;

}  // namespace

struct PicturePool::State {
    State(const PictureFormat& f, size_t c, Allocate a) : format(f), capacity(c), allocate(std::move(a)) {}

    const PictureFormat format;
    const size_t capacity;
    const Allocate allocate;
    const unsigned forks = fork_count();
    std::mutex mutex;
    std::condition_variable returned;
    std::vector<std::unique_ptr<Pooled>> idle;
    size_t made = 0;
    bool closed = false;
};

/// True in a child of fork() for a pool of its parent's. It may be locked or waited on by threads that the child does not have, so that it
/// is neither used nor destroyed.
bool PicturePool::leave_to_parent(std::shared_ptr<State> state) noexcept {
    const bool inherited = state->forks != fork_count();
    if (inherited) static_cast<void>(new (std::nothrow) std::shared_ptr<State>(std::move(state)));
    return inherited;
}

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
        if (leave_to_parent(state)) return;
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
    : state_(std::make_shared<State>(format, size_t{std::max(count, kPair)} + kKept, std::move(allocate))) {
    check_picture_format(format);
    if (!format.w || !format.h || !count) fail(EINVAL, "a picture pool needs a width, a height and a count above 0");
}

PicturePool::~PicturePool() {
    std::vector<std::unique_ptr<Pooled>> idle;
    if (leave_to_parent(state_)) return;
    const std::lock_guard lock(state_->mutex);
    state_->closed = true;
    idle.swap(state_->idle);
    state_->returned.notify_all();
}

/// A child of fork() begins with a pool of its own.
std::shared_ptr<PicturePool::State> PicturePool::state() {
    const ProcessLock lock;
    if (leave_to_parent(state_)) state_ = std::make_shared<State>(state_->format, state_->capacity, state_->allocate);
    return state_;
}

/// One more picture. Its memory is mapped and cleared without the lock, which takes a while: other threads fetch and give back meanwhile.
std::unique_ptr<PicturePool::Pooled> PicturePool::make(State& state, std::unique_lock<std::mutex>& lock) {
    if (state.idle.capacity() == state.made) state.idle.reserve(2 * state.made + kPair);
    state.made++;
    lock.unlock();
    try {
        return std::make_unique<Pooled>(state.allocate(state.format));
    } catch (...) {
        lock.lock();
        state.made--;
        state.returned.notify_one();
        throw;
    }
}

Picture PicturePool::fetch(const std::function<bool()>& may_return, std::chrono::milliseconds patience) {
    const std::shared_ptr<State> state = this->state();
    std::unique_lock lock(state->mutex);
    const auto available = [&] { return !state->idle.empty() || state->made < state->capacity || state->closed; };
    while (!available()) {
        lock.unlock();
        const bool held_by_library = may_return();
        lock.lock();
        if (!state->returned.wait_for(lock, patience, available) && !held_by_library)
            fail(EBUSY, "all ", state->made,
                 " pictures of the pool are in the caller's hands; unref some or ask for more");
    }
    if (state->closed) fail(EINVAL, "the picture pool was closed while a picture was waited for");
    std::unique_ptr<Pooled> pooled;
    if (state->idle.empty()) {
        pooled = make(*state, lock);
    } else {
        pooled = std::move(state->idle.back());
        state->idle.pop_back();
    }
    VmafPicture lent = pooled.release()->lend(state);
    return Picture::adopt(lent);
}

}  // namespace vmaf
