// vif on the GPU, host side: lays out the pyramid of scales, launches a kernel per scale, reads the sums back.
#include "metric/vif/vif_cuda.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "cuda/kernel/byte_matrix_layout.h"
#include "metric/vif/vif.h"
#include "metric/vif/vif_math.h"

extern "C" const unsigned char vmaf_cuda_image_vif[];

namespace vmaf::vif {
namespace {

constexpr const char* kNames[] = {"vif_bytes_1", "vif_bytes_2",  "vif_deep_1",
                                  "vif_deep_2",  "vif_scaled_1", "vif_scaled_2"};

constexpr size_t rounded_up(size_t size, size_t unit) { return (size + unit - 1) / unit * unit; }

/// The pictures of a scale. At scale 0 the engine has them; the others' frames lie one behind the other from `offset`
/// on.
struct Level {
    int w = 0, h = 0, pitch = 0;
    size_t picture_size = 0, offset = 0;  ///< bytes

    size_t frame_size() const { return 2 * picture_size; }
};

/// One byte of the four taps at `position` and behind it, where 8 is the filter's centre.
uint32_t tap_bytes(const Filter& filter, int position, int byte) {
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        const int distance = std::abs(position + i - kMaxRadius);
        if (distance <= filter.radius) word |= (filter.tap[distance] >> (8 * byte) & 0xffu) << (8 * i);
    }
    return word;
}

using WarpTaps = std::array<LaneTaps, 32>;

WarpTaps warp_taps(int scale) {
    WarpTaps taps{};
    for (int lane = 0; lane < 32; lane++)
        for (int i = 0; i < 4; i++) {
            const cuda::MatrixPlace place = cuda::place_in_a(lane, i);
            taps[lane].low[i] = tap_bytes(kFilters[scale], place.column - place.row, 0);
            taps[lane].high[i] = tap_bytes(kFilters[scale], place.column - place.row, 1);
            if (scale + 1 < kScales)
                taps[lane].next[i] = tap_bytes(kFilters[scale + 1], place.column - 2 * (place.row % 8), place.row / 8);
        }
    return taps;
}

/// How many steps a warp goes to the right so that `slots` blocks at a time are done first, with `rows` rows of blocks, `columns`
/// steps wide.
int quickest_steps(unsigned columns, unsigned rows, unsigned slots) {
    unsigned best = 1, best_cost = ~0u;
    for (unsigned steps = 1; steps <= Tuning::kMaxSteps; steps++) {
        const unsigned rounds = cuda::tiles(cuda::tiles(columns, steps) * rows, slots);
        const unsigned cost = rounds * (100 * steps + Tuning::kStartPercent);
        if (cost < best_cost) best = steps, best_cost = cost;
    }
    return static_cast<int>(best);
}

/// The same for the least work of blocks that fill the slots once. What they leave idle in the end other batches fill.
int thriftiest_steps(unsigned columns, unsigned rows, unsigned slots) {
    unsigned steps = Tuning::kMaxSteps;
    while (steps > 1 && cuda::tiles(columns, steps) * rows < slots) steps--;
    return static_cast<int>(steps);
}

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : plan_(variants),
          format_(format),
          slots_(static_cast<unsigned>(std::max(1, device.info().multiprocessors * Tuning::kBlocksPerProcessor))),
          log_table_(device.upload(kLogTable.data(), sizeof kLogTable)) {
        const unsigned frames = cuda::batch_capacity(format);
        size_t total = 0;
        for (int s = 0; s < kScales; s++) {
            Level& level = levels_[s];
            level.w = static_cast<int>(format.w >> s);
            level.h = static_cast<int>(format.h >> s);
            if (s == 0) continue;
            level.pitch = static_cast<int>(rounded_up(level.w * sizeof(uint16_t), 16));
            level.picture_size = rounded_up(size_t(level.pitch) * level.h, 256);
            level.offset = total;
            total += frames * level.frame_size();
        }
        pictures_ = device.allocate(std::max<size_t>(total, 1));
        std::array<WarpTaps, kScales> taps;
        for (int s = 0; s < kScales; s++) taps[s] = warp_taps(s);
        taps_ = device.upload(taps.data(), sizeof taps);
        for (size_t i = 0; i < std::size(kernels_); i++) kernels_[i] = device.kernel(kKernels, kNames[i]);
    }

    size_t raw_size() const override { return groups() * kScales * sizeof(RawSums); }

    unsigned turns() const override { return 2; }

    void enqueue(const cuda::Batch& batch) override {
        for (int s = 0; s < kScales && levels_[s].w > 0 && levels_[s].h > 0; s++) {
            ScaleArgs args = scale_args(s, batch);
            for (size_t group = 0; group < groups(); group++) {
                if (s >= plan_.first_scale()) args.raw = raw_sums(batch, s, group);
                launch_group(s, group, args, batch);
                args.next = nullptr;
            }
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        SharedSums sums[kScales];
        for (int s = 0; s < kScales; s++) {
            const RawSums first = load_sums<RawSums>(raw, s);
            sums[s] = {first.den_log, first.flat, first.flat_distortion, {}};
            for (size_t i = 0; i < plan_.gain_limits().size(); i++)
                sums[s].num_log.push_back(
                    load_sums<RawSums>(raw, i / kLaunchLimits * kScales + s).num_log[i % kLaunchLimits]);
        }
        for (size_t i = 0; i < plan_.variants(); i++) store_sums(out, i, plan_.variant_sums(i, sums));
    }

 private:
    /// Gain limits go in groups of what one launch handles; a second group repeats the filters.
    size_t groups() const { return cuda::tiles(static_cast<unsigned>(plan_.gain_limits().size()), kLaunchLimits); }

    std::byte* raw_sums(const cuda::Batch& batch, int scale, size_t group) const {
        const size_t offset = (group * kScales + scale) * sizeof(RawSums);
        return reinterpret_cast<std::byte*>(static_cast<uintptr_t>(batch.raw + offset));
    }

    cuda::PlanePairArg picture_pair(const Level& level, size_t frame) const {
        const auto* ref = pictures_.as<std::byte>(level.offset + frame * level.frame_size());
        return {{ref, level.pitch}, {ref + level.picture_size, level.pitch}};
    }

    ScaleArgs scale_args(int scale, const cuda::Batch& batch) const {
        const Level& level = levels_[scale];
        const VerticalShifts shifts = vertical_shifts(scale, static_cast<int>(format_.bpc));
        ScaleArgs args{.raw_stride = batch.raw_stride,
                       .taps = taps_.as<LaneTaps>(scale * sizeof(WarpTaps)),
                       .log_table = log_table_.as<uint16_t>(),
                       .w = level.w,
                       .h = level.h,
                       .mean_shift = shifts.mean,
                       .square_shift = shifts.square};
        for (size_t i = 0; i < batch.frames.size(); i++)
            args.frames[i] = scale == 0 ? cuda::plane_pair_arg(batch.frames[i], 0) : picture_pair(level, i);
        if (scale + 1 < kScales) {
            const Level& next = levels_[scale + 1];
            args.next = pictures_.as<std::byte>(next.offset);
            args.next_size = next.frame_size();
            args.next_pitch = next.pitch;
        }
        return args;
    }

    void launch_group(int scale, size_t group, ScaleArgs& args, const cuda::Batch& batch) const {
        if (!args.raw && !args.next) return;
        const std::vector<double>& limits = plan_.gain_limits();
        const size_t first = group * kLaunchLimits, count = std::min<size_t>(limits.size() - first, kLaunchLimits);
        std::copy_n(limits.begin() + static_cast<ptrdiff_t>(first), count, args.gain_limit);

        const auto frames = static_cast<unsigned>(batch.frames.size());
        const unsigned columns = cuda::tiles(args.w, Tuning::kStep);
        const unsigned rows = cuda::tiles(args.h, Tuning::kStep * Tuning::kWarps);
        // Behind a full batch there are others.
        const bool full = frames == cuda::batch_capacity(format_);
        args.steps = (full ? thriftiest_steps : quickest_steps)(columns, rows * frames, slots_);
        const size_t input = scale > 0 ? 2 : format_.sample_bytes() - 1;
        cuda::launch(kernels_[kLaunchLimits * input + count - 1],
                     {{cuda::tiles(columns, args.steps), rows, frames}, {32 * Tuning::kWarps}}, batch.stream, args);
    }

    Plan plan_;
    PictureFormat format_;
    unsigned slots_;  // blocks that the GPU works on at a time
    cuda::Buffer log_table_, taps_, pictures_;
    Level levels_[kScales];
    cuda::Kernel kernels_[std::size(kNames)];
};

}  // namespace

const cuda::KernelSet kKernels{"vif", vmaf_cuda_image_vif, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::vif
