// Runs the threads of a block until each has ended, and notices what would hang or corrupt a GPU.
#include "block.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "fiber.h"
#include "sanitizers.h"

namespace vmaf::emulator {

Thread* thread = nullptr;
Index3 block_index, block_size, grid_size;

namespace {

constexpr int kWarp = 32;
constexpr size_t kSharedLimit = 48 << 10;
constexpr size_t kRedzone = 64;
constexpr int kGarbage = 0xA5;

struct Warp {
    uint64_t slots[2][kWarp] = {};  // by parity of the exchange: one lane may be ahead of another by one
    uint32_t lanes = 0;             // not yet ended
    uint32_t waiting = 0;
};

/// Shared memory of the running block: pieces behind each other with gaps that AddressSanitizer watches.
class SharedMemory {
 public:
    SharedMemory() : bytes_(new (std::align_val_t{256}) unsigned char[kSize]) {}

    void reset(unsigned dynamic_bytes) {
        ASAN_UNPOISON_MEMORY_REGION(bytes_.get(), kSize);
        pieces_ = 0;
        used_ = statics_ = 0;
        dynamic_ = take(dynamic_bytes);
        ASAN_POISON_MEMORY_REGION(bytes_.get() + used_, kSize - used_);
    }

    void* piece(const void* key, size_t bytes) {
        for (size_t i = 0; i < pieces_; ++i)
            if (keys_[i] == key) return addresses_[i];
        statics_ += bytes;
        if (statics_ > kSharedLimit || pieces_ == kPieces) {
            fault("more than 48 KB of static shared memory");
            return nullptr;
        }
        keys_[pieces_] = key;
        return addresses_[pieces_++] = take(bytes);
    }

    void* dynamic() const { return dynamic_; }

 private:
    static constexpr size_t kSize = 512 << 10, kPieces = 16;

    void* take(size_t bytes) {
        unsigned char* address = bytes_.get() + used_;
        ASAN_UNPOISON_MEMORY_REGION(address, bytes);
        std::memset(address, kGarbage, bytes);
        used_ += (bytes + 2 * kRedzone - 1) / kRedzone * kRedzone;
        return address;
    }

    struct Free {
        void operator()(unsigned char* p) const {
            ASAN_UNPOISON_MEMORY_REGION(p, kSize);
            ::operator delete[](p, std::align_val_t{256});
        }
    };
    std::unique_ptr<unsigned char[], Free> bytes_;
    const void* keys_[kPieces] = {};
    void* addresses_[kPieces] = {};
    size_t pieces_ = 0, used_ = 0, statics_ = 0;
    void* dynamic_ = nullptr;
};

/// The block that runs. One for the process: launches run one at a time, under the emulator's lock.
class Block {
 public:
    std::string run(KernelFunction kernel, const void* args, unsigned dynamic_shared, ThreadOrder order) {
        start(dynamic_shared);
        kernel_ = kernel;
        args_ = args;
        while (live_ > 0 && fault_.empty()) {
            if (!run_ready_threads(order) && fault_.empty()) fault_ = stuck();
            if (at_barrier_ == live_ && live_ > 0) release_barrier();
        }
        if (!fault_.empty()) abandon();
        return std::move(fault_);
    }

    void wait_at_barrier(int line) {
        thread->state = Thread::State::kBarrier;
        thread->barrier_line = line;
        ++at_barrier_;
        Fiber::suspend();
    }

    const uint64_t* exchange(uint64_t value) {
        Warp& warp = warps_[thread->warp];
        uint64_t* slots = warp.slots[thread->exchanges++ & 1];
        slots[thread->lane] = value;
        warp.waiting |= 1u << thread->lane;
        thread->state = Thread::State::kWarp;
        if (warp.waiting == warp.lanes) {
            release(thread->warp);
        } else {
            Fiber::suspend();
        }
        return slots;
    }

    uint32_t lanes() const { return warps_[thread->warp].lanes; }
    SharedMemory& shared() { return shared_; }

    void set_fault(const char* text) {
        if (fault_.empty()) fault_ = text;
        Fiber::suspend();
    }

 private:
    void start(unsigned dynamic_shared) {
        const unsigned count = block_size.count();
        threads_.assign(count, Thread{});
        warps_.assign((count + kWarp - 1) / kWarp, Warp{});
        fiber_of_.assign(count, nullptr);
        for (unsigned i = 0; i < count; ++i) {
            threads_[i].index = {i % block_size.x, i / block_size.x % block_size.y, i / (block_size.x * block_size.y)};
            threads_[i].lane = static_cast<int>(i % kWarp);
            threads_[i].warp = static_cast<int>(i / kWarp);
            warps_[i / kWarp].lanes |= 1u << i % kWarp;
        }
        live_ = static_cast<int>(count);
        at_barrier_ = 0;
        fault_.clear();
        shared_.reset(dynamic_shared);
    }

    /// False if no thread could run.
    bool run_ready_threads(ThreadOrder order) {
        bool progress = false;
        const int warps = static_cast<int>(warps_.size());
        for (int i = 0; i < warps; ++i)
            while (run_warp(order == ThreadOrder::kForward ? i : warps - 1 - i, order)) progress = true;
        return progress;
    }

    bool run_warp(int warp, ThreadOrder order) {
        bool progress = false;
        const size_t first = static_cast<size_t>(warp) * kWarp;
        const size_t count = std::min<size_t>(kWarp, threads_.size() - first);
        for (size_t i = 0; i < count && fault_.empty(); ++i) {
            const size_t t = first + (order == ThreadOrder::kForward ? i : count - 1 - i);
            if (threads_[t].state != Thread::State::kReady) continue;
            progress = true;
            run_thread(t);
        }
        return progress && fault_.empty();
    }

    void run_thread(size_t t) {
        thread = &threads_[t];
        if (!fiber_of_[t]) fiber_of_[t] = take_fiber();
        const bool ended = fiber_of_[t]->run([](void* self) { static_cast<Block*>(self)->body(); }, this);
        if (!ended) return;
        free_.push_back(std::exchange(fiber_of_[t], nullptr));
        Thread& done = threads_[t];
        done.state = Thread::State::kDone;
        --live_;
        Warp& warp = warps_[done.warp];
        warp.lanes &= ~(1u << done.lane);
        if (warp.waiting != 0) fault_ = "a thread ended while others of its warp wait in a warp operation";
    }

    void body() { kernel_(args_); }

    void release(int warp) {
        Warp& w = warps_[warp];
        for (int lane = 0; lane < kWarp; ++lane)
            if (w.waiting >> lane & 1) threads_[static_cast<size_t>(warp) * kWarp + lane].state = Thread::State::kReady;
        w.waiting = 0;
    }

    void release_barrier() {
        if (live_ != static_cast<int>(threads_.size())) fault_ = "threads ended before others reached __syncthreads";
        int line = 0;
        for (Thread& t : threads_) {
            if (t.state != Thread::State::kBarrier) continue;
            if (line != 0 && line != t.barrier_line) fault_ = "threads of a block wait at different __syncthreads";
            line = t.barrier_line;
            t.state = Thread::State::kReady;
        }
        at_barrier_ = 0;
    }

    std::string stuck() {
        if (at_barrier_ == live_) return {};
        return "threads of a block wait for each other: some at __syncthreads, some in a warp operation";
    }

    Fiber* take_fiber() {
        if (free_.empty()) {
            fibers_.push_back(std::make_unique<Fiber>());
            free_.push_back(fibers_.back().get());
        }
        Fiber* fiber = free_.back();
        free_.pop_back();
        return fiber;
    }

    void abandon() {
        for (Fiber*& fiber : fiber_of_)
            if (fiber) {
                fiber->abandon();
                free_.push_back(std::exchange(fiber, nullptr));
            }
    }

    std::vector<std::unique_ptr<Fiber>> fibers_;
    std::vector<Fiber*> free_, fiber_of_;
    std::vector<Thread> threads_;
    std::vector<Warp> warps_;
    SharedMemory shared_;
    KernelFunction kernel_ = nullptr;
    const void* args_ = nullptr;
    std::string fault_;
    int live_ = 0, at_barrier_ = 0;
};

Block& block() {
    static Block* one = new Block;  // never destroyed: streams may drain while the process ends
    return *one;
}

}  // namespace

std::string run_grid(KernelFunction kernel, const void* args, Index3 grid, Index3 size, unsigned dynamic_shared,
                     ThreadOrder order) {
    grid_size = grid;
    block_size = size;
    const unsigned blocks = grid.count();
    for (unsigned i = 0; i < blocks; ++i) {
        const unsigned b = order == ThreadOrder::kForward ? i : blocks - 1 - i;
        block_index = {b % grid.x, b / grid.x % grid.y, b / (grid.x * grid.y)};
        std::string fault = block().run(kernel, args, dynamic_shared, order);
        if (!fault.empty()) return fault;
    }
    return {};
}

void barrier(int line) { block().wait_at_barrier(line); }
const uint64_t* warp_exchange(uint64_t value) { return block().exchange(value); }
uint32_t warp_lanes() { return block().lanes(); }
void* shared_memory(const void* key, size_t bytes) { return block().shared().piece(key, bytes); }
void* dynamic_shared_memory() { return block().shared().dynamic(); }
void fault(const char* text) { block().set_fault(text); }

}  // namespace vmaf::emulator
