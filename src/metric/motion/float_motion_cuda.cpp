// float_motion on the GPU, host side: plane by plane and scale by scale, launches and the rows' sums.
#include "metric/motion/float_motion_cuda.h"

#include <algorithm>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/float/device_resampling.h"
#include "metric/float/device_row_sums.h"
#include "metric/motion/float_motion.h"

extern "C" const unsigned char vmaf_cuda_image_float_motion[];

namespace vmaf::float_motion {
namespace {

constexpr const char *kBlurU8 = "float_motion_blur_u8", *kBlurU16 = "float_motion_blur_u16",
                     *kHalf = "float_motion_half", *kRows = "float_motion_rows";
constexpr const char* kNames[] = {kBlurU8, kBlurU16, kHalf, kRows};

size_t plane_of(Size size) { return float_plane(size.w, size.h); }

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants.size()),
          plan_(variants[0], format),
          blur_(device.kernel(kKernels, format.bpc > 8 ? kBlurU16 : kBlurU8)),
          half_(device.kernel(kKernels, kHalf)),
          rows_(device.kernel(kKernels, kRows)) {
        const size_t frames = cuda::batch_capacity(format);
        const auto floats = [&](size_t planes) {
            return device.allocate(std::max<size_t>(frames * planes * plane_of(plan_.size[0][0]), 1) * sizeof(float));
        };
        differences_ = floats(plan_.planes > 0 ? 1 : 0);
        if (plan_.scales > 1) blurred_ = floats(plan_.planes > 0 ? 2 : 0);
        for (unsigned p = 0; p < plan_.planes; p++)
            for (unsigned s = 0; s < plan_.scales; s++) {
                const Size size = plan_.size[p][s], full = plan_.size[p][0];
                raw_rows_[p][s] = row_sums_;
                row_sums_ += static_cast<size_t>(size.h);
                if (s > 0 && is_there(p)) halving_[p] = {full.w, full.h, size.w, size.h, Resampling::kBilinear, device};
            }
        row_sums_ = std::max<size_t>(row_sums_, 1);
    }

    size_t raw_size() const override { return row_sums_ * sizeof(float); }

    void enqueue(const cuda::Batch& batch) override {
        for (unsigned p = 0; p < plan_.planes; p++) {
            if (!is_there(p)) continue;
            launch_blur(p, batch);
            launch_rows(p, 0, batch);
            if (plan_.scales == 1) continue;
            launch_half(p, batch);
            launch_rows(p, 1, batch);
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        Sums sums;
        for (unsigned p = 0; p < plan_.planes; p++)
            for (unsigned s = 0; s < plan_.scales; s++)
                sums.difference[p][s] = sum_of_rows(raw, raw_rows_[p][s], static_cast<size_t>(plan_.size[p][s].h));
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    bool is_there(unsigned p) const { return plan_.size[p][0].w > 0 && plan_.size[p][0].h > 0; }

    void launch_blur(unsigned p, const cuda::Batch& batch) const {
        const Size size = plan_.size[p][0];
        BlurArgs args{.source = {.frames = {}, .w = size.w, .h = size.h, .samples = plan_.samples},
                      .taps = {},
                      .differences = differences_.as<float>(),
                      .blurred = plan_.scales > 1 ? blurred_.as<float>() : nullptr,
                      .pitch = float_pitch(size.w)};
        std::copy(plan_.taps.begin(), plan_.taps.end(), args.taps + kReach - plan_.taps.size() / 2);
        for (size_t i = 0; i < batch.frames.size(); i++)
            args.source.frames[i] = {cuda::plane_arg(batch.frames[i].previous[0].ref, p),
                                     cuda::plane_arg(batch.frames[i].ref, p)};
        cuda::launch(blur_, {grid<Tuning::kColumns, Tuning::kRows>(size, batch), {Tuning::kThreads}}, batch.stream,
                     args);
    }

    void launch_half(unsigned p, const cuda::Batch& batch) const {
        const Size full = plan_.size[p][0], half = plan_.size[p][1];
        const HalfArgs args{.blurred = blurred_.as<const float>(),
                            .h = full.h,
                            .pitch = float_pitch(full.w),
                            .scale = halving_[p].arg(),
                            .differences = differences_.as<float>(),
                            .half_pitch = float_pitch(half.w)};
        cuda::launch(
            half_,
            {grid<Tuning::kHalfColumns, Tuning::kHalfRows>(half, batch), {Tuning::kHalfColumns, Tuning::kHalfRows}},
            batch.stream, args);
    }

    void launch_rows(unsigned p, unsigned s, const cuda::Batch& batch) const {
        const Size size = plan_.size[p][s];
        launch_row_sums(rows_, batch, differences_.as<const float>(), 1, size.w, size.h, raw_rows_[p][s]);
    }

    template <unsigned kColumns, unsigned kRows>
    static cuda::Extent grid(Size size, const cuda::Batch& batch) {
        return {cuda::tiles(static_cast<unsigned>(size.w), kColumns), cuda::tiles(static_cast<unsigned>(size.h), kRows),
                static_cast<unsigned>(batch.frames.size())};
    }

    size_t variants_;
    Plan plan_;
    cuda::Kernel blur_, half_, rows_;
    cuda::Buffer differences_, blurred_;
    DeviceResampling halving_[kPlanes];
    size_t raw_rows_[kPlanes][kScales] = {}, row_sums_ = 0;  ///< where rows start in the raw result; all of them
};

}  // namespace

const cuda::KernelSet kKernels{"float_motion", vmaf_cuda_image_float_motion, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::float_motion
