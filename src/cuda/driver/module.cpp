// Loads kernel images.
#include "cuda/driver/module.h"

#include <algorithm>

namespace vmaf::cuda {

Module::Module(std::shared_ptr<const Context> context, const KernelSet& set) : Owned(std::move(context)), set_(&set) {
    const Current current(*context_);
    const Driver& driver = context_->driver();
    const CUresult result = driver.functions().cuModuleLoadData(&handle_, set.image);
    if (result == CUDA_SUCCESS) return;
    const DeviceInfo& info = context_->info();
    driver.raise(
        result, "cuModuleLoadData",
        cat("for the ", set.name, " kernels on ", info.name, " (compute capability ", info.major, ".", info.minor,
            ", driver for CUDA ", driver.version() / 1000, ".", driver.version() % 1000 / 10, ")"));
}

Kernel Module::kernel(std::string_view name) const {
    const auto listed = std::find(set_->kernels.begin(), set_->kernels.end(), name);
    if (listed == set_->kernels.end()) fail(EINVAL, "CUDA: the ", set_->name, " kernels list no '", name, "'");
    const Current current(*context_);
    const Driver& driver = context_->driver();
    CUfunction function = nullptr;
    const CUresult result = driver.functions().cuModuleGetFunction(&function, handle_, *listed);
    if (result != CUDA_SUCCESS) driver.raise(result, "cuModuleGetFunction", *listed);
    return Kernel(driver, function, *listed);
}

void Kernel::allow_dynamic_shared(unsigned bytes) const {
    constexpr int kMaxDynamicSharedSize = 8;
    const CUresult result =
        driver().functions().cuFuncSetAttribute(function_, kMaxDynamicSharedSize, static_cast<int>(bytes));
    if (result != CUDA_SUCCESS)
        driver().raise(result, "cuFuncSetAttribute", cat(bytes, " bytes of shared memory for ", name_));
}

}  // namespace vmaf::cuda
