// Launches xpsnr's kernels, and weighs what they leave.
#include "metric/xpsnr/xpsnr.h"

#include <algorithm>
#include <cstring>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/xpsnr/xpsnr_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_xpsnr[];

namespace vmaf::xpsnr {
namespace {

constexpr const char *kFineU8 = "xpsnr_fine_u8", *kFineU16 = "xpsnr_fine_u16";
constexpr const char *kCoarseU8 = "xpsnr_coarse_u8", *kCoarseU16 = "xpsnr_coarse_u16";
constexpr const char *kChromaU8 = "xpsnr_chroma_u8", *kChromaU16 = "xpsnr_chroma_u16";
constexpr const char* kNames[] = {kFineU8, kFineU16, kCoarseU8, kCoarseU16, kChromaU8, kChromaU16};

BlocksArg blocks_arg(const Layout& layout, unsigned p) {
    return {.w = static_cast<int>(layout.format.plane_w(p)),
            .h = static_cast<int>(layout.format.plane_h(p)),
            .width = static_cast<int>(layout.width(p)),
            .height = static_cast<int>(layout.height(p)),
            .columns = static_cast<int>(layout.columns),
            .count = static_cast<int>(layout.blocks())};
}

/// Threads for a block whose samples are taken `group` at a time.
cuda::Extent threads(const BlocksArg& blocks, unsigned group) {
    constexpr unsigned kWarp = 32;
    const uint64_t groups = uint64_t{static_cast<unsigned>(std::min(blocks.width, blocks.w))} *
                            static_cast<unsigned>(std::min(blocks.height, blocks.h)) / group;
    const auto warps = static_cast<unsigned>(std::clamp<uint64_t>(groups / kWarp, 1, Tuning::kMostThreads / kWarp));
    return {warps * kWarp};
}

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants.size()),
          layout_(variants[0], format),
          luma_(device.kernel(kKernels, format.bpc > 8 ? (layout_.coarse() ? kCoarseU16 : kFineU16)
                                                       : (layout_.coarse() ? kCoarseU8 : kFineU8))),
          chroma_(device.kernel(kKernels, format.bpc > 8 ? kChromaU16 : kChromaU8)) {}

    size_t raw_size() const override { return layout_.blocks() * sizeof(Block); }

    void enqueue(const cuda::Batch& batch) override {
        enqueue_luma(batch);
        if (layout_.format.planes() > 1) enqueue_chroma(batch);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        std::vector<Block> blocks(layout_.blocks());
        std::memcpy(blocks.data(), raw, raw_size());
        const Sums sums = weigh(layout_, blocks);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    void enqueue_luma(const cuda::Batch& batch) {
        LumaArgs args{.raw = reinterpret_cast<std::byte*>(batch.raw),
                      .raw_stride = batch.raw_stride,
                      .blocks = blocks_arg(layout_, 0),
                      .order = static_cast<int>(layout_.order)};
        for (size_t i = 0; i < batch.frames.size(); i++) {
            const FramePictures& frame = batch.frames[i];
            args.frames[i] = {cuda::plane_arg(frame.ref, 0), cuda::plane_arg(frame.dis, 0),
                              cuda::plane_arg(frame.previous[0].ref, 0),
                              layout_.order == 2 ? cuda::plane_arg(frame.previous[1].ref, 0) : cuda::PlaneArg{}};
        }
        const unsigned rows = layout_.coarse() ? 2 : 1;
        const cuda::Extent grid = {static_cast<unsigned>(args.blocks.count), 1,
                                   static_cast<unsigned>(batch.frames.size())};
        cuda::launch(luma_, {grid, threads(args.blocks, Tuning::kLumaGroup * rows)}, batch.stream, args);
    }

    void enqueue_chroma(const cuda::Batch& batch) {
        ChromaArgs args{.raw = reinterpret_cast<std::byte*>(batch.raw),
                        .raw_stride = batch.raw_stride,
                        .blocks = blocks_arg(layout_, 1)};
        for (size_t i = 0; i < batch.frames.size(); i++)
            for (unsigned p = 0; p < 2; p++) args.frames[i][p] = cuda::plane_pair_arg(batch.frames[i], 1 + p);
        const cuda::Extent grid = {2 * static_cast<unsigned>(args.blocks.count), 1,
                                   static_cast<unsigned>(batch.frames.size())};
        cuda::launch(chroma_, {grid, threads(args.blocks, Tuning::kChromaGroup)}, batch.stream, args);
    }

    size_t variants_;
    Layout layout_;
    cuda::Kernel luma_, chroma_;
};

}  // namespace

const cuda::KernelSet kKernels{"xpsnr", vmaf_cuda_image_xpsnr, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::xpsnr
