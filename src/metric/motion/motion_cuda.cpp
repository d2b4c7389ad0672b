// Launches motion's kernels.
#include "metric/motion/motion.h"

#include <algorithm>
#include <climits>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/motion/motion_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_motion[];

namespace vmaf::motion {
namespace {

constexpr const char *kSadU8 = "motion_sad_u8", *kSadU16 = "motion_sad_u16";
constexpr const char* kNames[] = {kSadU8, kSadU16};

/// Rows of a warp's strip: with so many, `slots` blocks at a time are done first. `columns` strips lie side by side in
/// all frames together.
unsigned best_rows(unsigned columns, unsigned h, unsigned slots) {
    unsigned best = 1, best_cost = UINT_MAX;
    for (unsigned rows = 1; rows <= Tuning::kMaxRows; rows++) {
        const unsigned rounds = cuda::tiles(columns * cuda::tiles(h, Tuning::kWarps * rows), slots);
        const unsigned cost = rounds * (rows + Tuning::kStartRows);
        if (cost < best_cost) best = rows, best_cost = cost;
    }
    return best;
}

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t variants, const PictureFormat& format, unsigned distance, cuda::Device& device)
        : variants_(variants),
          format_(format),
          distance_(distance),
          slots_(static_cast<unsigned>(std::max(1, device.info().multiprocessors * Tuning::kBlocksPerProcessor))),
          kernel_(device.kernel(kKernels, format.bpc > 8 ? kSadU16 : kSadU8)) {}

    size_t raw_size() const override { return sizeof(Raw); }

    unsigned turns() const override { return 2; }

    void enqueue(const cuda::Batch& batch) override {
        if (distance_ == 0) return;
        Args args{.raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride,
                  .w = static_cast<int>(format_.w),
                  .h = static_cast<int>(format_.h),
                  .bpc = format_.bpc};
        for (size_t i = 0; i < batch.frames.size(); i++)
            args.frames[i] = {cuda::plane_arg(batch.frames[i].previous[distance_ - 1].ref, 0),
                              cuda::plane_arg(batch.frames[i].ref, 0)};
        const auto frames = static_cast<unsigned>(batch.frames.size());
        const unsigned columns = cuda::tiles(format_.w, Tuning::kWarpColumns);
        const unsigned rows = best_rows(columns * frames, format_.h, slots_);
        args.rows = static_cast<int>(rows);
        const cuda::Extent grid = {columns, cuda::tiles(format_.h, Tuning::kWarps * rows), frames};
        cuda::launch(kernel_, {grid, {32, Tuning::kWarps}}, batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const Sums sums{load_sums<Raw>(raw).sad};
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    PictureFormat format_;
    unsigned distance_;  ///< pictures back; 0: nothing to do
    unsigned slots_;     ///< blocks that the device works on at a time
    cuda::Kernel kernel_;
};

}  // namespace

const cuda::KernelSet kKernels{"motion", vmaf_cuda_image_motion, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants.size(), format, distance(variants[0]), device);
}

}  // namespace vmaf::motion
