// Launches SpEED's kernels.
#include "metric/speed/speed_cuda.h"

#include <algorithm>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/speed/speed_plan.h"

extern "C" const unsigned char vmaf_cuda_image_speed[];

namespace vmaf {
namespace cuda {

constexpr const char* kSpeedKernelNames[] = {"speed_smooth_u8",         "speed_smooth_u16", "speed_smooth_scaled_u8",
                                             "speed_smooth_scaled_u16", "speed_detail",     "speed_windows",
                                             "speed_decompose",         "speed_locals",     "speed_score"};
extern const KernelSet kSpeedKernels;
const KernelSet kSpeedKernels{"speed", vmaf_cuda_image_speed, kSpeedKernelNames};

}  // namespace cuda

namespace speed {
namespace {

/// A resampling table in device memory.
struct DeviceTable {
    DeviceTable() = default;
    DeviceTable(const ResamplingTable& table, cuda::Device& device)
        : taps(table.taps),
          index(device.upload(table.index.data(), table.index.size() * sizeof(int))),
          weight(device.upload(table.weight.data(), table.weight.size() * sizeof(float))) {}

    int taps = 0;
    cuda::Buffer index, weight;
};

AxisArg axis_arg(const Axis& axis, const DeviceTable& table) {
    AxisArg arg{.source = axis.source, .scaled = axis.scaled, .reduced = axis.reduced, .blocks = axis.blocks};
    if (table.taps == 0) return arg;
    arg.taps = table.taps;
    arg.index = table.index.as<const int>();
    arg.weight = table.weight.as<const float>();
    return arg;
}

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const Plan& plan, const PictureFormat& format, cuda::Device& device)
        : variants_(variants), plan_(plan) {
        const auto find = [&](const char* name) { return device.kernel(cuda::kSpeedKernels, name); };
        const bool wide = format.bpc > 8;
        if (plan.resamples()) {
            x_table_ = {{plan.x, plan.settings.resampling}, device};
            y_table_ = {{plan.y, plan.settings.resampling}, device};
            smooth_ = find(wide ? "speed_smooth_scaled_u16" : "speed_smooth_scaled_u8");
        } else {
            smooth_ = find(wide ? "speed_smooth_u16" : "speed_smooth_u8");
        }
        detail_ = find("speed_detail");
        windows_ = find("speed_windows");
        decompose_ = find("speed_decompose");
        locals_ = find("speed_locals");
        score_ = find("speed_score");
        const size_t sources = size_t{2} * plan.settings.planes() * cuda::batch_capacity(format);
        const size_t samples = static_cast<size_t>(plan.x.reduced) * static_cast<size_t>(plan.y.reduced);
        smoothed_memory_ = device.allocate(sources * samples * sizeof(float));
        detail_memory_ = device.allocate(sources * samples * sizeof(float));
        windows_memory_ = device.allocate(sources * sizeof(WindowSums));
        decompositions_memory_ = device.allocate(sources * sizeof(Decomposition));
        locals_memory_ = device.allocate(sources * static_cast<size_t>(plan.blocks()) * sizeof(Local));
    }

    size_t raw_size() const override { return sizeof(Sums); }

    void enqueue(const cuda::Batch& batch) override {
        const Args args = arguments(batch);
        const auto frames = static_cast<unsigned>(batch.frames.size()), planes = plan_.settings.planes();
        const unsigned sources = 2 * planes * frames;
        const auto w = static_cast<unsigned>(plan_.x.reduced), h = static_cast<unsigned>(plan_.y.reduced);
        const auto put = [&](const cuda::Kernel& kernel, cuda::Extent grid, cuda::Extent block) {
            cuda::launch(kernel, {grid, block}, batch.stream, args);
        };
        put(smooth_, {cuda::tiles(w, Tuning::kSmoothed), h, sources}, {Tuning::kSmoothThreads});
        put(detail_, {cuda::tiles(w, Tuning::kDetailColumns), cuda::tiles(h, Tuning::kDetailRows), sources},
            {Tuning::kDetailColumns, Tuning::kDetailRows});
        put(windows_, {kDisplacements + 1, 1, sources}, {Tuning::kWindowColumns});
        put(decompose_, {2, 1, sources}, {Tuning::kDecomposeThreads});
        put(locals_, {cuda::tiles(static_cast<unsigned>(plan_.blocks()), Tuning::kLocalThreads), 1, sources},
            {Tuning::kLocalThreads});
        put(score_, {planes, 1, frames}, {Tuning::kScoreThreads});
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, load_sums<Sums>(raw));
    }

 private:
    Args arguments(const cuda::Batch& batch) const {
        const Settings& settings = plan_.settings;
        Args args{.planes_per_source = 1,
                  .planes_per_frame = static_cast<int>(settings.planes()),
                  .x = axis_arg(plan_.x, x_table_),
                  .y = axis_arg(plan_.y, y_table_),
                  .normalises = plan_.normalises(),
                  .unit = plan_.unit,
                  .offset = plan_.offset,
                  .smoothing_taps = static_cast<int>(plan_.smoothing.size()),
                  .mean_taps = static_cast<int>(plan_.local_mean.size()),
                  .sigma = settings.sigma,
                  .weights = plan_.weights,
                  .smoothed = smoothed_memory_.as<float>(),
                  .detail = detail_memory_.as<float>(),
                  .windows = windows_memory_.as<WindowSums>(),
                  .decompositions = decompositions_memory_.as<Decomposition>(),
                  .locals = locals_memory_.as<Local>(),
                  .raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride};
        std::copy(plan_.smoothing.begin(), plan_.smoothing.end(), args.smoothing);
        std::copy(plan_.local_mean.begin(), plan_.local_mean.end(), args.local_mean);
        cuda::PlaneArg* next = args.planes;
        for (const FramePictures& frame : batch.frames)
            for (unsigned i = 0; i < settings.planes(); i++) {
                const unsigned p = settings.picture_plane(i);
                *next++ = cuda::plane_arg(frame.ref, p);
                *next++ = cuda::plane_arg(frame.dis, p);
            }
        return args;
    }

    size_t variants_;
    Plan plan_;
    DeviceTable x_table_, y_table_;
    cuda::Kernel smooth_, detail_, windows_, decompose_, locals_, score_;
    // One of each for every source of a batch.
    cuda::Buffer smoothed_memory_, detail_memory_, windows_memory_, decompositions_memory_, locals_memory_;
};

}  // namespace

std::unique_ptr<cuda::Extractor> make_chroma_cuda(Variants variants, const PictureFormat& format,
                                                  cuda::Device& device) {
    const Plan plan(Settings::of_chroma(variants[0]), format);
    return std::make_unique<CudaExtractor>(variants.size(), plan, format, device);
}

}  // namespace speed
}  // namespace vmaf
