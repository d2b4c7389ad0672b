// Launches float_ms_ssim's kernels: the four smaller scales one after the other, then the windows of each.
#include "metric/ssim/ms_ssim_cuda.h"

#include "metric/ssim/ms_ssim.h"
#include "metric/ssim/ssim_planes_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_ms_ssim[];

namespace vmaf::ms_ssim {
namespace {

/// By type of the samples.
enum SampleType { kU8, kU16, kF32, kTypes };
constexpr const char* kHalve[kTypes] = {"ms_ssim_halve_u8", "ms_ssim_halve_u16", "ms_ssim_halve_f32"};
constexpr const char* kWindows[kTypes] = {"ms_ssim_windows_u8", "ms_ssim_windows_u16", "ms_ssim_windows_f32"};
constexpr const char* kNames[] = {kHalve[0], kHalve[1], kHalve[2], kWindows[0], kWindows[1], kWindows[2]};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants), scales_(format), unit_(ssim::sample_unit(format.bpc)) {
        for (int s = 0; s < kScales; s++) {
            const SampleType type = s > 0 ? kF32 : format.bpc > 8 ? kU16 : kU8;
            windows_[s] = device.kernel(kKernels, kWindows[type]);
            if (s + 1 < kScales) halve_[s] = device.kernel(kKernels, kHalve[type]);
            if (s > 0)
                planes_[s] = {scales_.x[s].decimated, scales_.y[s].decimated, cuda::batch_capacity(format), device};
        }
    }

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        for (int s = 0; s + 1 < kScales; s++) halve(s, batch);
        for (int s = 0; s < kScales; s++) {
            ssim::WindowArgs args{.x = scales_.x[s],
                                  .y = scales_.y[s],
                                  .unit = unit(s),
                                  .raw = reinterpret_cast<std::byte*>(batch.raw) + offsetof(Raw, scale) +
                                         static_cast<size_t>(s) * sizeof(Raw::scale[0]),
                                  .raw_stride = batch.raw_stride};
            for (size_t i = 0; i < batch.frames.size(); i++) args.frames[i] = planes(s, batch, i);
            ssim::launch_windows(windows_[s], batch, args);
        }
    }

    void collect(const std::byte* in, std::byte* out) const override {
        const auto raw = load_sums<Raw>(in);
        Sums sums;
        for (int s = 0; s < kScales; s++) sums.scale[s] = raw.scale[s].joined();
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    float unit(int s) const { return s == 0 ? unit_ : 1; }

    /// The planes of frame i in scale s.
    cuda::PlanePairArg planes(int s, const cuda::Batch& batch, size_t i) const {
        return s == 0 ? cuda::plane_pair_arg(batch.frames[i], 0) : planes_[s].frame(i);
    }

    /// Scale s + 1 from scale s.
    void halve(int s, const cuda::Batch& batch) const {
        using T = LowPassTuning;
        LowPassArgs args{.w = scales_.x[s].decimated, .h = scales_.y[s].decimated, .unit = unit(s)};
        const auto frames = static_cast<unsigned>(batch.frames.size());
        for (unsigned i = 0; i < frames; i++) {
            args.frames[i] = planes(s, batch, i);
            args.halved[i] = planes(s + 1, batch, i);
        }
        cuda::launch(halve_[s],
                     ssim::launch_shape<T::kColumns, T::kRows, T::kThreadRows>(scales_.x[s + 1].decimated,
                                                                               scales_.y[s + 1].decimated, 2 * frames),
                     batch.stream, args);
    }

    size_t variants_;
    Scales scales_;
    float unit_;
    ssim::FloatPlanes planes_[kScales];  ///< scale 0 is the pictures
    cuda::Kernel halve_[kScales - 1], windows_[kScales];
};

}  // namespace

const cuda::KernelSet kKernels{"ms_ssim", vmaf_cuda_image_ms_ssim, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::ms_ssim
