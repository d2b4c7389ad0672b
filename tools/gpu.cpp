// Probes for a GPU and hands it to the context.
#include "gpu.h"

#include <cstdio>

#include "base/error.h"
#include "exit.h"
#include "libvmaf/libvmaf_cuda.h"

namespace vmaf {

namespace {

std::string device_words(unsigned device) {
    char words[256];
    return vmaf_cuda_device_describe(device, words, sizeof words) == 0 ? cat("device ", device, ", ", words) : cat("device ", device);
}

/// Empty if CUDA works, otherwise the reason why not.
std::string try_cuda(VmafContext* context, unsigned device) {
    unsigned count = 0;
    if (vmaf_cuda_device_count(&count) < 0) return vmaf_last_error();
    if (device >= count) return cat("there is no CUDA device ", device, "; this machine has ", count);
    VmafCudaState* state = nullptr;
    if (vmaf_cuda_state_init_device(&state, device) < 0) return vmaf_last_error();
    if (vmaf_cuda_import_state(context, state) == 0) return "";
    const std::string reason = vmaf_last_error();
    vmaf_cuda_state_free(state);
    return reason;
}

}  // namespace

bool attach_gpu(VmafContext* context, const Options& options) {
    const bool wanted = options.backend == Backend::kCuda || (options.device && options.backend == Backend::kAuto);
    if (wanted && options.gpumask)
        throw ExitError(kExitNoCuda, "CUDA is asked for and --gpumask forbids it; leave one of them out.");
    if (options.backend == Backend::kCpu || options.gpumask) return false;
    const unsigned device = options.device.value_or(0);
    const std::string reason = try_cuda(context, device);
    if (wanted && !reason.empty())
        throw ExitError(kExitNoCuda, cat("CUDA can't be used: ", reason, "\nThe way out: --backend cpu, or what the message says."));
    if (!wanted && !options.quiet && !options.progress)  // with progress, standard error is for machines
        std::fprintf(stderr, "backend: %s\n",
                     reason.empty() ? cat("cuda, ", device_words(device)).c_str() : "cpu (no usable GPU; --backend cuda says why)");
    return reason.empty();
}

void list_devices() {
    unsigned count = 0;
    if (vmaf_cuda_device_count(&count) < 0) throw ExitError(kExitNoCuda, cat("CUDA can't be used: ", vmaf_last_error()));
    for (unsigned device = 0; device < count; device++) std::printf("%s\n", device_words(device).c_str());
    if (!count) std::printf("no CUDA device\n");
}

}  // namespace vmaf
