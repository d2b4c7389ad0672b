// Launches ssimulacra2's kernels, scale by scale.
#include "metric/ssimulacra2/ssimulacra2_cuda.h"

#include <algorithm>
#include <cstddef>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ssimulacra2/ssimulacra2.h"

extern "C" const unsigned char vmaf_cuda_image_ssimulacra2[];

namespace vmaf::ssimulacra2 {
namespace {

constexpr const char *kPixelsU8 = "ssimulacra2_pixels_u8", *kPixelsU16 = "ssimulacra2_pixels_u16",
                     *kSmallerPixels = "ssimulacra2_smaller_pixels", *kRows = "ssimulacra2_rows",
                     *kColumns = "ssimulacra2_columns";
constexpr const char* kNames[] = {kPixelsU8, kPixelsU16, kSmallerPixels, kRows, kColumns};

size_t plane_of(Size size) { return float_plane(size.w, size.h); }

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants.size()),
          scales_(format),
          conversion_(variants[0], format),
          pixels_(device.kernel(kKernels, format.bpc > 8 ? kPixelsU16 : kPixelsU8)),
          smaller_pixels_(device.kernel(kKernels, kSmallerPixels)),
          rows_(device.kernel(kKernels, kRows)),
          columns_(device.kernel(kKernels, kColumns)) {
        const size_t frames = cuda::batch_capacity(format);
        size_t across = 0;
        for (int s = 0; s < scales_.count; s++)
            across = std::max(across, plane_of(scales_.size[s]) * static_cast<size_t>(blurred_planes(s)));
        const auto allocate = [&](size_t floats) {
            return device.allocate(std::max<size_t>(floats, 1) * frames * sizeof(float));
        };
        xyb_ = allocate(kPictures * plane_of(scales_.size[0]));
        across_ = allocate(across);
        for (int s = 1; s < std::min(scales_.count, 3); s++)
            light_[s % 2] = allocate(kPictures * plane_of(scales_.size[s]));
    }

    size_t raw_size() const override { return sizeof(Sums); }

    void enqueue(const cuda::Batch& batch) override {
        const auto frames = static_cast<unsigned>(batch.frames.size());
        for (int s = 0; s < scales_.count; s++) {
            const ScaleArgs args = scale_args(s, batch);
            const auto w = static_cast<unsigned>(args.w), h = static_cast<unsigned>(args.h);
            const cuda::LaunchShape quads = {
                {cuda::tiles(w, 2 * Tuning::kQuadColumns), cuda::tiles(h, 2 * Tuning::kQuadRows), 2 * frames},
                {Tuning::kQuadColumns, Tuning::kQuadRows}};
            if (s == 0)
                cuda::launch(pixels_, quads, batch.stream, pixel_args(args, batch));
            else
                cuda::launch(smaller_pixels_, quads, batch.stream, args);
            cuda::launch(rows_, {{cuda::tiles(h, Tuning::kRows), kChannels, frames}, {Tuning::kRows, kQuantities}},
                         batch.stream, args);
            cuda::launch(columns_,
                         {{cuda::tiles(w, Tuning::kColumnTiles * kTileWidth), kChannels, frames},
                          {kTileWidth, Tuning::kColumnTiles}},
                         batch.stream, args);
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const auto sums = load_sums<Sums>(raw);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    static constexpr int kPictures = 2 * kChannels;

    int quantities(int s, int c) const {
        const MapSet maps = scales_.maps(s, c);
        return maps.structure ? kQuantities : maps.edges ? kEdgeQuantities : 0;
    }
    int blurred_planes(int s) const {
        int planes = 0;
        for (int c = 0; c < kChannels; c++) planes += quantities(s, c);
        return planes;
    }

    PlaneStack stack(const cuda::Buffer& memory, int s, int count) const {
        const Size size = scales_.size[s];
        return {memory.as<float>(), float_pitch(size.w), count, plane_of(size)};
    }

    ScaleArgs scale_args(int s, const cuda::Batch& batch) const {
        ScaleArgs args{.w = scales_.size[s].w,
                       .h = scales_.size[s].h,
                       .xyb = stack(xyb_, s, kPictures),
                       .across = stack(across_, s, blurred_planes(s)),
                       .sums = reinterpret_cast<std::byte*>(batch.raw) + offsetof(Sums, of) +
                               static_cast<size_t>(s) * sizeof(Sums::of[0]),
                       .raw_stride = batch.raw_stride};
        if (s > 0) args.light = stack(light_[s % 2], s, kPictures);
        if (s + 1 < scales_.count) args.next_light = stack(light_[(s + 1) % 2], s + 1, kPictures);
        for (int c = 0, planes = 0; c < kChannels; c++) {
            args.maps[c] = scales_.maps(s, c);
            args.first_across[c] = planes;
            planes += quantities(s, c);
        }
        return args;
    }

    PixelArgs pixel_args(const ScaleArgs& scale, const cuda::Batch& batch) const {
        PixelArgs args{.frames = {}, .conversion = conversion_, .scale = scale};
        const unsigned planes = conversion_.has_chroma() ? 3 : 1;
        for (size_t i = 0; i < batch.frames.size(); i++)
            for (unsigned p = 0; p < planes; p++) args.frames[i][p] = cuda::plane_pair_arg(batch.frames[i], p);
        return args;
    }

    size_t variants_;
    Scales scales_;
    colour::Conversion conversion_;
    cuda::Kernel pixels_, smaller_pixels_, rows_, columns_;
    cuda::Buffer xyb_, across_, light_[2];  ///< light of odd and of even scales
};

}  // namespace

const cuda::KernelSet kKernels{"ssimulacra2", vmaf_cuda_image_ssimulacra2, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::ssimulacra2
