// Launches psnr_hvs's kernels: the terms of each plane, then their sums.
#include "metric/psnr_hvs/psnr_hvs.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/psnr_hvs/psnr_hvs_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_psnr_hvs[];

namespace vmaf::psnr_hvs {
namespace {

constexpr const char *kTermsU8 = "psnr_hvs_terms_u8", *kTermsU16 = "psnr_hvs_terms_u16",
                     *kTermsDeep = "psnr_hvs_terms_deep", *kSums = "psnr_hvs_sums";
constexpr const char* kNames[] = {kTermsU8, kTermsU16, kTermsDeep, kSums};

const char* terms_kernel(unsigned bpc) { return bpc > kNarrowDepth ? kTermsDeep : bpc > 8 ? kTermsU16 : kTermsU8; }

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants),
          planes_(format.planes()),
          terms_kernel_(device.kernel(kKernels, terms_kernel(format.bpc))),
          sums_kernel_(device.kernel(kKernels, kSums)) {
        for (unsigned p = 0; p < planes_; p++) {
            const int columns = block_count(static_cast<int>(format.plane_w(p)));
            blocks_[p] = {columns, columns * block_count(static_cast<int>(format.plane_h(p))), stride_};
            stride_ += blocks_[p].size();
        }
        terms_ = device.allocate(stride_ * sizeof(float) * cuda::batch_capacity(format));
    }

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        const auto frames = static_cast<unsigned>(batch.frames.size());
        auto* const terms = reinterpret_cast<float*>(terms_.address());
        for (unsigned p = 0; p < planes_; p++) {
            TermArgs args{.weights = kWeights[p], .blocks = blocks_[p], .terms = terms, .terms_stride = stride_};
            for (size_t i = 0; i < batch.frames.size(); i++) args.frames[i] = cuda::plane_pair_arg(batch.frames[i], p);
            const unsigned parts = cuda::tiles(static_cast<unsigned>(blocks_[p].count), Tuning::kTermThreads);
            cuda::launch(terms_kernel_, {{parts, 1, frames}, {Tuning::kTermThreads}}, batch.stream, args);
        }
        SumArgs args{.terms = terms,
                     .terms_stride = stride_,
                     .raw = reinterpret_cast<std::byte*>(batch.raw),
                     .raw_stride = batch.raw_stride};
        std::copy(std::begin(blocks_), std::end(blocks_), args.planes);
        cuda::launch(sums_kernel_, {{planes_, 1, frames}, {Tuning::kSumThreads}}, batch.stream, args);
    }

    void collect(const std::byte* in, std::byte* out) const override {
        const auto raw = load_sums<Raw>(in);
        const Sums sums{{raw.error[0], raw.error[1], raw.error[2]}};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    unsigned planes_;
    BlockTerms blocks_[3];
    size_t stride_ = 0;  ///< floats of a frame's terms
    cuda::Buffer terms_;
    cuda::Kernel terms_kernel_, sums_kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"psnr_hvs", vmaf_cuda_image_psnr_hvs, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::psnr_hvs
