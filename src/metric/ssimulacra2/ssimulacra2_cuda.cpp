// Launches ssimulacra2's kernels, each for all scales of a batch.
#include "metric/ssimulacra2/ssimulacra2_cuda.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ssimulacra2/ssimulacra2.h"

extern "C" const unsigned char vmaf_cuda_image_ssimulacra2[];

namespace vmaf::ssimulacra2 {
namespace {

constexpr const char *kPixelsU8 = "ssimulacra2_pixels_u8", *kPixelsU16 = "ssimulacra2_pixels_u16",
                     *kRows = "ssimulacra2_rows", *kColumns = "ssimulacra2_columns";
constexpr const char* kNames[] = {kPixelsU8, kPixelsU16, kRows, kColumns};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants.size()),
          conversion_(variants[0], format),
          pixels_(device.kernel(kKernels, format.bpc > 8 ? kPixelsU16 : kPixelsU8)),
          rows_(device.kernel(kKernels, kRows)),
          columns_(device.kernel(kKernels, kColumns)) {
        const Scales scales(format);
        batch_.scales = scales.count;
        for (int s = 0; s < scales.count; s++) {
            Scale& scale = batch_.scale[s];
            scale = {.w = scales.size[s].w, .h = scales.size[s].h};
            int across = 0;
            for (int c = 0; c < kChannels; c++) {
                scale.maps[c] = scales.maps(s, c);
                scale.first_across[c] = across;
                across += scale.quantities(c);
            }
            scale.xyb = stack(scale, 2 * kChannels, format, device);
            scale.across = stack(scale, across, format, device);
        }
    }

    size_t raw_size() const override { return sizeof(Sums); }

    void enqueue(const cuda::Batch& batch) override {
        const auto frames = static_cast<unsigned>(batch.frames.size()),
                   components = static_cast<unsigned>(batch_.scales * kChannels),
                   w = static_cast<unsigned>(batch_.scale[0].w), h = static_cast<unsigned>(batch_.scale[0].h);
        batch_.sums = reinterpret_cast<std::byte*>(batch.raw);
        batch_.raw_stride = batch.raw_stride;
        constexpr unsigned kSquare = 2 * Tuning::kQuads;
        cuda::launch(pixels_, {{cuda::tiles(w, kSquare), cuda::tiles(h, kSquare), 2 * frames}, {Tuning::kPixelThreads}},
                     batch.stream, PixelArgs{colour::batch_pictures(batch, conversion_), batch_});
        cuda::launch(rows_, {{cuda::tiles(h, Tuning::kRows), frames, components}, {Tuning::kRows, kQuantities}},
                     batch.stream, batch_);
        cuda::launch(columns_, {{cuda::tiles(w, kTileWidth), frames, components}, {kTileWidth}}, batch.stream, batch_);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const auto sums = load_sums<Sums>(raw);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    PlaneStack stack(const Scale& scale, int count, const PictureFormat& format, cuda::Device& device) {
        const size_t plane = float_plane(scale.w, scale.h), planes = static_cast<size_t>(std::max(count, 1));
        memory_.push_back(device.allocate(planes * plane * cuda::batch_capacity(format) * sizeof(float)));
        return {memory_.back().as<float>(), float_pitch(scale.w), count, plane};
    }

    size_t variants_;
    colour::Conversion conversion_;
    cuda::Kernel pixels_, rows_, columns_;
    std::vector<cuda::Buffer> memory_;  ///< of batch_
    BatchArgs batch_{};
};

}  // namespace

const cuda::KernelSet kKernels{"ssimulacra2", vmaf_cuda_image_ssimulacra2, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::ssimulacra2
