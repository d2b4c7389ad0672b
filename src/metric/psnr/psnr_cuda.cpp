// Launches psnr's kernels.
#include "metric/psnr/psnr.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/psnr/psnr_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_psnr[];

namespace vmaf::psnr {
namespace {

constexpr const char *kSseU8 = "psnr_sse_u8", *kSseU16 = "psnr_sse_u16";
constexpr const char* kNames[] = {kSseU8, kSseU16};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, unsigned planes, cuda::Device& device)
        : variants_(variants),
          planes_(planes),
          tiles_(cuda::picture_tiles(format, planes)),
          kernel_(device.kernel(kKernels, format.bpc > 8 ? kSseU16 : kSseU8)) {}

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.tiles = tiles_, .raw = reinterpret_cast<std::byte*>(batch.raw), .raw_stride = batch.raw_stride};
        for (size_t i = 0; i < batch.frames.size(); i++)
            for (unsigned p = 0; p < planes_; p++) args.frames[i][p] = cuda::plane_pair_arg(batch.frames[i], p);
        const auto frames = static_cast<unsigned>(batch.frames.size());
        const auto blocks = static_cast<unsigned>(tiles_.blocks);
        cuda::launch(kernel_, {{blocks, 1, frames}, {cuda::Tiling::kColumns, cuda::Tiling::kRows}}, batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const auto result = load_sums<Raw>(raw);
        Sums sums;
        std::copy(std::begin(result.sse), std::end(result.sse), sums.sse);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    unsigned planes_;
    cuda::PictureTiles tiles_;
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"psnr", vmaf_cuda_image_psnr, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, plane_count(variants[0], format), device);
}

}  // namespace vmaf::psnr
