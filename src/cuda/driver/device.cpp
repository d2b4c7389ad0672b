// Keeps the modules that a session's extractors asked for.
#include "cuda/driver/device.h"

#include "cuda/driver/stream.h"

namespace vmaf::cuda {

Kernel Device::kernel(const KernelSet& set, std::string_view name) {
    auto found = modules_.find(set.name);
    if (found == modules_.end()) found = modules_.emplace(set.name, Module(context_, set)).first;
    return found->second.kernel(name);
}

Buffer Device::upload(const void* data, size_t bytes) const {
    Buffer buffer = allocate(bytes);
    const Current current(*context_);
    VMAF_CUDA_TRY(context_->driver(), cuMemcpyHtoD, buffer.address(), data, bytes);
    // That call may return while the copy is still on its way on the default stream, which the engine's streams don't follow.
    VMAF_CUDA_TRY(context_->driver(), cuStreamSynchronize, default_stream());
    return buffer;
}

}  // namespace vmaf::cuda
