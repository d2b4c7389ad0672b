// Launches ssim's kernels.
#include "metric/ssim/fixed_ssim_cuda.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ssim/fixed_ssim.h"

extern "C" const unsigned char vmaf_cuda_image_fixed_ssim[];

namespace vmaf::fixed_ssim {
namespace {

constexpr const char *kU8 = "fixed_ssim_u8", *kU12 = "fixed_ssim_u12", *kU16 = "fixed_ssim_u16";
constexpr const char* kNames[] = {kU8, kU12, kU16};

/// The kernel whose integers hold the moments of samples of `bpc` bits.
const char* kernel_name(unsigned bpc) { return bpc <= kWindowDepth ? kU8 : bpc <= kRowDepth ? kU12 : kU16; }

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants), format_(format), kernel_(device.kernel(kKernels, kernel_name(format.bpc))) {}

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.w = static_cast<int>(format_.w),
                  .h = static_cast<int>(format_.h),
                  .constants = Constants(format_.bpc),
                  .raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride};
        for (size_t i = 0; i < batch.frames.size(); i++) args.frames[i] = cuda::plane_pair_arg(batch.frames[i], 0);
        const auto frames = static_cast<unsigned>(batch.frames.size());
        cuda::launch(kernel_,
                     {{cuda::tiles(format_.w, Tuning::kColumns), cuda::tiles(format_.h, Tuning::kRows), frames},
                      {Tuning::kColumns, Tuning::kThreadRows}},
                     batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const Sums sums{load_sums<Raw>(raw).similarity.joined()};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    PictureFormat format_;
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"fixed_ssim", vmaf_cuda_image_fixed_ssim, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::fixed_ssim
