// Launches float_ssim's kernels.
#include "metric/ssim/ssim.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ssim/ssim_cuda.h"

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
        const bool decimates = geometry.scale > 1, wide = format.bpc > 8;
        windows_ = device.kernel(kKernels, decimates ? kWindowsF32 : wide ? kWindowsU16 : kWindowsU8);
        if (!decimates) return;
        decimate_ = device.kernel(kKernels, wide ? kDecimateU16 : kDecimateU8);
        constexpr size_t kRowAlignment = 16;
        const size_t row_bytes = static_cast<size_t>(geometry.x.decimated) * sizeof(float);
        pitch_ = (row_bytes + kRowAlignment - 1) / kRowAlignment * kRowAlignment;
        plane_ = pitch_ * static_cast<size_t>(geometry.y.decimated);
        decimated_ = device.allocate(2 * plane_ * cuda::batch_capacity(format));
    }

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.x = geometry_.x,
                  .y = geometry_.y,
                  .scale = geometry_.scale,
                  .bpc = bpc_,
                  .decimated_pitch = static_cast<int>(pitch_),
                  .decimated_plane = plane_,
                  .raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride};
        for (size_t i = 0; i < batch.frames.size(); i++) args.frames[i] = cuda::plane_pair_arg(batch.frames[i], 0);
        const auto frames = static_cast<unsigned>(batch.frames.size());
        if (geometry_.scale > 1) {
            args.decimated = reinterpret_cast<std::byte*>(decimated_.address());
            cuda::launch(decimate_,
                         shape<Tuning::kDecimateColumns, Tuning::kDecimateRows, Tuning::kDecimateRows>(
                             geometry_.x.decimated, geometry_.y.decimated, 2 * frames),
                         batch.stream, args);
        }
        cuda::launch(windows_,
                     shape<Tuning::kColumns, Tuning::kRows, Tuning::kThreadRows>(geometry_.x.positions,
                                                                                 geometry_.y.positions, frames),
                     batch.stream, args);
    }

    void collect(const std::byte* in, std::byte* out) const override {
        const auto raw = load_sums<Raw>(in);
        const Sums sums{raw.sums[0].joined(), raw.sums[1].joined(), raw.sums[2].joined(), raw.sums[3].joined()};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    /// Blocks of kColumns x kThreadRows threads, each block for kColumns x kRows of w x h results.
    template <unsigned kColumns, unsigned kRows, unsigned kThreadRows>
    static cuda::LaunchShape shape(int w, int h, unsigned planes) {
        return {{cuda::tiles(static_cast<unsigned>(w), kColumns), cuda::tiles(static_cast<unsigned>(h), kRows), planes},
                {kColumns, kThreadRows}};
    }

    size_t variants_;
    Geometry geometry_;
    unsigned bpc_;
    size_t pitch_ = 0, plane_ = 0;  ///< of a decimated plane, bytes
    cuda::Buffer decimated_;        ///< the planes of a batch
    cuda::Kernel decimate_, windows_;
};

}  // namespace

const cuda::KernelSet kKernels{"ssim", vmaf_cuda_image_ssim, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), Geometry(variants[0], format), format, device);
}

}  // namespace vmaf::ssim
