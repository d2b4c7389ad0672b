// adm on the GPU, host side: lays out the low-pass pictures and the sums of rows, launches a kernel per scale and one
// more.
#include "metric/adm/adm_cuda.h"

#include <algorithm>
#include <vector>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/adm/adm.h"

extern "C" const unsigned char vmaf_cuda_image_adm[];

namespace vmaf::adm {
namespace {

constexpr const char* kNames[] = {"adm_scale0_u8_1", "adm_scale0_u8_2", "adm_scale0_u16_1", "adm_scale0_u16_2",
                                  "adm_scale1_1",    "adm_scale1_2",    "adm_scale2_1",     "adm_scale2_2",
                                  "adm_finish_1",    "adm_finish_2"};

constexpr size_t rounded_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

/// The low-pass picture that a scale leaves to the next one, and its sums of rows.
struct Level {
    int pitch = 0;
    size_t frame_size = 0, offset = 0;  ///< bytes: of both pictures of a frame; of the first frame
    int sum_rows = 0;
    size_t sums_offset = 0;  ///< values, among those of a frame
};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : plan_(variants[0], format),
          gains_(variants),
          format_(format),
          blocks_at_once_(static_cast<size_t>(std::max(1, device.info().multiprocessors)) * Tuning::kBlocks) {
        const unsigned frames = cuda::batch_capacity(format);
        size_t pictures = 0;
        for (int s = 0; s < kScales; s++) {
            Level& level = levels_[s];
            const ScalePlan& scale = plan_.scale[s];
            level.sum_rows = scale.bottom - scale.top;
            level.sums_offset = frame_sums_;
            frame_sums_ += static_cast<size_t>(level.sum_rows) * row_values(kLaunchLimits);
            if (s == kScales - 1) continue;
            level.pitch = static_cast<int>(rounded_up(scale.w * (s == 0 ? sizeof(int16_t) : sizeof(int32_t)), 16));
            level.frame_size = 2 * rounded_up(static_cast<size_t>(level.pitch) * scale.h, 256);
            level.offset = pictures;
            pictures += frames * level.frame_size;
        }
        pictures_ = device.allocate(pictures);
        const std::vector<uint64_t> zeros(frames * frame_sums_);
        row_sums_ = device.upload(zeros.data(), zeros.size() * sizeof(uint64_t));
        for (const char* name : kNames) kernels_.push_back(device.kernel(kKernels, name));
    }

    size_t raw_size() const override { return gains_.distinct.size() * sizeof(Sums); }

    unsigned turns() const override { return 2; }

    void enqueue(const cuda::Batch& batch) override {
        for (size_t first = 0; first < gains_.distinct.size(); first += kLaunchLimits) {
            const size_t limits = std::min<size_t>(kLaunchLimits, gains_.distinct.size() - first);
            for (int s = 0; s < kScales; s++) launch_scale(batch, s, first, limits);
            launch_finish(batch, first, limits);
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        for (size_t i = 0; i < gains_.of_variant.size(); i++)
            store_sums(out, i, load_sums<Sums>(raw, gains_.of_variant[i]));
    }

 private:
    enum { kScale0U8 = 0, kScale0U16 = 2, kScale1 = 4, kScale2 = 6, kFinish = 8 };  // in kernels_, one limit before two

    const cuda::Kernel& kernel(int scale, size_t limits) const {
        const int stem = scale == 0 ? (format_.bpc > 8 ? kScale0U16 : kScale0U8) : scale == 1 ? kScale1 : kScale2;
        return kernels_[stem + limits - 1];
    }

    cuda::PlanePairArg picture_pair(const Level& level, size_t frame) const {
        const auto* ref = pictures_.as<std::byte>(level.offset + frame * level.frame_size);
        return {{ref, level.pitch}, {ref + level.frame_size / 2, level.pitch}};
    }

    /// Rows that a warp goes down: as many as leave the processors just full.
    int rows_of_warp(const ScalePlan& scale, size_t frames) const {
        const int strips = (scale.right - 1) / Tuning::kStripWidth - scale.left / Tuning::kStripWidth + 1;
        const size_t below_each_other = std::max<size_t>(1, blocks_at_once_ / (strips * frames));
        const auto rows =
            cuda::tiles(scale.bottom - scale.top, static_cast<unsigned>(below_each_other) * Tuning::kWarps);
        return std::clamp(static_cast<int>(rows), Tuning::kMinRows, Tuning::kMaxRows);
    }

    ScaleArgs scale_args(const cuda::Batch& batch, int s) const {
        const ScalePlan& scale = plan_.scale[s];
        const auto& cube = scale.cube_shift;
        ScaleArgs args{.plan = scale,
                       .cube = {RoundingShift(cube[0]), RoundingShift(cube[1]), RoundingShift(cube[2])},
                       .energy_cube = RoundingShift(scale.energy_cube_shift),
                       .column_round = RoundingShift(column_shift(s, plan_.bits)),
                       .row_round = RoundingShift(row_shift(s)),
                       .in_w = s == 0 ? static_cast<int>(format_.w) : plan_.scale[s - 1].w,
                       .in_h = s == 0 ? static_cast<int>(format_.h) : plan_.scale[s - 1].h,
                       .zero_mean = s == 0 ? zero_mean(plan_.bits) : 0,
                       .rows = rows_of_warp(scale, batch.frames.size()),
                       .detail = s > 0 || !plan_.skip_scale0,
                       .additive = plan_.additive,
                       .row_sums = row_sums_.as<uint64_t>(levels_[s].sums_offset * sizeof(uint64_t)),
                       .row_sums_stride = frame_sums_};
        for (size_t i = 0; i < batch.frames.size(); i++)
            args.frames[i] = s == 0 ? cuda::plane_pair_arg(batch.frames[i], 0) : picture_pair(levels_[s - 1], i);
        if (s < kScales - 1) {
            args.next = pictures_.as<std::byte>(levels_[s].offset);
            args.next_size = levels_[s].frame_size;
            args.next_pitch = levels_[s].pitch;
        }
        return args;
    }

    void launch_scale(const cuda::Batch& batch, int s, size_t first_limit, size_t limits) const {
        ScaleArgs args = scale_args(batch, s);
        args.whole_gains = true;
        for (size_t i = 0; i < limits; i++) {
            args.gain[i] = make_gain(gains_.distinct[first_limit + i]);
            args.whole_gains &= args.gain[i].whole.factor > 0;
        }
        const auto frames = static_cast<unsigned>(batch.frames.size());
        const cuda::Extent grid{cuda::tiles(args.plan.w, Tuning::kStripWidth),
                                cuda::tiles(RowZones(args.plan, args.rows).count(), Tuning::kWarps), frames};
        cuda::launch(kernel(s, limits), {grid, {Tuning::kThreads}}, batch.stream, args);
    }

    void launch_finish(const cuda::Batch& batch, size_t first_limit, size_t limits) const {
        FinishArgs args{
            .row_sums = row_sums_.as<uint64_t>(),
            .row_sums_stride = frame_sums_,
            .raw = reinterpret_cast<std::byte*>(static_cast<uintptr_t>(batch.raw)) + first_limit * sizeof(Sums),
            .raw_stride = batch.raw_stride};
        for (int s = 0; s < kScales; s++)
            args.scale[s] = {levels_[s].sum_rows, plan_.scale[s].row_shift, plan_.scale[s].energy_row_shift,
                             levels_[s].sums_offset};
        const cuda::Extent grid{kScales, 1, static_cast<unsigned>(batch.frames.size())};
        cuda::launch(kernels_[kFinish + limits - 1], {grid, {Tuning::kFinishThreads}}, batch.stream, args);
    }

    const Plan plan_;
    const GainLimits gains_;
    const PictureFormat format_;
    const size_t blocks_at_once_;
    Level levels_[kScales];
    size_t frame_sums_ = 0;  // values
    cuda::Buffer pictures_, row_sums_;
    std::vector<cuda::Kernel> kernels_;
};

}  // namespace

const cuda::KernelSet kKernels{"adm", vmaf_cuda_image_adm, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::adm
