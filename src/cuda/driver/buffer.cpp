// Allocates and frees device memory and page-locked host memory.
#include "cuda/driver/buffer.h"

#include <algorithm>

namespace vmaf::cuda {

namespace {

/// Vector loads may touch the whole 16-byte unit that holds the last byte.
constexpr size_t kUnit = 16;

[[noreturn]] void raise_allocation(const Driver& driver, CUresult result, const char* call, size_t bytes) {
    size_t free = 0, total = 0;
    const bool known = driver.functions().cuMemGetInfo(&free, &total) == CUDA_SUCCESS;
    driver.raise(result, call,
                 known ? cat("for ", bytes, " bytes (", free, " of ", total, " bytes of device memory are free)")
                       : cat("for ", bytes, " bytes"));
}

}  // namespace

Buffer::Buffer(std::shared_ptr<const Context> context, size_t bytes) : Owned(std::move(context)) {
    const size_t size = std::max<size_t>(1, (bytes + kUnit - 1) / kUnit) * kUnit;
    const Current current(*context_);
    const CUresult result = driver().functions().cuMemAlloc(&handle_, size);
    if (result != CUDA_SUCCESS) raise_allocation(driver(), result, "cuMemAlloc", size);
}

PinnedBuffer::PinnedBuffer(std::shared_ptr<const Context> context, size_t bytes) : Owned(std::move(context)) {
    constexpr unsigned kPortable = 1;  // page-locked for every context
    const Current current(*context_);
    const CUresult result = driver().functions().cuMemHostAlloc(&handle_, std::max<size_t>(1, bytes), kPortable);
    if (result != CUDA_SUCCESS) raise_allocation(driver(), result, "cuMemHostAlloc", bytes);
}

}  // namespace vmaf::cuda
