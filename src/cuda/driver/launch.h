// Launching kernels with typed arguments.
#pragma once

#include <type_traits>

#include "cuda/driver/module.h"

namespace vmaf::cuda {

struct Extent {
    unsigned x = 1, y = 1, z = 1;
};

struct LaunchShape {
    Extent grid, block;
    unsigned dynamic_shared = 0;  ///< bytes
};

/// Number of tiles of `size` that cover `length`.
constexpr unsigned tiles(unsigned length, unsigned size) { return (length + size - 1) / size; }

/// Puts one launch on the stream. The kernel's only parameter is `const Args __grid_constant__ args`; it is copied here.
template <class Args>
void launch(const Kernel& kernel, const LaunchShape& shape, CUstream stream, const Args& args) {
    static_assert(std::is_trivially_copyable_v<Args> && sizeof(Args) <= 4096);
    size_t size = sizeof(Args);
    // CU_LAUNCH_PARAM_BUFFER_POINTER, _BUFFER_SIZE, _END: the driver checks the size against the kernel's
    void* packed[] = {reinterpret_cast<void*>(1), const_cast<Args*>(&args), reinterpret_cast<void*>(2), &size, nullptr};
    const Driver& driver = kernel.driver();
    const CUresult result =
        driver.functions().cuLaunchKernel(kernel.function(), shape.grid.x, shape.grid.y, shape.grid.z, shape.block.x,
                                          shape.block.y, shape.block.z, shape.dynamic_shared, stream, nullptr, packed);
    if (result != CUDA_SUCCESS) driver.raise(result, "cuLaunchKernel", kernel.name());
}

}  // namespace vmaf::cuda
