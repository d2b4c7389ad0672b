// Finds the emulator's controls in the library that the engine loads.
#include "emulated.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace vmaf::test {

namespace {

template <class Function>
bool find(void* library, Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(dlsym(library, name));
    return function != nullptr;
}

bool find_all(void* library, Emulator& e) {
    return find(library, e.reset, "vmaf_emulator_reset") && find(library, e.fail, "vmaf_emulator_fail") &&
           find(library, e.schedule, "vmaf_emulator_schedule") &&
           find(library, e.schedule_name, "vmaf_emulator_schedule_name") &&
           find(library, e.counts, "vmaf_emulator_counts") && find(library, e.launches, "vmaf_emulator_launches") &&
           find(library, e.calls, "vmaf_emulator_calls") && find(library, e.entries, "vmaf_emulator_entries") &&
           find(library, e.memory, "vmaf_emulator_memory") && find(library, e.devices, "vmaf_emulator_devices");
}

/// Says with every failure in which order the emulator ran queued work, so that it can be had again.
class SaySchedule : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& part) override {
        if (part.failed() && emulator())
            std::cerr << "emulator: VMAF_EMULATOR_SCHEDULE=" << emulator()->schedule_name() << '\n';
    }
};

[[maybe_unused]] const bool kSaysSchedule = [] {
    testing::UnitTest::GetInstance()->listeners().Append(new SaySchedule);
    return true;
}();

}  // namespace

std::vector<std::string> schedules(unsigned random_ones) {
    const char* text = std::getenv("VMAF_EMULATOR_SEED");
    const unsigned seed = text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : 1;
    std::vector<std::string> all{"lazy"};
    for (unsigned i = 0; i < random_ones; ++i) all.push_back("random:" + std::to_string(seed * random_ones + i));
    return all;
}

std::vector<VmafEmulatorLaunch> Emulator::launch_log() const {
    std::vector<VmafEmulatorLaunch> log(launches(nullptr, 0));
    launches(log.data(), log.size());
    return log;
}

const Emulator* emulator() {
    static Emulator functions;
    static const bool found = [] {
        void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
        return library && find_all(library, functions);
    }();
    return found ? &functions : nullptr;
}

std::unique_ptr<cuda::Device> open_device(std::string* why) {
    try {
        return std::make_unique<cuda::Device>(cuda::Context::primary(cuda::Driver::load(), 0));
    } catch (const vmaf::Error& error) {
        *why = error.what();
        return nullptr;
    }
}

}  // namespace vmaf::test
