// The command's choice between CPU and GPU.
#pragma once

#include <future>
#include <string>
#include <vector>

#include "libvmaf/libvmaf_cuda.h"
#include "options.h"

namespace vmaf::tool {

/// Replaces Options::all_devices by the numbers of the devices that there are. Throws ExitError(kExitNoCuda) if there are none and the options
/// do not leave the choice of the backend.
void name_devices(Options& options);

/// GPUs for the contexts, if the options ask for one or leave the choice. CUDA takes a while to start: it does so on a thread of its
/// own, from construction on, while inputs are read ahead.
class GpuStart {
 public:
    /// Throws ExitError(kExitNoCuda) if the options contradict each other.
    explicit GpuStart(const Options& options);
    ~GpuStart();
    GpuStart(const GpuStart&) = delete;
    GpuStart& operator=(const GpuStart&) = delete;

    /// False if the options leave no choice but the CPU.
    bool possible() const { return possible_; }
    /// Waits for CUDA and hands it to all contexts, on the first call; says on a terminal what it chose unless the user named it. True if they
    /// score on the GPU. Throws ExitError(kExitNoCuda) with the reason if CUDA was asked for and can't be had.
    bool attach(const std::vector<VmafContext*>& contexts);

 private:
    /// What starting came to: a state for each device, or the reason why there is none.
    struct Outcome {
        std::vector<VmafCudaState*> states;
        std::string reason;

        void free();
    };
    static Outcome start(const std::vector<unsigned>& devices);
    std::string hand_over(const std::vector<VmafContext*>& contexts);

    const Options& options_;
    const std::vector<unsigned> devices_;
    const bool wanted_, possible_;
    std::future<Outcome> outcome_;  ///< not valid once it has been handed on
    bool attached_ = false;
};

inline constexpr bool kCudaInThisBuild = VMAF_HAVE_CUDA;

/// Throws ExitError(kExitNoCuda) with the reason if the options want media decoded on the GPU and this build or machine can't. What the chip
/// decodes is not asked for here.
void check_decoder(const Options& options);

/// "device N, " and the library's description of it.
std::string device_words(unsigned device);

/// Prints the CUDA devices, one a line, on standard output. Throws ExitError(kExitNoCuda) if they can't be listed.
void list_devices();

}  // namespace vmaf::tool
