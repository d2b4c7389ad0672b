// Modules and launches.
#include <dlfcn.h>

#include <algorithm>

#include "block.h"
#include "entry.h"

using namespace vmaf::emulator;

namespace {

/// A kernel found by name; lives as long as the library.
struct Function {
    std::string name;
    KernelFunction call = nullptr;
};

KernelFunction find_kernel(const char* name) {
    static void* self = [] {
        Dl_info info{};
        dladdr(reinterpret_cast<void*>(&find_kernel), &info);
        return dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    }();
    return reinterpret_cast<KernelFunction>(dlsym(self, name));
}

ThreadOrder thread_order(Machine& machine) {
    return machine.timeline.coin() ? ThreadOrder::kReverse : ThreadOrder::kForward;
}

int check_launch(Machine& machine, const Function& f, Index3 grid, Index3 block, unsigned shared) {
    if (block.count() == 0 || block.count() > 1024 || block.z > 64) return complain(f.name.c_str(), "block size");
    if (grid.count() == 0 || grid.y > 65535 || grid.z > 65535) return complain(f.name.c_str(), "grid size");
    const int allowed = std::max(machine.dynamic_limits[f.name], 48 << 10);
    if (shared > static_cast<unsigned>(allowed))
        return complain(f.name.c_str(), "dynamic shared memory above what was allowed");
    return kSuccess;
}

}  // namespace

ENTRY CUresult cuModuleLoadData(CUmodule* module, const void* image) {
    return entry("cuModuleLoadData", true, [&](Machine& m) {
        ++m.counts.costly_calls;
        constexpr unsigned char kFatBinary[] = {0x50, 0xed, 0x55, 0xba};
        const bool ptx = std::memcmp(image, "//", 2) == 0;
        if (!ptx && std::memcmp(image, kFatBinary, 4) != 0) return kInvalidImage;
        *module = reinterpret_cast<CUmodule>(++m.modules);
        return kSuccess;
    });
}

ENTRY CUresult cuModuleUnload(CUmodule) {
    return entry("cuModuleUnload", true, [&](Machine& m) {
        m.timeline.drain_all();
        --m.modules;
        return kSuccess;
    });
}

ENTRY CUresult cuModuleGetFunction(CUfunction* function, CUmodule, const char* name) {
    return entry("cuModuleGetFunction", true, [&](Machine&) {
        static std::map<std::string, Function> functions;
        Function& f = functions[name];
        f.name = name;
        f.call = find_kernel(name);
        *function = reinterpret_cast<CUfunction>(&f);
        return f.call ? kSuccess : kNotFound;
    });
}

ENTRY CUresult cuFuncSetAttribute(CUfunction function, int attribute, int value) {
    return entry("cuFuncSetAttribute", true, [&](Machine& m) {
        constexpr int kMaxDynamicSharedSize = 8;
        if (attribute != kMaxDynamicSharedSize || value > kSharedPerBlock) return kInvalidValue;
        m.dynamic_limits[reinterpret_cast<Function*>(function)->name] = value;
        return kSuccess;
    });
}

ENTRY CUresult cuLaunchKernel(CUfunction function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                              unsigned bz, unsigned shared, CUstream stream, void**, void** extra) {
    return entry("cuLaunchKernel", true, [&](Machine& m) {
        const auto* f = reinterpret_cast<Function*>(function);
        const Index3 grid{gx, gy, gz}, block{bx, by, bz};
        if (const int wrong = check_launch(m, *f, grid, block, shared)) return wrong;
        const auto* start = static_cast<const std::byte*>(extra[1]);  // as cuda::launch lays it out
        auto arguments = std::make_shared<std::vector<std::byte>>(start, start + *static_cast<size_t*>(extra[3]));
        m.launches.push_back({f->name.c_str(), stream, gz});
        ++m.counts.launches;
        return queue_task(m, stream, [=, &m] {
            const std::string fault = run_grid(f->call, arguments->data(), grid, block, shared, thread_order(m));
            if (fault.empty()) return;
            std::fprintf(stderr, "emulator: kernel %s: %s\n", f->name.c_str(), fault.c_str());
            m.timeline.broken = true;
        });
    });
}
