// Runs queued work in the order that the schedule chooses among those that events and default streams allow.
#include "timeline.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace vmaf::emulator {

namespace {

const char* environment(const char* name, const char* otherwise) {
    const char* text = std::getenv(name);
    return text && *text ? text : otherwise;
}

bool ready(const Stream& stream) {
    const std::vector<Point>& after = stream.queue.front().after;
    return std::all_of(after.begin(), after.end(), [](const Point& point) { return point.reached(); });
}

}  // namespace

void Timeline::set_schedule(const char* text) {
    const std::string name = text && *text ? text : environment("VMAF_EMULATOR_SCHEDULE", "random");
    if (name == "eager" || name == "lazy") {
        schedule_ = name == "lazy" ? Schedule::kLazy : Schedule::kEager;
        name_ = name;
        return;
    }
    const size_t colon = name.find(':');
    const std::string seed =
        colon == std::string::npos ? environment("VMAF_EMULATOR_SEED", "1") : name.substr(colon + 1);
    schedule_ = Schedule::kRandom;
    random_.seed(static_cast<unsigned>(std::strtoul(seed.c_str(), nullptr, 10)));
    name_ = "random:" + seed;
}

std::vector<Point> Timeline::implied_order(const Stream& stream) const {
    std::vector<Point> after;
    if (stream.kind == Kind::kNonBlocking) return after;
    const Kind other = stream.kind == Kind::kLegacy ? Kind::kBlocking : Kind::kLegacy;
    for (const auto& busy : busy_)
        if (busy->context == stream.context && busy->kind == other) after.push_back({busy, busy->queued()});
    return after;
}

Point Timeline::queue(const std::shared_ptr<Stream>& stream, Work work) {
    for (Point& point : implied_order(*stream)) work.after.push_back(std::move(point));
    if (stream->queue.empty()) busy_.push_back(stream);
    stream->queue.push_back(std::move(work));
    const Point end{stream, stream->queued()};
    if (schedule_ == Schedule::kEager) drain_all();
    if (schedule_ == Schedule::kRandom)
        for (unsigned n = random_() % 3; n > 0 && step(); --n) {
        }
    return end;
}

void Timeline::run_front(Stream& stream) {
    const Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    if (work.task && !broken) work.task();
    ++stream.done;
    if (stream.queue.empty()) std::erase_if(busy_, [&](const auto& busy) { return busy.get() == &stream; });
}

Stream* Timeline::pick() {
    std::vector<Stream*> able;
    for (const auto& stream : busy_)
        if (ready(*stream)) able.push_back(stream.get());
    if (able.empty()) return nullptr;
    const auto again = std::find(able.begin(), able.end(), last_);
    // Several pieces of one stream at a time: so streams get far ahead of each other.
    if (again == able.end() || random_() % 4 == 0) last_ = able[random_() % able.size()];
    return last_;
}

bool Timeline::step() {
    Stream* stream = pick();
    if (stream) run_front(*stream);
    return stream != nullptr;
}

/// Runs a stream's work up to the point, and before each piece only what that piece waits for.
bool Timeline::run_lazily(const Point& point, size_t depth) {
    if (depth > busy_.size() + 1) return false;  // streams wait for each other in a ring
    while (!point.reached()) {
        Stream& stream = *point.stream;
        if (stream.queue.empty()) return false;
        const std::vector<Point> after = stream.queue.front().after;
        for (const Point& earlier : after)
            if (!run_lazily(earlier, depth + 1)) return false;
        run_front(stream);
    }
    return true;
}

bool Timeline::complete(const Point& point) {
    while (!point.reached())
        if (!advance(point)) return false;
    return true;
}

bool Timeline::drain_all() {
    while (step()) {
    }
    return busy_.empty();
}

}  // namespace vmaf::emulator
