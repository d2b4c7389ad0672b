// Probes for a GPU and hands it to the context.
#include "gpu.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "exit.h"
#include "input/media/media.h"
#include "libvmaf/libvmaf_ext.h"
#include "nvdec.h"
#include "standard_streams.h"
#include "start_thread.h"

namespace vmaf::tool {

namespace {

constexpr char kConnections[] = "1";

/// Empty if the device is there.
std::string why_no_device(unsigned device) {
    unsigned count = 0;
    if (vmaf_cuda_device_count(&count) < 0) return vmaf_last_error();
    return device < count ? "" : cat("there is no CUDA device ", device, "; this machine has ", count);
}

std::string why_no_decoder(unsigned device) {
    if (!kMediaInThisBuild) return "this build has no FFmpeg libraries";
    if (std::string reason = why_no_device(device); !reason.empty()) return reason;
    if constexpr (kCudaInThisBuild) return why_no_decoders();
    return {};
}

/// The devices in words.
std::string words_of(const std::vector<unsigned>& devices) {
    std::string words;
    for (const unsigned device : devices) words += (words.empty() ? "" : "; ") + device_words(device);
    return words;
}

}  // namespace

void name_devices(Options& options) {
    if (!std::exchange(options.all_devices, false) || options.backend == Backend::kCpu) return;
    unsigned count = 0;
    const bool known = vmaf_cuda_device_count(&count) == 0;
    if (!known || !count)
        throw ExitError(kExitNoCuda, cat("CUDA can't be used: ", known ? "there is no CUDA device" : vmaf_last_error(),
                                         " (or leave out --device, and the choice to --backend auto)"));
    for (unsigned device = 0; device < count; device++) options.devices.push_back(device);
}

std::string device_words(unsigned device) {
    char words[256];
    return vmaf_cuda_device_describe(device, words, sizeof words) == 0 ? cat("device ", device, ", ", words)
                                                                       : cat("device ", device);
}

GpuStart::GpuStart(const Options& options)
    : options_(options),
      devices_(options.devices.empty() ? std::vector{0u} : options.devices),
      wanted_(options.backend == Backend::kCuda || options.decoder == Backend::kCuda ||
              (options.asks_for_device() && options.backend == Backend::kAuto)),
      possible_(options.backend != Backend::kCpu && !options.gpumask && (kCudaInThisBuild || wanted_)) {
    if (wanted_ && options.gpumask)
        throw ExitError(kExitNoCuda, "CUDA is asked for and --gpumask forbids it; leave one of them out.");
    if (!possible_) return;
    // A context that serves fewer queues starts in half the time, and one session does not need more.
    // Decoders and further sessions have queues of their own, which must not wait for each other.
    if (!options.decodes_on_gpu() && options.distorted.size() == 1)
        setenv("CUDA_DEVICE_MAX_CONNECTIONS", kConnections, 0);
    outcome_ = start_thread("to start CUDA", [devices = devices_] { return start(devices); });
}

GpuStart::~GpuStart() {
    if (outcome_.valid()) outcome_.get().free();
}

void GpuStart::Outcome::free() {
    for (VmafCudaState* const state : std::exchange(states, {})) vmaf_cuda_state_free(state);
}

/// All at once: each takes a while.
GpuStart::Outcome GpuStart::start(const std::vector<unsigned>& devices) {
    struct Start {
        VmafCudaState* state = nullptr;
        std::string reason;
    };
    std::vector<std::future<Start>> starts;
    for (const unsigned device : devices)
        starts.push_back(start_thread("to start CUDA", [device] {
            Start start{nullptr, why_no_device(device)};
            if (start.reason.empty() && vmaf_cuda_state_init_device(&start.state, device) < 0)
                start.reason = vmaf_last_error();
            return start;
        }));
    Outcome outcome;
    for (auto& begun : starts) {
        Start start = begun.get();
        if (start.state) outcome.states.push_back(start.state);
        if (outcome.reason.empty()) outcome.reason = std::move(start.reason);
    }
    if (!outcome.reason.empty()) outcome.free();
    return outcome;
}

/// Each context takes states of its own. Empty, or the reason why one of them has none.
std::string GpuStart::hand_over(const std::vector<VmafContext*>& contexts) {
    Outcome outcome = outcome_.get();
    for (VmafContext* context : contexts) {
        if (outcome.reason.empty() && outcome.states.empty()) outcome = start(devices_);
        if (!outcome.reason.empty()) return outcome.reason;
        auto& states = outcome.states;
        if (vmaf_cuda_import_states(context, states.data(), static_cast<unsigned>(states.size())) == 0) {
            states.clear();
            continue;
        }
        std::string reason = vmaf_last_error();
        outcome.free();
        return reason;
    }
    return {};
}

bool GpuStart::attach(const std::vector<VmafContext*>& contexts) {
    if (!outcome_.valid()) return attached_;
    const std::string reason = hand_over(contexts);
    if (wanted_ && !reason.empty())
        throw ExitError(kExitNoCuda, cat("CUDA can't be used: ", reason, " (or leave the choice to --backend auto)"));
    if (!wanted_ && (options_.verbose || (isatty(STDERR_FILENO) && !options_.quiet && !options_.progress)))
        tell(reason.empty() ? cat("backend: cuda, ", words_of(devices_))
                            : "backend: cpu (no usable GPU; --backend cuda says why)");
    return attached_ = reason.empty();
}

void check_decoder(const Options& options) {
    if (options.decoder != Backend::kCuda) return;
    if (options.devices.size() > 1)
        throw ExitError(kExitNoCuda,
                        "--decoder cuda takes one --device: frames are scored where they are decoded. Name one device, "
                        "or leave out --decoder cuda, and the CPU decodes for all");
    const std::string reason = why_no_decoder(options.first_device());
    if (!reason.empty())
        throw ExitError(kExitNoCuda, cat("the GPU's video decoders can't be used: ", reason,
                                         " (or leave out --decoder cuda, and the CPU decodes)"));
}

void list_devices() {
    unsigned count = 0;
    if (vmaf_cuda_device_count(&count) < 0)
        throw ExitError(kExitNoCuda, cat("CUDA can't be used: ", vmaf_last_error()));
    std::string lines = count ? "" : "no CUDA device\n";
    for (unsigned device = 0; device < count; device++) lines += device_words(device) + '\n';
    if (const int error = print(lines))
        throw ExitError(kExitFailed, cat("could not write the list of devices: ", std::strerror(error)));
}

}  // namespace vmaf::tool
