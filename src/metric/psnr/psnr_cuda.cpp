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
        : variants_(variants), planes_(planes), kernel_(device.kernel(kKernels, format.bpc > 8 ? kSseU16 : kSseU8)) {
        for (unsigned p = 0; p < 3; p++) {
            PlaneTiles& tiles = tiles_[p];
            tiles.first = static_cast<int>(blocks_);
            if (p >= planes) continue;
            tiles.w = static_cast<int>(format.plane_w(p));
            tiles.h = static_cast<int>(format.plane_h(p));
            const auto row_bytes = static_cast<unsigned>(tiles.w * format.sample_bytes());
            const unsigned columns = cuda::tiles(row_bytes, Tuning::kUnit * Tuning::kColumns);
            tiles.columns = static_cast<int>(columns);
            blocks_ += columns * cuda::tiles(static_cast<unsigned>(tiles.h), Tuning::kTileHeight);
        }
    }

    size_t raw_size() const override { return sizeof(Raw); }

    void enqueue(const cuda::Batch& batch) override {
        Args args{.raw = reinterpret_cast<std::byte*>(batch.raw), .raw_stride = batch.raw_stride};
        std::copy(std::begin(tiles_), std::end(tiles_), args.planes);
        for (size_t i = 0; i < batch.frames.size(); i++)
            for (unsigned p = 0; p < planes_; p++) args.frames[i][p] = cuda::plane_pair_arg(batch.frames[i], p);
        const auto frames = static_cast<unsigned>(batch.frames.size());
        cuda::launch(kernel_, {{blocks_, 1, frames}, {Tuning::kColumns, Tuning::kRows}}, batch.stream, args);
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
    PlaneTiles tiles_[3] = {};
    unsigned blocks_ = 0;  ///< of a frame
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"psnr", vmaf_cuda_image_psnr, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, plane_count(variants[0], format), device);
}

}  // namespace vmaf::psnr
