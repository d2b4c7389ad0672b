// What this machine offers, tried out.
#include "doctor.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "gpu.h"
#include "input/convert/conversion.h"
#include "input/media/media.h"
#include "libvmaf/libvmaf_cuda.h"
#include "libvmaf/libvmaf_ext.h"
#include "nvdec.h"
#include "standard_streams.h"

namespace vmaf::tool {

namespace {

constexpr char kModel[] = "vmaf_v0.6.1";
constexpr unsigned kWidth = 64, kHeight = 48, kFrames = 3;

struct Closer {
    void operator()(VmafContext* context) const { vmaf_close(context); }
    void operator()(VmafModel* model) const { vmaf_model_destroy(model); }
    void operator()(VmafCudaState* state) const { vmaf_cuda_state_free(state); }
};

void must(int result) {
    if (result < 0) fail(-result, vmaf_last_error());
}

/// Texture that moves; `coarseness` above 1 takes detail away.
VmafPicture picture(unsigned frame, unsigned coarseness) {
    VmafPicture picture;
    must(vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV420P, 8, kWidth, kHeight));
    for (unsigned p = 0; p < 3; p++)
        for (unsigned y = 0; y < picture.h[p]; y++) {
            auto* row = static_cast<uint8_t*>(picture.data[p]) + static_cast<ptrdiff_t>(y) * picture.stride[p];
            for (unsigned x = 0; x < picture.w[p]; x++) {
                const unsigned sample = (x * x / 7 + y * (x % 11) + frame * 5) & 0xff;
                row[x] = static_cast<uint8_t>(sample / coarseness * coarseness);
            }
        }
    return picture;
}

struct Trial {
    double score;
    double seconds;  ///< of all frames
};

/// Scores the frames on the CPU, or on the device of `state`.
Trial try_out(std::unique_ptr<VmafCudaState, Closer> state) {
    VmafContext* made = nullptr;
    const VmafConfiguration configuration = {
        .log_level = VMAF_LOG_LEVEL_NONE, .n_threads = 0, .n_subsample = 0, .cpumask = 0, .gpumask = state ? 0u : 1u};
    must(vmaf_init(&made, configuration));
    const std::unique_ptr<VmafContext, Closer> context(made);
    if (state) must(vmaf_cuda_import_state(made, state.get()));
    static_cast<void>(state.release());  // it is the context's now
    VmafModel* loaded = nullptr;
    VmafModelConfig naming = {.name = kModel, .flags = VMAF_MODEL_FLAGS_DEFAULT};
    must(vmaf_model_load(&loaded, &naming, kModel));
    const std::unique_ptr<VmafModel, Closer> model(loaded);
    must(vmaf_use_features_from_model(made, loaded));
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned frame = 0; frame < kFrames; frame++) {
        VmafPicture ref = picture(frame, 1), dis = picture(frame, 9);
        const int result = vmaf_read_pictures(made, &ref, &dis, frame);
        const std::string reason = vmaf_last_error();
        if (result == 0) continue;
        vmaf_picture_unref(&ref);
        vmaf_picture_unref(&dis);
        fail(-result, reason);
    }
    must(vmaf_read_pictures(made, nullptr, nullptr, 0));
    Trial trial;
    must(vmaf_score_pooled(made, loaded, VMAF_POOL_METHOD_MEAN, &trial.score, 0, kFrames - 1));
    trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return trial;
}

std::string words(const Trial& trial) {
    char text[128];
    std::snprintf(text, sizeof text, "%u frames of %ux%u with %s in %.0f ms: %.17g", kFrames, kWidth, kHeight, kModel,
                  trial.seconds * 1e3, trial.score);
    return text;
}

/// The built-in models, as the error for a name that none of them has lists them.
std::string models() {
    VmafModel* none = nullptr;
    VmafModelConfig naming = {.name = "m", .flags = VMAF_MODEL_FLAGS_DEFAULT};
    vmaf_model_load(&none, &naming, "?");
    const std::string text = vmaf_last_error();
    const size_t list = text.find("there are ");
    return list == std::string::npos ? "none is built in: give files, as -m path=FILE" : text.substr(list + 10);
}

std::string vector_sets() {
    char text[128];
    must(vmaf_cpu_describe(0, text, sizeof text));
    return std::strcmp(text, "none") == 0 ? "none that the library uses: it scores slowly" : text;
}

/// A line of the account.
std::string line(const char* subject, const std::string& text) {
    char name[16];
    std::snprintf(name, sizeof name, "%-9s", subject);
    return cat(name, text, "\n");
}

struct Findings {
    std::string account;
    bool cpu_works = false;
    unsigned working = 0, wrong = 0;  ///< devices
    bool wanted_work = true;          ///< the devices that --device names, or the first one
};

bool is_wanted(unsigned device, const Options& options) {
    if (options.devices.empty()) return options.all_devices || device == 0;
    return std::ranges::find(options.devices, device) != options.devices.end();
}

void examine_device(unsigned device, const Trial& cpu, const Options& options, Findings& findings) {
    findings.account += line("cuda", device_words(device));
    size_t free = 0, total = 0;
    if (vmaf_cuda_device_memory(device, &free, &total) == 0)
        findings.account += line("", cat("memory: ", free >> 20, " of ", total >> 20, " MiB are free"));
    if constexpr (kCudaInThisBuild) findings.account += line("", cat("decoders: ", decoder_words(device)));
    bool works = false;
    try {
        VmafCudaState* state = nullptr;
        must(vmaf_cuda_state_init_device(&state, device));
        const Trial trial = try_out(std::unique_ptr<VmafCudaState, Closer>(state));
        const bool equal =
            !findings.cpu_works || std::bit_cast<uint64_t>(trial.score) == std::bit_cast<uint64_t>(cpu.score);
        findings.account += line("", cat(words(trial), equal ? ", as on the CPU" : ""));
        if (!equal)
            findings.account += line("", "PROBLEM: the CPU's score is another; please report this GPU and its driver");
        (equal ? findings.working : findings.wrong)++;
        works = equal;
    } catch (const std::exception& error) {
        findings.account += line("", cat("PROBLEM: ", error.what()));
    }
    if (is_wanted(device, options)) findings.wanted_work = findings.wanted_work && works;
}

void examine_cuda(const Trial& cpu, const Options& options, Findings& findings) {
    unsigned count = 0;
    if (vmaf_cuda_device_count(&count) < 0) {
        findings.account += line("cuda", cat("PROBLEM: ", vmaf_last_error()));
        findings.wanted_work = false;
        return;
    }
    if (count == 0) {
        findings.wanted_work = false;
        findings.account += line("cuda",
                                 "PROBLEM: the driver is there and shows no device: check CUDA_VISIBLE_DEVICES and the "
                                 "container's --gpus option");
    }
    for (unsigned device = 0; device < count; device++) examine_device(device, cpu, options, findings);
    for (const unsigned device : options.devices) {
        if (device < count || !count) continue;
        findings.account += line("", cat("PROBLEM: there is no CUDA device ", device, "; this machine has ", count));
        findings.wanted_work = false;
    }
}

/// In one sentence, and what the command ends with.
ExitCode verdict(const Options& options, Findings& findings) {
    const bool asks_for_cuda =
        options.backend == Backend::kCuda || (options.asks_for_device() && options.backend == Backend::kAuto);
    ExitCode code = findings.cpu_works ? kExitOk : kExitFailed;
    if (asks_for_cuda || (findings.wrong && options.backend == Backend::kAuto))
        code = findings.wanted_work && !findings.wrong ? kExitOk : kExitNoCuda;
    const char* name = asks_for_cuda ? "cuda" : options.backend == Backend::kCpu ? "cpu" : "auto";
    const char* scores =
        asks_for_cuda || (options.backend == Backend::kAuto && findings.working) ? "the GPU" : "the CPU";
    findings.account += line("verdict", code == kExitOk ? cat("--backend ", name, " works: ", scores, " scores")
                                                        : cat("--backend ", name, " does not work"));
    return code;
}

}  // namespace

ExitCode examine(const Options& options) {
    Findings findings;
    findings.account = line("library", cat(vmaf_version(), kCudaInThisBuild ? ", with CUDA" : ", without CUDA"));
    findings.account += line("models", models());
    findings.account += line("media", cat(media_words(), "; ", zimg_words()));
    Trial cpu = {};
    try {
        cpu = try_out(nullptr);
        findings.cpu_works = true;
        findings.account += line("cpu", cat("vector instructions: ", vector_sets()));
        findings.account += line("", words(cpu));
    } catch (const std::exception& error) {
        findings.account += line("cpu", cat("PROBLEM: ", error.what()));
    }
    if (options.backend != Backend::kCpu) examine_cuda(cpu, options, findings);
    const ExitCode code = verdict(options, findings);
    if (const int error = print(findings.account))
        throw ExitError(kExitFailed, cat("could not write what was found: ", std::strerror(error)));
    return code;
}

}  // namespace vmaf::tool
