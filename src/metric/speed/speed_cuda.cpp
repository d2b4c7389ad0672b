// Launches SpEED's kernels.
#include "metric/speed/speed_cuda.h"

#include <algorithm>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/speed/speed_plan.h"

extern "C" const unsigned char vmaf_cuda_image_speed[];

namespace vmaf::speed {
namespace {

constexpr const char *kSmoothU8 = "speed_smooth_u8", *kSmoothU16 = "speed_smooth_u16",
                     *kSmoothScaledU8 = "speed_smooth_scaled_u8", *kSmoothScaledU16 = "speed_smooth_scaled_u16",
                     *kDetail = "speed_detail", *kWindows = "speed_windows", *kDecompose = "speed_decompose",
                     *kLocals = "speed_locals", *kScore = "speed_score";
constexpr const char* kNames[] = {kSmoothU8,  kSmoothU16, kSmoothScaledU8, kSmoothScaledU16, kDetail, kWindows,
                                  kDecompose, kLocals,    kScore};

/// A resampling table in device memory.
struct DeviceTable {
    DeviceTable() = default;
    DeviceTable(const ResamplingTable& table, cuda::Device& device)
        : taps(table.taps),
          normalises(table.normalises),
          index(device.upload(table.index.data(), table.index.size() * sizeof(int))),
          weight(device.upload(table.weight.data(), table.weight.size() * sizeof(float))) {}

    int taps = 0;
    bool normalises = false;
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
        const auto find = [&](const char* name) { return device.kernel(kKernels, name); };
        const bool wide = format.bpc > 8;
        if (plan.resamples()) {
            x_table_ = {plan.x.resampling(plan.settings.resampling), device};
            y_table_ = {plan.y.resampling(plan.settings.resampling), device};
            smooth_ = find(wide ? kSmoothScaledU16 : kSmoothScaledU8);
        } else {
            smooth_ = find(wide ? kSmoothU16 : kSmoothU8);
        }
        detail_ = find(kDetail);
        windows_ = find(kWindows);
        decompose_ = find(kDecompose);
        locals_ = find(kLocals);
        score_ = find(kScore);
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
    static cuda::PlaneArg* put_planes(const FramePictures& frame, unsigned p, cuda::PlaneArg* out) {
        *out++ = cuda::plane_arg(frame.ref, p);
        *out++ = cuda::plane_arg(frame.dis, p);
        return out;
    }

    cuda::PlaneArg* put_changes(const FramePictures& frame, cuda::PlaneArg* out) const {
        const PicturePair& previous = frame.previous[0];
        *out++ = cuda::plane_arg(previous.ref, 0);
        *out++ = cuda::plane_arg(frame.ref, 0);
        *out++ = cuda::plane_arg(previous.dis, 0);
        *out++ = cuda::plane_arg(plan_.settings.reference_difference ? frame.ref : frame.dis, 0);
        return out;
    }

    Args arguments(const cuda::Batch& batch) const {
        const Settings& settings = plan_.settings;
        Args args{.planes_per_source = settings.temporal ? 2 : 1,
                  .planes_per_frame = static_cast<int>(settings.planes()),
                  .x = axis_arg(plan_.x, x_table_),
                  .y = axis_arg(plan_.y, y_table_),
                  .normalises = x_table_.normalises,
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
            for (unsigned i = 0; i < settings.planes(); i++)
                next =
                    settings.temporal ? put_changes(frame, next) : put_planes(frame, settings.picture_plane(i), next);
        return args;
    }

    size_t variants_;
    Plan plan_;
    DeviceTable x_table_, y_table_;
    cuda::Kernel smooth_, detail_, windows_, decompose_, locals_, score_;
    // One of each for every source of a batch.
    cuda::Buffer smoothed_memory_, detail_memory_, windows_memory_, decompositions_memory_, locals_memory_;
};

std::unique_ptr<cuda::Extractor> make(size_t variants, const Settings& settings, const PictureFormat& format,
                                      cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, Plan(settings, format), format, device);
}

}  // namespace

const cuda::KernelSet kKernels{"speed", vmaf_cuda_image_speed, kNames};

std::unique_ptr<cuda::Extractor> make_chroma_cuda(Variants variants, const PictureFormat& format,
                                                  cuda::Device& device) {
    return make(variants.size(), Settings::of_chroma(variants[0]), format, device);
}

std::unique_ptr<cuda::Extractor> make_temporal_cuda(Variants variants, const PictureFormat& format,
                                                    cuda::Device& device) {
    return make(variants.size(), Settings::of_temporal(variants[0]), format, device);
}

}  // namespace vmaf::speed
