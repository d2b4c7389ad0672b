// Launches NAME's kernels.
#include "metric/NAME/NAME.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/NAME/NAME_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_NAME[];

namespace vmaf::NAME {
namespace {

// REPLACE: the kernels' names, the launch, and how raw results become Sums.
constexpr const char *kSadU8 = "NAME_sad_u8", *kSadU16 = "NAME_sad_u16";
constexpr const char* kNames[] = {kSadU8, kSadU16};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants), format_(format), kernel_(device.kernel(kKernels, format.bpc > 8 ? kSadU16 : kSadU8)) {}

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride,
                  .w = static_cast<int>(format_.w),
                  .h = static_cast<int>(format_.h)};
        for (size_t i = 0; i < batch.frames.size(); i++) args.luma[i] = cuda::plane_pair_arg(batch.frames[i], 0);
        const cuda::Extent grid = {cuda::tiles(format_.w, Tuning::kTileWidth),
                                   cuda::tiles(format_.h, Tuning::kTileHeight),
                                   static_cast<unsigned>(batch.frames.size())};
        cuda::launch(kernel_, {grid, {Tuning::kTileWidth, Tuning::kTileHeight}}, batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const Sums sums{.sad = load_sums<Raw>(raw).sad};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    PictureFormat format_;
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"NAME", vmaf_cuda_image_NAME, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::NAME
