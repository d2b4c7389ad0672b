// Launches ciede's kernels.
#include "metric/ciede/ciede_cuda.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ciede/ciede.h"

extern "C" const unsigned char vmaf_cuda_image_ciede[];

namespace vmaf::ciede {
namespace {

constexpr const char *kSumsU8 = "ciede_sums_u8", *kSumsU16 = "ciede_sums_u16";
constexpr const char* kNames[] = {kSumsU8, kSumsU16};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants), format_(format), kernel_(device.kernel(kKernels, format.bpc > 8 ? kSumsU16 : kSumsU8)) {}

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.frames = {},
                  .levels = levels(format_.bpc),
                  .w = static_cast<int>(format_.w),
                  .h = static_cast<int>(format_.h),
                  .chroma_w = static_cast<int>(format_.plane_w(1)),
                  .chroma_h = static_cast<int>(format_.plane_h(1)),
                  .shift_x = static_cast<int>(format_.subsampled_x()),
                  .shift_y = static_cast<int>(format_.subsampled_y()),
                  .grey = grey_sample(format_.bpc),
                  .raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride};
        for (size_t i = 0; i < batch.frames.size(); i++)
            for (unsigned p = 0; p < 3; p++) args.frames[i][p] = cuda::plane_pair_arg(batch.frames[i], p);
        const cuda::Extent grid = {cuda::tiles(format_.w, Tuning::kColumns),
                                   cuda::tiles(format_.h, Tuning::kTileHeight),
                                   static_cast<unsigned>(batch.frames.size())};
        cuda::launch(kernel_, {grid, {Tuning::kColumns, Tuning::kRows}}, batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const Sums sums{load_sums<Raw>(raw).difference.joined()};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    PictureFormat format_;
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"ciede", vmaf_cuda_image_ciede, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::ciede
