// Launches float_ssim's kernels.
#include "metric/ssim/ssim.h"

#include "metric/ssim/ssim_cuda.h"
#include "metric/ssim/ssim_planes_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_ssim[];

namespace vmaf::ssim {
namespace {

constexpr const char *kDecimateU8 = "ssim_decimate_u8", *kDecimateU16 = "ssim_decimate_u16";
constexpr const char *kWindowsU8 = "ssim_windows_u8", *kWindowsU16 = "ssim_windows_u16",
                     *kWindowsF32 = "ssim_windows_f32";
constexpr const char* kNames[] = {kDecimateU8, kDecimateU16, kWindowsU8, kWindowsU16, kWindowsF32};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const Geometry& geometry, const PictureFormat& format, cuda::Device& device)
        : variants_(variants), geometry_(geometry), bpc_(format.bpc) {
        const bool wide = format.bpc > 8;
        windows_ = device.kernel(kKernels, decimates() ? kWindowsF32 : wide ? kWindowsU16 : kWindowsU8);
        if (!decimates()) return;
        decimate_ = device.kernel(kKernels, wide ? kDecimateU16 : kDecimateU8);
        decimated_ = {geometry.x.decimated, geometry.y.decimated, cuda::batch_capacity(format), device};
    }

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        if (decimates()) decimate(batch);
        WindowArgs args{.x = geometry_.x,
                        .y = geometry_.y,
                        .unit = decimates() ? 1 : sample_unit(bpc_),
                        .raw = reinterpret_cast<std::byte*>(batch.raw),
                        .raw_stride = batch.raw_stride};
        for (size_t i = 0; i < batch.frames.size(); i++)
            args.frames[i] = decimates() ? decimated_.frame(i) : cuda::plane_pair_arg(batch.frames[i], 0);
        launch_windows(windows_, batch, args);
    }

    void collect(const std::byte* in, std::byte* out) const override {
        const Sums sums = load_sums<Raw>(in).joined();
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    using Raw = RawTerms<kFactorsAndSsim>;

    bool decimates() const { return geometry_.scale > 1; }

    void decimate(const cuda::Batch& batch) const {
        using T = DecimationTuning;
        DecimationArgs args{.x = geometry_.x, .y = geometry_.y, .scale = geometry_.scale, .bpc = bpc_};
        const auto frames = static_cast<unsigned>(batch.frames.size());
        for (unsigned i = 0; i < frames; i++) {
            args.frames[i] = cuda::plane_pair_arg(batch.frames[i], 0);
            args.decimated[i] = decimated_.frame(i);
        }
        cuda::launch(
            decimate_,
            launch_shape<T::kColumns, T::kRows, T::kRows>(geometry_.x.decimated, geometry_.y.decimated, 2 * frames),
            batch.stream, args);
    }

    size_t variants_;
    Geometry geometry_;
    unsigned bpc_;
    FloatPlanes decimated_;
    cuda::Kernel decimate_, windows_;
};

}  // namespace

const cuda::KernelSet kKernels{"ssim", vmaf_cuda_image_ssim, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), Geometry(variants[0], format), format, device);
}

}  // namespace vmaf::ssim
