// Launches cambi's kernels.
#include "metric/cambi/cambi_cuda.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/cambi/cambi.h"

extern "C" const unsigned char vmaf_cuda_image_cambi[];

namespace vmaf::cambi {
namespace {

static_assert(kRoles == 2);

constexpr const char* kNames[] = {"cambi_prepare_u8",
                                  "cambi_prepare_u16",
                                  "cambi_filter_0",
                                  "cambi_filter_1",
                                  "cambi_filter_2",
                                  "cambi_filter_3",
                                  "cambi_filter_4",
                                  "cambi_confidences_u8_1",
                                  "cambi_confidences_u8_2",
                                  "cambi_confidences_u8_4",
                                  "cambi_confidences_u8_8",
                                  "cambi_confidences_u8_16",
                                  "cambi_confidences_u8_32",
                                  "cambi_confidences_u16_1",
                                  "cambi_confidences_u16_2",
                                  "cambi_confidences_u16_4",
                                  "cambi_confidences_u16_8",
                                  "cambi_confidences_u16_16",
                                  "cambi_confidences_u16_32",
                                  "cambi_count_0",
                                  "cambi_count_1",
                                  "cambi_count_2",
                                  "cambi_sum_largest",
                                  "cambi_draw_heatmaps"};

constexpr int kStepKinds = std::bit_width(unsigned{kMaxSteps});  // numbers of steps are powers of two

/// Where kNames has the first kernel of each kind.
enum FirstName : int {
    kPrepare = 0,                                     // by bytes of a sample
    kFilter = kPrepare + 2,                           // by scale
    kFindConfidences = kFilter + kScales,             // by bytes of a count, then by logarithm of the steps
    kCountDigit = kFindConfidences + 2 * kStepKinds,  // by digit
    kSumLargest = kCountDigit + kDigits,
    kDrawHeatmaps,
    kNamesEnd
};
static_assert(std::size(kNames) == kNamesEnd);

/// Where a role's planes lie in a frame's scratch memory, and which blocks work on them.
struct Layout {
    explicit Layout(const Geometry& geometry) {
        const unsigned rows = static_cast<unsigned>(std::max(Tuning::kRows, 2 * geometry.radius()));
        band_rows = static_cast<int>(rows);
        groups = (Tuning::kColumns + 2 * geometry.radius() + Tuning::kGroup - 1) / Tuning::kGroup;
        in_device_memory = geometry.window > kMaxByteWindow;
        for (int i = 0; i < kScales; i++) {
            const auto w = static_cast<unsigned>(geometry.width(i)), h = static_cast<unsigned>(geometry.height(i));
            const unsigned across = cuda::tiles(w, Tuning::kColumns);
            scale[i] = {static_cast<int>(w),      static_cast<int>(h),      pixels,  static_cast<int>(strips),
                        static_cast<int>(across), static_cast<int>(chunks), heatmaps};
            const size_t count = size_t{w} * h;
            constexpr size_t kAlignment = 64;
            heatmaps += count;
            pixels += (count + kAlignment - 1) / kAlignment * kAlignment;
            strips += across * cuda::tiles(h, rows);
            chunks += static_cast<unsigned>((count + Tuning::kCountValues - 1) / Tuning::kCountValues);
        }
        if (in_device_memory) {
            cell_words = Tuning::kWideCells / 2;
        } else {
            const int words = groups * (Tuning::kGroup + kByteCounts.group_words);  // for each word of a column
            cell_words = std::min(Tuning::kCellWords, Tuning::kSharedBytes / 4 / words);
            cell_words -= 1 - cell_words % 2;
        }
    }

    /// Of the counts of a block.
    size_t count_words() const {
        const int group_words = (in_device_memory ? kWideCounts : kByteCounts).group_words;
        return static_cast<size_t>(groups) * (Tuning::kGroup + group_words) * cell_words;
    }

    ScaleArg scale[kScales];
    size_t pixels = 0;    ///< of all scales
    size_t heatmaps = 0;  ///< likewise, without gaps
    unsigned strips = 0, chunks = 0;
    int band_rows, groups, cell_words;
    bool in_device_memory;
};

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(size_t wide_bytes, Variants variants, const PictureFormat& format, cuda::Device& device)
        : setup_(variants[0], format), variants_(variants.size()) {
        const auto kernel = [&](int name) { return device.kernel(kKernels, kNames[name]); };
        prepare_ = kernel(kPrepare + (format.bpc > 8));
        for (int i = 0; i < kScales; i++) filter_[i] = kernel(kFilter + i);
        for (int i = 0; i < kDigits; i++) count_[i] = kernel(kCountDigit + i);
        sum_largest_ = kernel(kSumLargest);
        draw_heatmaps_ = kernel(kDrawHeatmaps);
        for (const OptionValues& options : variants)
            if (const size_t pixels = heatmap_pixels(options, setup_.geometry[kDistorted])) {
                heatmap_pixels_ = pixels;
                heatmap_copies_++;
            }
        first_step_ = device.upload(setup_.steps.first, sizeof setup_.steps.first);
        std::vector<uint64_t> pooled;
        for (const OptionValues& options : variants)
            for (const Geometry& geometry : setup_.geometry)
                for (int i = 0; i < kScales; i++) pooled.push_back(Setup::pooled(options, geometry, i));
        pooled_ = device.upload(pooled.data(), pooled.size() * sizeof pooled[0]);
        host_pooled_ = std::move(pooled);
        int window = 0;
        for (size_t role = 0; role < setup_.roles; role++) {
            roles_.emplace_back(setup_.geometry[role], device, format, setup_.steps.count);
            window = std::max(window, setup_.geometry[role].window);
        }
        const std::vector<float> table = reciprocals(window * window + 1);
        reciprocals_ = device.upload(table.data(), table.size() * sizeof table[0]);
        allocate(device, cuda::batch_capacity(format), wide_bytes);
    }

    size_t raw_size() const override { return heatmaps_at() + heatmap_pixels_ * sizeof(uint16_t); }

    void enqueue(const cuda::Batch& batch) override {
        for (size_t role = 0; role < setup_.roles; role++) {
            const Args args = make_args(batch, role);
            const Layout& layout = roles_[role].layout;
            const auto frames = static_cast<unsigned>(batch.frames.size());
            const auto launch = [&](const cuda::Kernel& kernel, cuda::Extent grid, cuda::Extent block,
                                    unsigned shared = 0) {
                grid.z = frames;
                cuda::launch(kernel, {grid, block, shared}, batch.stream, args);
            };
            launch(prepare_,
                   area(args.w, args.h, Tuning::kPrepareColumns, Tuning::kPrepareRows * Tuning::kPrepareWarps),
                   {32, Tuning::kPrepareWarps});
            for (int i = 0; i < kScales; i++)
                launch(filter_[i],
                       area(layout.scale[i].w, layout.scale[i].h, Tuning::kFilterColumns, Tuning::kFilterRows),
                       {Tuning::kFilterColumns, Tuning::kFilterRows / Tuning::kFilterDown});
            const unsigned blocks = layout.in_device_memory ? wide_blocks_ / frames : layout.strips;
            launch(roles_[role].confidences, {std::min(blocks, layout.strips)}, {Tuning::kColumns},
                   layout.in_device_memory ? 0 : static_cast<unsigned>(layout.count_words() * 4));
            const cuda::Extent counting{layout.chunks, static_cast<unsigned>(variants_)};
            for (const cuda::Kernel& count : count_) launch(count, counting, {Tuning::kCountThreads});
            launch(sum_largest_, counting, {Tuning::kCountThreads});
            if (role == kDistorted && heatmap_pixels_) launch(draw_heatmaps_, {layout.chunks}, {Tuning::kCountThreads});
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        const auto totals = load_sums<Totals>(raw);
        for (size_t i = 0; i < variants_; i++) {
            const auto selected = load_sums<Selected>(raw + sizeof(Totals), i);
            Sums sums;
            for (size_t role = 0; role < setup_.roles; role++)
                for (int scale = 0; scale < kScales; scale++)
                    sums.largest[role][scale] =
                        pooled_sum(totals.scale[role][scale], selected.scale[role][scale],
                                   host_pooled_[(i * kRoles + role) * kScales + static_cast<size_t>(scale)]);
            store_sums(out, i, sums);
        }
        std::byte* copy = artefacts<Sums>(out, variants_);
        for (size_t i = 0; i < heatmap_copies_; i++) {
            std::copy_n(raw + heatmaps_at(), heatmap_pixels_ * sizeof(uint16_t), copy);
            copy += heatmap_pixels_ * sizeof(uint16_t);
        }
    }

 private:
    struct RoleWork {
        RoleWork(const Geometry& geometry, cuda::Device& device, const PictureFormat& format, int steps)
            : layout(geometry),
              confidences(device.kernel(kKernels, kNames[confidences_name(layout.in_device_memory, steps)])) {
            if (geometry.w == static_cast<int>(format.w) && geometry.h == static_cast<int>(format.h)) return;
            columns = upload(picked_samples(static_cast<int>(format.w), geometry.w), device);
            rows = upload(picked_samples(static_cast<int>(format.h), geometry.h), device);
        }
        static int confidences_name(bool wide, int steps) {
            return kFindConfidences + wide * kStepKinds + std::bit_width(static_cast<unsigned>(steps)) - 1;
        }
        static cuda::Buffer upload(const std::vector<int>& table, cuda::Device& device) {
            return device.upload(table.data(), table.size() * sizeof table[0]);
        }

        Layout layout;
        cuda::Buffer columns, rows;  ///< samples that are picked; empty: all
        cuda::Kernel confidences;
    };

    static cuda::Extent area(int w, int h, unsigned columns, unsigned rows) {
        return {cuda::tiles(static_cast<unsigned>(w), columns), cuda::tiles(static_cast<unsigned>(h), rows)};
    }

    static WideSum pooled_sum(const Totals::Scale& totals, const Selected::Scale& selected, uint64_t pooled) {
        if (totals.positives <= pooled) return totals.sum.joined();
        WideSum sum = selected.sum.joined();
        sum.add(fixed_point(confidence_of(static_cast<uint32_t>(selected.rank))), pooled - selected.above);
        return sum;
    }

    /// Scratch memory, which one role uses after the other.
    void allocate(cuda::Device& device, size_t frames, size_t wide_bytes) {
        size_t wide_block = 0, wide_strips = 0;
        for (const RoleWork& role : roles_) {
            plane_ = std::max(plane_, role.layout.pixels);
            if (!role.layout.in_device_memory) continue;
            wide_block = std::max(wide_block, role.layout.count_words() * sizeof(uint32_t));
            wide_strips = std::max(wide_strips, size_t{role.layout.strips});
        }
        counted_ = device.allocate(plane_ * frames * sizeof(uint16_t));
        confidences_ = device.allocate(plane_ * frames * sizeof(float));
        bins_ = device.allocate(frame_bins() * frames * sizeof(uint32_t));
        if (!wide_block) return;
        wide_blocks_ = static_cast<unsigned>(std::clamp(wide_bytes / wide_block, frames, wide_strips * frames));
        wide_counts_ = device.allocate(wide_blocks_ * wide_block);
    }

    /// In a frame's raw result.
    size_t heatmaps_at() const { return sizeof(Totals) + variants_ * sizeof(Selected); }
    size_t frame_bins() const { return variants_ * kScales * kBins; }

    Args make_args(const cuda::Batch& batch, size_t role) const {
        const Geometry& geometry = setup_.geometry[role];
        const RoleWork& work = roles_[role];
        Args args{.w = geometry.w,
                  .h = geometry.h,
                  .columns = reinterpret_cast<const int*>(work.columns.address()),
                  .rows = reinterpret_cast<const int*>(work.rows.address()),
                  .bpc = setup_.format.bpc,
                  .smooth = setup_.smooth,
                  .halve_first = geometry.halve_first,
                  .threshold = mask_threshold(geometry.w, geometry.h),
                  .role = static_cast<int>(role),
                  .radius = geometry.radius(),
                  .all_strips = static_cast<int>(work.layout.strips),
                  .band_rows = work.layout.band_rows,
                  .cell_words = work.layout.cell_words,
                  .steps = setup_.steps.count,
                  .lowest = setup_.steps.lowest,
                  .highest = setup_.steps.highest,
                  .first_step = reinterpret_cast<const uint8_t*>(first_step_.address()),
                  .reciprocals = reinterpret_cast<const float*>(reciprocals_.address()),
                  // The filters are done with the levels before there are confidences.
                  .levels = reinterpret_cast<uint16_t*>(confidences_.address()),
                  .counted = reinterpret_cast<uint16_t*>(counted_.address()),
                  .confidences = reinterpret_cast<float*>(confidences_.address()),
                  .plane = plane_,
                  .bins = reinterpret_cast<uint32_t*>(bins_.address()),
                  .frame_bins = frame_bins(),
                  .wide_counts = reinterpret_cast<uint16_t*>(wide_counts_.address()),
                  .wide_block = work.layout.count_words() * 2,
                  .pooled = reinterpret_cast<const uint64_t*>(pooled_.address()),
                  .heatmaps = heatmaps_at(),
                  .heat_scaling = setup_.heat_scaling(geometry),
                  .raw = reinterpret_cast<std::byte*>(batch.raw),
                  .raw_stride = batch.raw_stride};
        std::copy(std::begin(work.layout.scale), std::end(work.layout.scale), args.scale);
        for (size_t i = 0; i < batch.frames.size(); i++)
            args.frames[i] = cuda::plane_arg(role == kDistorted ? batch.frames[i].dis : batch.frames[i].ref, 0);
        return args;
    }

    Setup setup_;
    size_t variants_;
    std::vector<uint64_t> host_pooled_;  ///< [variant][role][scale]
    std::vector<RoleWork> roles_;
    size_t plane_ = 0;
    unsigned wide_blocks_ = 0;                        ///< that have memory for wide counts
    size_t heatmap_pixels_ = 0, heatmap_copies_ = 0;  ///< of a frame; variants that want them
    cuda::Buffer first_step_, reciprocals_, pooled_;
    cuda::Buffer counted_, confidences_, bins_, wide_counts_;
    cuda::Kernel prepare_, filter_[kScales], count_[kDigits], sum_largest_, draw_heatmaps_;
};

}  // namespace

const cuda::KernelSet kKernels{"cambi", vmaf_cuda_image_cambi, kNames};

std::unique_ptr<cuda::Extractor> make_cuda_within(size_t wide_bytes, Variants variants, const PictureFormat& format,
                                                  cuda::Device& device) {
    return std::make_unique<CudaExtractor>(wide_bytes, variants, format, device);
}

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return make_cuda_within(kMaxWideBytes, variants, format, device);
}

}  // namespace vmaf::cambi
