// Launches ssimulacra2's kernels, each for all scales of a batch.
#include "metric/ssimulacra2/ssimulacra2_cuda.h"

#include <cstddef>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/ssimulacra2/ssimulacra2.h"

extern "C" const unsigned char vmaf_cuda_image_ssimulacra2[];

namespace vmaf::ssimulacra2 {
namespace {

constexpr const char *kPixelsU8 = "ssimulacra2_pixels_u8", *kPixelsU16 = "ssimulacra2_pixels_u16",
                     *kRows = "ssimulacra2_rows", *kReferenceRows = "ssimulacra2_reference_rows",
                     *kDistortedRows = "ssimulacra2_distorted_rows", *kColumns = "ssimulacra2_columns";
constexpr const char* kNames[] = {kPixelsU8, kPixelsU16, kRows, kReferenceRows, kDistortedRows, kColumns};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants.size()),
          conversion_(variants[0], format),
          pixels_(device.kernel(kKernels, format.bpc > 8 ? kPixelsU16 : kPixelsU8)),
          rows_{device.kernel(kKernels, kRows), device.kernel(kKernels, kReferenceRows),
                device.kernel(kKernels, kDistortedRows)},
          columns_(device.kernel(kKernels, kColumns)) {
        const Scales scales(format);
        batch_.scales = scales.count;
        size_t floats = 0;
        for (int s = 0; s < scales.count; s++) {
            const int w = scales.size[s].w, h = scales.size[s].h;
            Scale& scale = batch_.scale[s];
            scale = {.w = w, .h = h, .pitch = float_pitch(w), .plane = float_plane(w, h), .xyb = floats};
            for (int c = 0; c < kChannels; c++) scale.maps[c] = scales.maps(s, c);
            floats += kChannels * scale.plane;
        }
        for (int side = 0; side < kSides; side++) {
            const Work work = side == kReferenceSide ? kOfReference : kOfDistorted;
            floats_[side] = floats;
            for (int s = 0; s < scales.count; s++)
                for (int c = 0; c < kChannels; c++) {
                    Scale& scale = batch_.scale[s];
                    scale.across[side][c] = floats_[side];
                    floats_[side] += static_cast<size_t>(scale.quantities(work, c)) * scale.plane;
                }
        }
        for (int side = 0; side < kSides; side++)
            memory_[side] = device.allocate(floats_[side] * cuda::batch_capacity(format) * sizeof(float));
        batch_.distorted = memory_[kDistortedSide].as<float>();
        batch_.distorted_stride = floats_[kDistortedSide];
    }

    size_t raw_size() const override { return sizeof(Sums); }

    void enqueue(const cuda::Batch& batch) override {
        const Work work = batch.references.empty() ? kPair : kOfDistorted;
        make_planes(batch, work);
        const auto frames = static_cast<unsigned>(batch.frames.size());
        cuda::launch(columns_, {{cuda::tiles(width(), kTileWidth), frames, components()}, {kTileWidth}}, batch.stream,
                     batch_);
    }

    size_t reference_bytes() const override { return floats_[kReferenceSide] * sizeof(float); }

    void prepare(const cuda::Batch& batch) override { make_planes(batch, kOfReference); }

    void collect(const std::byte* raw, std::byte* out) const override {
        const auto sums = load_sums<Sums>(raw);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    unsigned width() const { return static_cast<unsigned>(batch_.scale[0].w); }
    unsigned components() const { return static_cast<unsigned>(batch_.scales * kChannels); }

    /// X, Y and B of every scale, and what they come to along rows. What is of the reference lies where others find it, or with the rest.
    void make_planes(const cuda::Batch& batch, Work work) {
        const auto frames = static_cast<unsigned>(batch.frames.size()), h = static_cast<unsigned>(batch_.scale[0].h);
        for (unsigned i = 0; i < frames; i++)
            batch_.reference[i] = batch.references.empty()
                                      ? memory_[kReferenceSide].as<float>(i * reference_bytes())
                                      : reinterpret_cast<float*>(static_cast<uintptr_t>(batch.references[i]));
        batch_.sums = reinterpret_cast<std::byte*>(batch.raw);
        batch_.raw_stride = batch.raw_stride;
        const PixelArgs pixels{
            .pictures = colour::batch_pictures(batch, conversion_), .batch = batch_, .sides = colour::sides_of(work)};
        constexpr unsigned kSquare = 2 * Tuning::kQuads;
        const auto sides = static_cast<unsigned>(pixels.sides.count);
        cuda::launch(
            pixels_,
            {{cuda::tiles(width(), kSquare), cuda::tiles(h, kSquare), sides * frames}, {Tuning::kPixelThreads}},
            batch.stream, pixels);
        const auto quantities = static_cast<unsigned>(quantities_of(work));
        cuda::launch(rows_[work], {{cuda::tiles(h, Tuning::kRows), frames, components()}, {Tuning::kRows, quantities}},
                     batch.stream, batch_);
    }

    size_t variants_;
    colour::Conversion conversion_;
    cuda::Kernel pixels_, rows_[3], columns_;  ///< rows_: by Work
    size_t floats_[kSides] = {};               ///< of a frame's sides
    cuda::Buffer memory_[kSides];              ///< for a batch
    BatchArgs batch_{};
};

}  // namespace

const cuda::KernelSet kKernels{"ssimulacra2", vmaf_cuda_image_ssimulacra2, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::ssimulacra2
