// Streams of queued work, and the order in which a schedule runs it: any order that a GPU may choose.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace vmaf::emulator {

struct Stream;

/// A place in a stream's work: reached when that many pieces of it have run.
struct Point {
    std::shared_ptr<Stream> stream;
    uint64_t count = 0;

    bool reached() const;
};

/// One piece of queued work: it runs when all points behind which it stands have been reached.
struct Work {
    std::function<void()> task;  ///< may be empty
    std::vector<Point> after;
};

/// How a stream stands to the legacy default stream of its context.
enum class Kind {
    kLegacy,       ///< it is that stream: waits for all earlier work of blocking streams
    kBlocking,     ///< waits for all earlier work of that stream
    kNonBlocking,  ///< knows nothing of it
};

struct Stream {
    const void* context = nullptr;
    Kind kind = Kind::kNonBlocking;
    std::deque<Work> queue;
    uint64_t done = 0;  ///< pieces of work that have run

    uint64_t queued() const { return done + queue.size(); }
};

inline bool Point::reached() const { return !stream || stream->done >= count; }

/// When queued work runs. All are orders that a GPU may choose; results must not depend on it.
enum class Schedule {
    kEager,   ///< as soon as it is queued
    kLazy,    ///< not before something waits for it
    kRandom,  ///< streams take turns by a seeded generator
};

class Timeline {
 public:
    /// "eager", "lazy", "random:seed"; "random" takes the seed from VMAF_EMULATOR_SEED (1). Null: VMAF_EMULATOR_SCHEDULE, or random.
    explicit Timeline(const char* schedule = nullptr) { set_schedule(schedule); }
    void set_schedule(const char* text);
    /// As it would be set, seed included.
    const std::string& schedule() const { return name_; }
    /// For choices that schedules leave open; false when all is eager.
    bool coin() { return schedule_ != Schedule::kEager && random_() % 2; }
    /// How long a thread that waits leaves the device to others, between two pieces of work. On a random schedule about one wait in 12 is
    /// long enough for other threads to queue work of many frames.
    std::chrono::microseconds pause() {
        return std::chrono::microseconds(schedule_ == Schedule::kRandom && random_() % 12 == 0 ? 50 + random_() % 950
                                                                                               : 0);
    }

    /// A kernel failed: nothing that is queued has an effect any more.
    bool broken = false;

    Point queue(const std::shared_ptr<Stream>& stream, Work work);
    /// Queued work of these streams that `stream` has to wait for by the rules of the legacy default stream.
    std::vector<Point> implied_order(const Stream& stream) const;
    /// Runs queued work until the point has been reached; false: it never can be.
    bool complete(const Point& point);
    /// Runs what the schedule runs next when somebody waits for the point.
    bool advance(const Point& point) { return schedule_ == Schedule::kLazy ? run_lazily(point, 0) : step(); }
    bool drain(const std::shared_ptr<Stream>& stream) { return complete({stream, stream->queued()}); }
    bool drain_all();
    /// One piece of work of any stream, for callers that poll.
    bool step();
    void clear() { busy_.clear(); }

 private:
    void run_front(Stream& stream);
    Stream* pick();
    bool run_lazily(const Point& point, size_t depth);

    Schedule schedule_ = Schedule::kEager;
    std::string name_;
    std::mt19937 random_{1};
    std::vector<std::shared_ptr<Stream>> busy_;  // streams that hold work
    Stream* last_ = nullptr;                     // picked; perhaps gone
};

}  // namespace vmaf::emulator
