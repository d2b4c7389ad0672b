// The CUDA driver, loaded at run time: every entry point that the engine calls, and its errors in words.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/process_lock.h"

namespace vmaf::cuda {

/// How ffnvcodec's loader, whose whole text is in its header, opens the library, finds symbols and reports.
namespace loader {
void* open(const char* name);
void* symbol(void* library, const char* name);
void close(void* library);
/// Notes in the std::string at `log` what the loader could not find.
void note(void* log, const char* name);
}  // namespace loader

}  // namespace vmaf::cuda

#define FFNV_LOAD_FUNC(path) vmaf::cuda::loader::open(path)
#define FFNV_SYM_FUNC(lib, sym) vmaf::cuda::loader::symbol(lib, sym)
#define FFNV_FREE_FUNC(lib) vmaf::cuda::loader::close(lib)
#define FFNV_LOG_FUNC(logctx, msg, name) vmaf::cuda::loader::note(logctx, name)
#define FFNV_DEBUG_LOG_FUNC(logctx, msg, name) (void)0
#include <ffnvcodec/dynlink_loader.h>

namespace vmaf::cuda {

/// A failed driver call. code() is what C callers get: ENOSYS no driver library, ENOTSUP the driver is too old or has no
/// kernels for this GPU, ENODEV no such device, ENOMEM, EINVAL a bad context, EIO anything that failed on the way.
class Error : public vmaf::Error {
 public:
    Error(int code, CUresult result, std::string text) : vmaf::Error(code, std::move(text)), result_(result) {}
    CUresult result() const noexcept { return result_; }

 private:
    CUresult result_;
};

using DriverGetVersion = CUresult CUDAAPI(int* version);
using DeviceTotalMem = CUresult CUDAAPI(size_t* bytes, CUdevice device);
using StreamWaitEvent = CUresult CUDAAPI(CUstream stream, CUevent event, unsigned flags);
using MemHostAlloc = CUresult CUDAAPI(void** memory, size_t bytes, unsigned flags);
using MemFreeHost = CUresult CUDAAPI(void* memory);
using MemHostRegister = CUresult CUDAAPI(void* memory, size_t bytes, unsigned flags);
using MemHostUnregister = CUresult CUDAAPI(void* memory);
using PointerGetAttribute = CUresult CUDAAPI(void* value, int attribute, CUdeviceptr address);
using MemGetInfo = CUresult CUDAAPI(size_t* free, size_t* total);
using FuncSetAttribute = CUresult CUDAAPI(CUfunction function, int attribute, int value);
using EventElapsedTime = CUresult CUDAAPI(float* milliseconds, CUevent start, CUevent end);

/// CU_MEMORYTYPE_UNIFIED, which ffnvcodec's header lacks: the driver finds out whose memory an address is, also of another context.
inline constexpr auto kUnifiedMemory = static_cast<CUmemorytype>(4);

/// What ffnvcodec's header knows, and behind it the entry points that the header lacks.
struct Functions : CudaFunctions {
    DriverGetVersion* cuDriverGetVersion = nullptr;
    DeviceTotalMem* cuDeviceTotalMem = nullptr;
    StreamWaitEvent* cuStreamWaitEvent = nullptr;
    MemHostAlloc* cuMemHostAlloc = nullptr;
    MemFreeHost* cuMemFreeHost = nullptr;
    MemHostRegister* cuMemHostRegister = nullptr;
    MemHostUnregister* cuMemHostUnregister = nullptr;
    PointerGetAttribute* cuPointerGetAttribute = nullptr;
    MemGetInfo* cuMemGetInfo = nullptr;
    FuncSetAttribute* cuFuncSetAttribute = nullptr;
    EventElapsedTime* cuEventElapsedTime = nullptr;
};

/// The loaded and initialised library. Shared by all objects that need it; the last one unloads it.
class Driver {
 public:
    /// Loads libcuda and calls cuInit. Throws cuda::Error: one text for a library that cannot be found, with the places
    /// tried, one for a library without the entry points needed, one for a cuInit that fails, one for a child of fork() whose parent
    /// has loaded it before.
    static std::shared_ptr<const Driver> load();

    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    ~Driver();

    const Functions& functions() const { return functions_; }
    /// False in a child of fork(): the driver does not follow there, and calls of it may never return.
    bool usable() const { return forks_ == fork_count(); }
    /// 1000 * major + 10 * minor of the newest CUDA that the driver serves.
    int version() const { return version_; }

    /// Throws cuda::Error naming `call` unless `result` is success.
    void check(CUresult result, const char* call) const {
        if (result != CUDA_SUCCESS) raise(result, call, {});
    }
    /// The same with what was attempted: "8294400 bytes for a picture".
    [[noreturn]] void raise(CUresult result, const char* call, std::string_view attempt) const;
    /// "CUDA_ERROR_OUT_OF_MEMORY (2): out of memory"
    std::string describe(CUresult result) const;

 private:
    Driver() = default;
    void load_library();
    void load_extra_functions();

    const unsigned forks_ = fork_count();
    CudaFunctions* library_ = nullptr;
    Functions functions_{};
    int version_ = 0;
};

/// Calls a driver function and throws cuda::Error naming it if it fails: VMAF_CUDA_TRY(driver, cuMemFree, address).
#define VMAF_CUDA_TRY(driver, function, ...) (driver).check((driver).functions().function(__VA_ARGS__), #function)

}  // namespace vmaf::cuda
