// Launches butteraugli's kernels: the light at both sizes, then half the size up to its map, then the whole.
#include "metric/butteraugli/butteraugli_cuda.h"

#include <algorithm>
#include <cmath>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/butteraugli/butteraugli.h"
#include "metric/float/pictures_cuda.h"

extern "C" const unsigned char vmaf_cuda_image_butteraugli[];

namespace vmaf::butteraugli {
namespace {

constexpr const char *kLightU8 = "butteraugli_light_u8", *kLightU16 = "butteraugli_light_u16",
                     *kReceptorsOf = "butteraugli_receptors", *kLowBand = "butteraugli_low_band",
                     *kMidBandOf = "butteraugli_mid_band", *kFineBands = "butteraugli_fine_bands",
                     *kMasksOf = "butteraugli_masks", *kVisible = "butteraugli_visible",
                     *kPowers = "butteraugli_powers";
constexpr const char* kNames[] = {kLightU8,   kLightU16, kReceptorsOf, kLowBand, kMidBandOf,
                                  kFineBands, kMasksOf,  kVisible,     kPowers};

/// A launch over the places of a level.
cuda::LaunchShape shape(const LevelArgs& level, unsigned depth) {
    constexpr unsigned kSide = Tuning::kSide;
    return {
        {cuda::tiles(static_cast<unsigned>(level.w), kSide), cuda::tiles(static_cast<unsigned>(level.h), kSide), depth},
        {kSide, Tuning::kThreads / kSide}};
}

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : variants_(variants.size()),
          luminance_(static_cast<float>(variants[0].real("intensity_target"))),
          conversion_(variants[0], format),
          scales_(format),
          light_(device.kernel(kKernels, format.bpc > 8 ? kLightU16 : kLightU8)),
          receptors_(device.kernel(kKernels, kReceptorsOf)),
          low_band_(device.kernel(kKernels, kLowBand)),
          mid_band_(device.kernel(kKernels, kMidBandOf)),
          fine_bands_(device.kernel(kKernels, kFineBands)),
          masks_(device.kernel(kKernels, kMasksOf)),
          visible_(device.kernel(kKernels, kVisible)),
          powers_(device.kernel(kKernels, kPowers)) {
        for (int s = 0; s < scales_.count; s++) {
            const int w = scales_.w[s], h = scales_.h[s];
            const size_t plane = float_plane(w, h);
            memory_[s] = device.allocate(plane * kPlanesPerFrame * cuda::batch_capacity(format) * sizeof(float));
            levels_[s] = {reinterpret_cast<float*>(memory_[s].address()), w, h, float_pitch(w), plane};
        }
        for (int b = 0; b < kBlurs; b++) blurs_[b] = make_blur(static_cast<BlurName>(b));
    }

    size_t raw_size() const override { return static_cast<size_t>(scales_.h[0]) * sizeof(RawRow); }

    void enqueue(const cuda::Batch& batch) override {
        const auto frames = static_cast<unsigned>(batch.frames.size());
        read_light(batch);
        const LevelArgs &whole = levels_[0], &half = levels_[1];
        const bool halved = scales_.count > 1;
        if (halved) compare(batch, half, {});
        compare(batch, whole, {.half = half, .has_half = halved});
        const PowersArgs args{whole, reinterpret_cast<std::byte*>(batch.raw), batch.raw_stride};
        constexpr unsigned kRows = Tuning::kRowThreads / 32;
        cuda::launch(powers_, {{cuda::tiles(static_cast<unsigned>(whole.h), kRows), 1, frames}, {Tuning::kRowThreads}},
                     batch.stream, args);
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        Sums sums;
        for (int y = 0; y < scales_.h[0]; y++) {
            const auto row = load_sums<RawRow>(raw, static_cast<size_t>(y));
            for (int i = 0; i < 3; i++) sums.power[i] += row.power[i];
            sums.most = std::max(sums.most, row.most);
        }
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    void read_light(const cuda::Batch& batch) {
        const LightArgs args{.pictures = colour::batch_pictures(batch, conversion_),
                             .whole = levels_[0],
                             .half = levels_[1],
                             .has_half = scales_.count > 1};
        const auto frames = static_cast<unsigned>(batch.frames.size());
        constexpr unsigned kWide = Tuning::kQuadColumns, kTall = Tuning::kQuadRows;
        const cuda::Extent grid = {cuda::tiles(static_cast<unsigned>(scales_.w[0]), 2 * kWide),
                                   cuda::tiles(static_cast<unsigned>(scales_.h[0]), 2 * kTall), 2 * frames};
        cuda::launch(light_, {grid, {kWide, kTall}}, batch.stream, args);
    }

    BandArgs band(const LevelArgs& level, BlurName blur) const {
        return {.level = level, .blur = blurs_[blur], .luminance = luminance_, .root_of_bias = std::sqrt(kMaskBias)};
    }

    /// From the light of a level to its map.
    void compare(const cuda::Batch& batch, const LevelArgs& level, VisibleArgs visible) {
        const auto frames = static_cast<unsigned>(batch.frames.size());
        const cuda::LaunchShape both = shape(level, frames);
        cuda::launch(receptors_, shape(level, 2 * frames), batch.stream, band(level, kSmooth));
        cuda::launch(low_band_, both, batch.stream, band(level, kLow));
        BandArgs mid = band(level, kHigh), fine = band(level, kUltra);
        for (const Channel c : {kX, kY}) {
            mid.lines[c] = pair_weights(kMidBand, c);
            fine.lines[c] = pair_weights(kHighBand, c);
            fine.ultra_lines[c] = pair_weights(kUltraBand, c);
        }
        cuda::launch(mid_band_, both, batch.stream, mid);
        cuda::launch(fine_bands_, both, batch.stream, fine);
        cuda::launch(masks_, both, batch.stream, band(level, kMask));
        visible.level = level;
        cuda::launch(visible_, both, batch.stream, visible);
    }

    size_t variants_;
    float luminance_;
    colour::Conversion conversion_;
    Scales scales_;
    cuda::Kernel light_, receptors_, low_band_, mid_band_, fine_bands_, masks_, visible_, powers_;
    cuda::Buffer memory_[Scales::kMost];
    LevelArgs levels_[Scales::kMost] = {};
    Blur blurs_[kBlurs];
};

}  // namespace

const cuda::KernelSet kKernels{"butteraugli", vmaf_cuda_image_butteraugli, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::butteraugli
