// Finds the emulator's controls in the library that the engine loads.
#include "emulated.h"

#include <dlfcn.h>

namespace vmaf::test {

namespace {

template <class Function>
bool find(void* library, Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(dlsym(library, name));
    return function != nullptr;
}

bool find_all(void* library, Emulator& e) {
    return find(library, e.reset, "vmaf_emulator_reset") && find(library, e.fail, "vmaf_emulator_fail") &&
           find(library, e.schedule, "vmaf_emulator_schedule") && find(library, e.counts, "vmaf_emulator_counts") &&
           find(library, e.launches, "vmaf_emulator_launches") && find(library, e.calls, "vmaf_emulator_calls") &&
           find(library, e.entries, "vmaf_emulator_entries") && find(library, e.memory, "vmaf_emulator_memory") &&
           find(library, e.devices, "vmaf_emulator_devices");
}

}  // namespace

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
