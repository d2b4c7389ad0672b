// Launches float_ansnr's kernels, and adds up the rows' sums.
#include "metric/ansnr/ansnr_cuda.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ansnr/ansnr.h"
#include "metric/float/device_row_sums.h"
#include "metric/float/pictures_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_ansnr[];

namespace vmaf::ansnr {
namespace {

constexpr const char *kTermsU8 = "ansnr_terms_u8", *kTermsU16 = "ansnr_terms_u16", *kRows = "ansnr_rows";
constexpr const char* kNames[] = {kTermsU8, kTermsU16, kRows};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants),
          format_(format),
          w_(static_cast<int>(format.w)),
          h_(static_cast<int>(format.h)),
          terms_(device.allocate(cuda::batch_capacity(format) * kTermPlanes * float_plane(w_, h_) * sizeof(float))),
          term_kernel_(device.kernel(kKernels, format.bpc > 8 ? kTermsU16 : kTermsU8)),
          row_kernel_(device.kernel(kKernels, kRows)) {}

    size_t raw_size() const override { return kTermPlanes * format_.h * sizeof(float); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.luma = {},
                  .w = w_,
                  .h = h_,
                  .samples = {format_.bpc, 128},
                  .terms = terms_.as<float>(),
                  .pitch = float_pitch(w_)};
        for (size_t i = 0; i < batch.frames.size(); i++) args.luma[i] = cuda::plane_pair_arg(batch.frames[i], 0);
        const auto frames = static_cast<unsigned>(batch.frames.size());
        const cuda::Extent grid = {cuda::tiles(format_.w, Tuning::kColumns), cuda::tiles(format_.h, Tuning::kRows),
                                   frames};
        cuda::launch(term_kernel_, {grid, {Tuning::kColumns, Tuning::kRows}}, batch.stream, args);
        launch_row_sums(row_kernel_, batch, args.terms, kTermPlanes, w_, h_);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const Sums sums{sum_of_rows(raw, 0, format_.h), sum_of_rows(raw, format_.h, format_.h)};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    PictureFormat format_;
    int w_, h_;
    cuda::Buffer terms_;
    cuda::Kernel term_kernel_, row_kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"ansnr", vmaf_cuda_image_ansnr, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::ansnr
