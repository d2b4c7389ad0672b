// Keeps the device's objects and memory, and injects the faults that tests ask for.
#include "machine.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <thread>

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

void crash() { std::raise(SIGSEGV); }

/// Of the calling thread; never given twice.
size_t thread_number() {
    static std::atomic<size_t> last{0};
    thread_local const size_t own = ++last;
    return own;
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
    if (const char* text = std::getenv("VMAF_EMULATOR_CRASH")) crash_entry = text;
    if (crash_entry == "exit") std::atexit(crash);
}

int Machine::enter(const char* entry) {
    const size_t call = ++calls[entry];
    if (crash_entry == entry) crash();
    if (sticky() != kSuccess) return sticky();
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

std::shared_ptr<Stream> Machine::stream(Context& context, void* handle) {
    enum Special : uintptr_t { kDefault = 0, kLegacy = 1, kPerThread = 2 };
    const auto number = reinterpret_cast<uintptr_t>(handle);
    if (number > kPerThread) {
        const auto found = streams.find(static_cast<Stream*>(handle));
        return found == streams.end() ? nullptr : found->second;
    }
    const bool legacy = number != kPerThread;
    std::shared_ptr<Stream>& one = legacy ? context.legacy : context.of_thread[thread_number()];
    if (!one) one = std::make_shared<Stream>(Stream{&context, legacy ? Kind::kLegacy : Kind::kBlocking, {}, 0});
    return one;
}

bool Machine::wait(const Point& point) {
    if (!point.reached()) {
        mutex.unlock();
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        mutex.lock();
    }
    while (!point.reached()) {
        if (!timeline.advance(point)) return false;
        const std::chrono::microseconds pause = timeline.pause();
        mutex.unlock();
        if (pause.count())
            std::this_thread::sleep_for(pause);
        else
            std::this_thread::yield();
        mutex.lock();
    }
    return true;
}

void Machine::forget_streams(Context& context) {
    context.legacy.reset();
    context.of_thread.clear();
}

void Machine::forget_everything() {
    timeline.clear();
    streams.clear();
    for (auto& [device, context] : primary) forget_streams(context);
    for (Event* event : events) delete event;
    for (const auto& [address, allocation] : memory)
        ::operator delete (reinterpret_cast<void*>(address), std::align_val_t{kAlignment});
    events.clear();
    memory.clear();
    registered.clear();
    modules = 0;
    timeline.broken = false;
}

}  // namespace vmaf::emulator
