// Long runs through the C API that watch resident memory: many frames in one context, many contexts one after the
// other.
//
// usage: soak frames N [cuda] | soak cycles N [cuda]
// frames: memory may grow by the values that a context keeps for queries, and by nothing else. cycles: not at all.
#include <libvmaf/libvmaf.h>
#include <libvmaf/libvmaf_cuda.h>
#include <libvmaf/libvmaf_ext.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "clip.h"

namespace {

using vmaf::testdata::Image;

constexpr unsigned kSize = 64;
constexpr unsigned kDistinctFrames = 16;
/// Columns of a run of vmaf_v0.6.1 and its NEG twin with psnr: 8 bytes a frame each, and up to as much again for their
/// index.
constexpr unsigned kColumns = 32;
constexpr size_t kBytesPerFrame = kColumns * 8 * 2;
/// What the allocator may keep beyond that.
constexpr size_t kSlack = size_t{2} << 20;

void require(int error, const char* call) {
    if (error) throw std::runtime_error(std::string(call) + " returned " + std::to_string(error));
}

size_t resident_bytes() {
    size_t total = 0, resident = 0;
    if (!(std::ifstream("/proc/self/statm") >> total >> resident)) {
        std::printf("skipped: /proc, which shows resident memory, is not there\n");
        std::exit(77);  // what Meson takes as skipped
    }
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

/// Pairs of luma planes, made once.
struct Frames {
    Image ref[kDistinctFrames], dis[kDistinctFrames];

    Frames() {
        for (unsigned i = 0; i < kDistinctFrames; ++i) {
            ref[i] = vmaf::testdata::render(vmaf::testdata::Scene::kTexture, 1, 0, kSize, kSize, i);
            dis[i] = vmaf::testdata::damaged(ref[i], {.quantiser = 900}, i);
        }
    }
};

VmafCudaState* new_gpu_state() {
    VmafCudaState* state = nullptr;
    require(vmaf_cuda_state_init_device(&state, 0), "vmaf_cuda_state_init_device");
    return state;
}

class Session {
 public:
    explicit Session(bool gpu) {
        const VmafConfiguration config{VMAF_LOG_LEVEL_ERROR, 2, 0, 0, !gpu};
        require(vmaf_init(&context_, config), "vmaf_init");
        if (gpu) require(vmaf_cuda_import_state(context_, new_gpu_state()), "vmaf_cuda_import_state");
        for (int i = 0; i < 2; ++i) {
            VmafModelConfig model_config{kVersions[i], VMAF_MODEL_FLAGS_DEFAULT};
            require(vmaf_model_load(&models_[i], &model_config, kVersions[i]), "vmaf_model_load");
            require(vmaf_use_features_from_model(context_, models_[i]), "vmaf_use_features_from_model");
        }
        require(vmaf_use_feature(context_, "psnr", nullptr), "vmaf_use_feature");
    }
    ~Session() {
        for (VmafModel* model : models_) vmaf_model_destroy(model);
        vmaf_close(context_);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void read(const Frames& frames, unsigned index) {
        VmafPicture ref, dis;
        fill(ref, frames.ref[index % kDistinctFrames]);
        fill(dis, frames.dis[index % kDistinctFrames]);
        require(vmaf_read_pictures(context_, &ref, &dis, index), "vmaf_read_pictures");
    }

    /// Ends the stream and gives the mean score of `count` frames.
    double finish(unsigned count) {
        require(vmaf_read_pictures(context_, nullptr, nullptr, 0), "the final vmaf_read_pictures");
        double score = 0;
        for (VmafModel* model : models_)
            require(vmaf_score_pooled(context_, model, VMAF_POOL_METHOD_MEAN, &score, 0, count - 1),
                    "vmaf_score_pooled");
        return score;
    }

 private:
    static constexpr const char* kVersions[] = {"vmaf_v0.6.1", "vmaf_v0.6.1neg"};

    static void fill(VmafPicture& picture, const Image& luma) {
        require(vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV420P, 8, kSize, kSize), "vmaf_picture_alloc");
        vmaf::testdata::store(luma, 8, picture.data[0], picture.stride[0], kSize, kSize);
    }

    VmafContext* context_ = nullptr;
    VmafModel* models_[2] = {};
};

/// Prints resident memory ten times in a run of `count` steps, and remembers the first of them.
class Watch {
 public:
    explicit Watch(unsigned count) : count_(count) {}

    void step(unsigned done) {
        if (done % std::max(1u, count_ / 10)) return;
        last_ = resident_bytes();
        if (!first_) {
            first_ = last_;
            first_step_ = done;
        }
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
        std::printf("%9u  %8.1f s  %8zu KiB resident\n", done, seconds, last_ >> 10);
        std::fflush(stdout);
        last_step_ = done;
    }

    /// False if memory grew by more than `per_step` bytes a step since the first look.
    bool verdict(size_t per_step) const {
        const size_t growth = last_ > first_ ? last_ - first_ : 0,
                     allowed = per_step * (last_step_ - first_step_) + kSlack;
        std::printf("grew by %zu KiB in %u steps (%.1f bytes a step); %zu KiB are allowed\n", growth >> 10,
                    last_step_ - first_step_, static_cast<double>(growth) / std::max(1u, last_step_ - first_step_),
                    allowed >> 10);
        return growth <= allowed;
    }

 private:
    unsigned count_, first_step_ = 0, last_step_ = 0;
    size_t first_ = 0, last_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

bool many_frames(const Frames& frames, unsigned count, bool gpu) {
    Watch watch(count);
    Session session(gpu);
    for (unsigned i = 0; i < count; ++i) {
        session.read(frames, i);
        watch.step(i + 1);
    }
    std::printf("mean score %.6f\n", session.finish(count));
    return watch.verdict(kBytesPerFrame);
}

bool many_cycles(const Frames& frames, unsigned count, bool gpu) {
    constexpr unsigned kFrames = 3;
    VmafCudaState* const held = gpu ? new_gpu_state() : nullptr;  // or every cycle would make the GPU's context anew
    Watch watch(count);
    for (unsigned i = 0; i < count; ++i) {
        Session session(gpu);
        for (unsigned frame = 0; frame < kFrames; ++frame) session.read(frames, frame);
        session.finish(kFrames);
        watch.step(i + 1);
    }
    vmaf_cuda_state_free(held);
    return watch.verdict(0);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc >= 3 ? argv[1] : "";
    const bool gpu = argc == 4 && std::string(argv[3]) == "cuda";
    const auto count = argc >= 3 ? static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)) : 0;
    if ((mode != "frames" && mode != "cycles") || !count || (argc == 4 && !gpu)) {
        std::fprintf(stderr, "usage: soak frames N [cuda] | soak cycles N [cuda]\n");
        return EXIT_FAILURE;
    }
    try {
        const auto frames = std::make_unique<Frames>();
        return (mode == "frames" ? many_frames : many_cycles)(*frames, count, gpu) ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "soak: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
