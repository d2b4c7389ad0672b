// Runs queued work in the order that the schedule chooses among those that events allow.
#include "machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

namespace vmaf::emulator {

namespace {

constexpr size_t kAlignment = 256;
constexpr int kGarbage = 0xC3;

/// "name:3=2" or "name:3=2!"
void parse_fault(Machine& machine, const std::string& text) {
    const size_t colon = text.find(':'), equals = text.find('=');
    if (colon == std::string::npos || equals == std::string::npos) return;
    machine.fail_entry = text.substr(0, colon);
    machine.fail_call = std::strtoul(text.c_str() + colon + 1, nullptr, 10);
    machine.fail_result = std::atoi(text.c_str() + equals + 1);
    machine.fail_for_good = text.back() == '!';
}

}  // namespace

Machine& Machine::get() {
    static Machine* one = new Machine;  // outlives every thread that may still wait
    return *one;
}

Machine::Machine() {
    if (const char* text = std::getenv("VMAF_EMULATOR_DEVICES")) devices = std::atoi(text);
    if (const char* text = std::getenv("VMAF_EMULATOR_MEMORY")) memory_limit = std::strtoull(text, nullptr, 10);
    if (const char* text = std::getenv("VMAF_EMULATOR_FAIL")) parse_fault(*this, text);
    if (const char* text = std::getenv("VMAF_EMULATOR_SCHEDULE")) set_schedule(*this, text);
}

void set_schedule(Machine& machine, const char* text) {
    machine.schedule = !std::strcmp(text, "lazy")         ? Schedule::kLazy
                       : !std::strncmp(text, "random", 6) ? Schedule::kRandom
                                                          : Schedule::kEager;
    const char* seed = std::strchr(text, ':');
    machine.random.seed(seed ? std::strtoul(seed + 1, nullptr, 10) : 1);
}

int Machine::enter(const char* entry) {
    const size_t call = ++calls[entry];
    if (sticky != kSuccess) return sticky;
    if (fail_entry != entry || call < fail_call || (call > fail_call && !fail_for_good)) return kSuccess;
    return fail_result;
}

uintptr_t Machine::allocate(size_t bytes, bool device) {
    if (device && device_bytes() + bytes > memory_limit) return 0;
    void* memory_block = ::operator new (bytes, std::align_val_t{kAlignment}, std::nothrow);
    if (!memory_block) return 0;
    std::memset(memory_block, kGarbage, bytes);
    const auto address = reinterpret_cast<uintptr_t>(memory_block);
    memory[address] = {bytes, device};
    return address;
}

bool Machine::release(uintptr_t address, bool device) {
    const auto found = memory.find(address);
    if (found == memory.end() || found->second.device != device) return false;
    memory.erase(found);
    ::operator delete (reinterpret_cast<void*>(address), std::align_val_t{kAlignment});
    return true;
}

size_t Machine::device_bytes() const {
    size_t bytes = 0;
    for (const auto& [address, allocation] : memory)
        if (allocation.device) bytes += allocation.bytes;
    return bytes;
}

bool Machine::holds(uintptr_t address, size_t bytes, bool device) const {
    auto after = memory.upper_bound(address);
    if (after == memory.begin()) return false;
    const auto& [start, allocation] = *--after;
    return allocation.device == device && address - start <= allocation.bytes &&
           bytes <= allocation.bytes - (address - start);
}

bool Machine::page_lock(uintptr_t address, size_t bytes) {
    const auto after = registered.lower_bound(address + bytes);
    if (after != registered.begin() && std::prev(after)->first + std::prev(after)->second > address) return false;
    registered[address] = bytes;
    return true;
}

bool Machine::page_locked(uintptr_t address, size_t bytes) const {
    const auto after = registered.upper_bound(address);
    return after != registered.begin() && address + bytes <= std::prev(after)->first + std::prev(after)->second;
}

void Machine::queue(Stream* stream, Work work) {
    stream->queue.push_back(std::move(work));
    if (schedule == Schedule::kEager) drain_all();
    if (schedule == Schedule::kRandom)
        for (unsigned n = random() % 3; n > 0 && step(); --n) {
        }
}

bool Machine::blocked(const Stream& stream) const {
    const Work& front = stream.queue.front();
    return front.kind == Work::Kind::kWait && front.event->completed < front.generation;
}

void Machine::run_front(Stream* stream) {
    Work work = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (work.kind == Work::Kind::kTask && sticky == kSuccess) work.task();
    if (work.kind == Work::Kind::kRecord) work.event->completed = std::max(work.event->completed, work.generation);
}

Stream* Machine::pick() {
    std::vector<Stream*> ready;
    for (Stream* stream : streams)
        if (!stream->queue.empty() && !blocked(*stream)) ready.push_back(stream);
    return ready.empty() ? nullptr : ready[random() % ready.size()];
}

bool Machine::step() {
    Stream* stream = pick();
    if (stream) run_front(stream);
    return stream != nullptr;
}

/// Runs a stream's front work, and before it only what that work waits for.
bool Machine::run_lazily(Stream* stream, size_t depth) {
    if (depth > streams.size()) return false;  // streams wait for each other in a ring
    while (blocked(*stream)) {
        const Work& front = stream->queue.front();
        Stream* other = front.event->stream;
        if (!other || other->queue.empty() || !run_lazily(other, depth + 1)) return false;
    }
    run_front(stream);
    return true;
}

bool Machine::complete(Event* event, uint64_t generation) {
    while (event->completed < generation) {
        if (schedule == Schedule::kLazy) {
            if (!event->stream || event->stream->queue.empty() || !run_lazily(event->stream, 0)) return false;
        } else if (!step()) {
            return false;
        }
    }
    return true;
}

bool Machine::drain(Stream* stream) {
    while (!stream->queue.empty()) {
        if (schedule == Schedule::kLazy ? !run_lazily(stream, 0) : !step()) return false;
    }
    return true;
}

void Machine::forget_everything() {
    for (Stream* stream : streams) delete stream;
    for (Event* event : events) delete event;
    for (const auto& [address, allocation] : memory)
        ::operator delete (reinterpret_cast<void*>(address), std::align_val_t{kAlignment});
    streams.clear();
    events.clear();
    memory.clear();
    registered.clear();
    modules = 0;
    sticky = kSuccess;
}

bool Machine::drain_all() {
    while (step()) {
    }
    for (Stream* stream : streams)
        if (!stream->queue.empty()) return false;
    return true;
}

}  // namespace vmaf::emulator
