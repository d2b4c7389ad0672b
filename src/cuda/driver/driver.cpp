// Loads the driver's library through ffnvcodec's header and puts its failures into words.
#include "cuda/driver/driver.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace vmaf::cuda {

namespace {

/// The driver's name, by which the loader is asked first, and where it lies when the loader was not told: in WSL, on Debian and its like, on
/// Fedora and its like, in Kubernetes, on NixOS.
constexpr const char* kLibrary = "libcuda.so.1";
constexpr const char* kUsualPlaces[] = {
    "/usr/lib/wsl/lib/libcuda.so.1",           "/usr/lib/x86_64-linux-gnu/libcuda.so.1",
    "/usr/lib/aarch64-linux-gnu/libcuda.so.1", "/usr/lib64/libcuda.so.1",
    "/usr/local/nvidia/lib64/libcuda.so.1",    "/run/opengl-driver/lib/libcuda.so.1"};
/// A path that is taken instead of all of them.
constexpr const char* kOverride = "VMAF_CUDA_LIBRARY";

constexpr const char* kUpdateDriver = "update NVIDIA's driver, or build with gpu_archs for the GPU at hand";
constexpr const char* kForked =
    "CUDA does not follow into children of fork(): fork before the process uses CUDA, or have the child start a "
    "program "
    "of its own";

/// Codes newer than ffnvcodec's enumeration.
enum : int {
    kNotInitialised = 3,
    kInsufficientDriver = 35,
    kStubLibrary = 34,
    kDeviceUnavailable = 46,
    kUnsupportedPtx = 222,
    kJitCompilerNotFound = 221,
    kInvalidPtx = 218,
    kContextDestroyed = 709,
    kNotSupported = 801,
    kDriverMismatch = 803,
    kCompatNotSupported = 804,
};

struct Meaning {
    int result;
    int code;             ///< errno
    const char* way_out;  ///< what the user can do
};

constexpr Meaning kMeanings[] = {
    {1, EINVAL, "check the device index, the context and the pictures handed in"},
    {2, ENOMEM, "free GPU memory, run fewer sessions at a time or use the CPU"},
    {kNotInitialised, ENODEV, kForked},
    {4, EIO, "the process is ending: close sessions before it exits"},
    {kStubLibrary, ENOTSUP, "the library found is the toolkit's stub: put the driver's own libcuda.so.1 first"},
    {kInsufficientDriver, ENOTSUP, kUpdateDriver},
    {kDeviceUnavailable, ENODEV, "the GPU is in use exclusively: choose another device"},
    {100, ENODEV, "no GPU is visible: check nvidia-smi, CUDA_VISIBLE_DEVICES and the container's --gpus option"},
    {101, ENODEV, "no GPU has this index: list the devices and choose one"},
    {200, ENOTSUP, kUpdateDriver},
    {201, EINVAL, "the context handed in is not valid, or was destroyed before its sessions"},
    {209, ENOTSUP, kUpdateDriver},
    {kInvalidPtx, ENOTSUP, kUpdateDriver},
    {kJitCompilerNotFound, ENOTSUP, "install the driver's libnvidia-ptxjitcompiler"},
    {kUnsupportedPtx, ENOTSUP, kUpdateDriver},
    {400, EINVAL, "a stream or event handed in belongs to another context, or is gone"},
    {kContextDestroyed, EINVAL, "the context handed in was destroyed before its sessions"},
    {kNotSupported, ENOTSUP, "this GPU or driver does not offer it: use another device or the CPU"},
    {kDriverMismatch, ENOTSUP,
     "kernel module and libcuda differ in version: reboot, or update the container's driver files"},
    {kCompatNotSupported, ENOTSUP, "take the forward-compatibility libcuda off the path, or update the driver"},
};

Meaning meaning(CUresult result) {
    for (const Meaning& m : kMeanings)
        if (m.result == static_cast<int>(result)) return m;
    return {static_cast<int>(result), EIO,
            "close the session and try again, or use the CPU; if it recurs, see the kernel's log"};
}

std::string library_path() {
    const char* path = std::getenv("LD_LIBRARY_PATH");
    return path && *path ? cat("LD_LIBRARY_PATH=", path, " and the system's library folders")
                         : "the system's library folders";
}

template <class Function>
void load_extra(void* library, Function*& function, const char* name) {
    function = reinterpret_cast<Function*>(loader::symbol(library, name));
    if (!function) fail(ENOTSUP, name);
}

/// A program that brought no loader along: it was linked statically.
bool is_program_static() {
    const auto has_loader = [](dl_phdr_info* object, size_t, void* found) {
        for (unsigned i = 0; i < object->dlpi_phnum; i++)
            if (object->dlpi_phdr[i].p_type == PT_INTERP) *static_cast<bool*>(found) = true;
        return 1;  // the first object is the program
    };
    bool found = false;
    dl_iterate_phdr(has_loader, &found);
    return !found;
}

/// Why a library can't be loaded, as the loader has it.
std::string refusal(const char* path) {
    if (void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL)) dlclose(library);
    const char* reason = dlerror();
    return reason ? reason : "no reason given";
}

const char* override_path() {
    const char* path = std::getenv(kOverride);
    return path && *path ? path : nullptr;
}

Error not_found() {
    std::string tried;
    if (const char* path = override_path()) {
        tried = cat(kOverride, "=", path, " (", refusal(path), ")");
    } else {
        tried = cat(kLibrary, " in ", library_path(), " (", refusal(kLibrary), ")");
        for (const char* place : kUsualPlaces)
            tried += cat(", then ", place, access(place, F_OK) == 0 ? cat(" (", refusal(place), ")") : "");
    }
    return Error(ENOSYS, CUDA_SUCCESS,
                 cat("CUDA: libcuda not found: tried ", tried,
                     "; install NVIDIA's driver, or give the container the GPU with the driver capability 'compute'"));
}

/// The driver would bring a second C library into such a program, which crashes then.
Error cannot_load() {
    return Error(ENOSYS, CUDA_SUCCESS,
                 "CUDA: this program is linked statically, and cannot load shared libraries, the driver among them: "
                 "link it dynamically to use a GPU");
}

Error too_old(const std::string& missing) {
    return Error(ENOTSUP, CUDA_SUCCESS,
                 cat("CUDA: the driver's library has no ", missing, ": it is too old; ", kUpdateDriver));
}

/// The fork_count() of the process that initialised the driver first, plus 1; 0: none did.
constinit std::atomic<unsigned> first_process{0};

/// The parent's driver is in this process too, in the state that its threads left it in.
void check_process() {
    if (const unsigned first = first_process; first && first != fork_count() + 1)
        throw Error(ENODEV, static_cast<CUresult>(kNotInitialised),
                    cat("CUDA: this process was forked off one that uses CUDA; ", kForked));
}

}  // namespace

namespace loader {

void* open(const char* name) {
    if (const char* path = override_path()) return dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    for (const char* place : kUsualPlaces)
        if (!library) library = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    return library;
}

void* symbol(void* library, const char* name) { return dlsym(library, name); }
void close(void* library) { dlclose(library); }
void note(void* log, const char* name) { *static_cast<std::string*>(log) = name; }

}  // namespace loader

std::shared_ptr<const Driver> Driver::load() {
    check_process();
    std::shared_ptr<Driver> driver(new Driver);
    driver->load_library();
    const Functions& cu = driver->functions_;
    const CUresult result = cu.cuInit(0);
    if (result != CUDA_SUCCESS)
        driver->raise(result, cat("cuInit failed with ", static_cast<int>(result), ";").c_str(), {});
    unsigned none = 0;
    first_process.compare_exchange_strong(none, fork_count() + 1);
    VMAF_CUDA_TRY(*driver, cuDriverGetVersion, &driver->version_);
    return driver;
}

void Driver::load_library() {
    if (is_program_static()) throw cannot_load();
    std::string missing;
    if (cuda_load_functions(&library_, &missing) != 0) {
        library_ = nullptr;
        throw missing == kLibrary ? not_found() : too_old(missing);
    }
    static_cast<CudaFunctions&>(functions_) = *library_;
    try {
        load_extra_functions();
    } catch (const vmaf::Error& name) {
        throw too_old(name.what());
    }
}

void Driver::load_extra_functions() {
    void* lib = library_->lib;
    load_extra(lib, functions_.cuDriverGetVersion, "cuDriverGetVersion");
    load_extra(lib, functions_.cuDeviceTotalMem, "cuDeviceTotalMem_v2");
    load_extra(lib, functions_.cuStreamWaitEvent, "cuStreamWaitEvent");
    load_extra(lib, functions_.cuMemHostAlloc, "cuMemHostAlloc");
    load_extra(lib, functions_.cuMemFreeHost, "cuMemFreeHost");
    load_extra(lib, functions_.cuMemHostRegister, "cuMemHostRegister_v2");
    load_extra(lib, functions_.cuMemHostUnregister, "cuMemHostUnregister");
    load_extra(lib, functions_.cuPointerGetAttribute, "cuPointerGetAttribute");
    load_extra(lib, functions_.cuMemGetInfo, "cuMemGetInfo_v2");
    load_extra(lib, functions_.cuFuncSetAttribute, "cuFuncSetAttribute");
    load_extra(lib, functions_.cuEventElapsedTime, "cuEventElapsedTime");
}

Driver::~Driver() {
    if (usable()) cuda_free_functions(&library_);
}

void Driver::raise(CUresult result, const char* call, std::string_view attempt) const {
    const Meaning m = meaning(result);
    throw Error(m.code, result,
                cat("CUDA: ", call, " ", attempt, attempt.empty() ? "" : ": ", describe(result), "; ", m.way_out));
}

std::string Driver::describe(CUresult result) const {
    const char* name = nullptr;
    const char* text = nullptr;
    if (functions_.cuGetErrorName(result, &name) != CUDA_SUCCESS || !name) name = "unknown error";
    if (functions_.cuGetErrorString(result, &text) != CUDA_SUCCESS || !text) text = "no description";
    return cat(name, " (", static_cast<int>(result), "): ", text);
}

}  // namespace vmaf::cuda
