// Launches float_moment's kernels.
#include "metric/moment/moment.h"

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/moment/moment_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_moment[];

namespace vmaf::moment {
namespace {

constexpr const char *kSumsU8 = "moment_sums_u8", *kSumsU16 = "moment_sums_u16";
constexpr const char* kNames[] = {kSumsU8, kSumsU16};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants),
          tiles_(cuda::picture_tiles(format, 1)),
          kernel_(device.kernel(kKernels, format.bpc > 8 ? kSumsU16 : kSumsU8)) {}

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{
            .tiles = tiles_.planes[0], .raw = reinterpret_cast<std::byte*>(batch.raw), .raw_stride = batch.raw_stride};
        for (size_t i = 0; i < batch.frames.size(); i++) args.luma[i] = cuda::plane_pair_arg(batch.frames[i], 0);
        const cuda::Extent grid = {static_cast<unsigned>(tiles_.blocks), 1, static_cast<unsigned>(batch.frames.size())};
        cuda::launch(kernel_, {grid, {cuda::Tiling::kColumns, cuda::Tiling::kRows}}, batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const auto result = load_sums<Raw>(raw);
        const Sums sums{{result.sums[0], result.sums[1]}, {result.sums[2], result.sums[3]}};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    cuda::PictureTiles tiles_;
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"moment", vmaf_cuda_image_moment, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, device);
}

}  // namespace vmaf::moment
