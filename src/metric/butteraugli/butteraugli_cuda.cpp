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
                     *kReceptorsOf = "butteraugli_receptors", *kVisible = "butteraugli_visible",
                     *kPowers = "butteraugli_powers";
// By Work.
constexpr const char *kLowBand[] = {"butteraugli_low_band", "butteraugli_reference_low_band",
                                    "butteraugli_distorted_low_band"},
                     *kMidBandOf[] = {"butteraugli_mid_band", "butteraugli_reference_mid_band",
                                      "butteraugli_distorted_mid_band"},
                     *kFineBands[] = {"butteraugli_fine_bands", "butteraugli_reference_fine_bands",
                                      "butteraugli_distorted_fine_bands"},
                     *kMasksOf[] = {"butteraugli_masks", "butteraugli_reference_masks", "butteraugli_distorted_masks"};
constexpr const char* kNames[] = {kLightU8,      kLightU16,     kReceptorsOf,  kLowBand[0],   kLowBand[1],
                                  kLowBand[2],   kMidBandOf[0], kMidBandOf[1], kMidBandOf[2], kFineBands[0],
                                  kFineBands[1], kFineBands[2], kMasksOf[0],   kMasksOf[1],   kMasksOf[2],
                                  kVisible,      kPowers};

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
          visible_(device.kernel(kKernels, kVisible)),
          powers_(device.kernel(kKernels, kPowers)) {
        for (int s = 0; s < scales_.count; s++) {
            const int w = scales_.w[s], h = scales_.h[s];
            const size_t plane = float_plane(w, h);
            memory_[s] = device.allocate(plane * kPlanesPerFrame * cuda::batch_capacity(format) * sizeof(float));
            levels_[s] = {reinterpret_cast<float*>(memory_[s].address()), w, h, float_pitch(w), plane};
        }
        for (int b = 0; b < kBlurs; b++) blurs_[b] = make_blur(static_cast<BlurName>(b));
        for (const Work work : {kPair, kOfReference, kOfDistorted})
            bands_[work] = {device.kernel(kKernels, kLowBand[work]), device.kernel(kKernels, kMidBandOf[work]),
                            device.kernel(kKernels, kFineBands[work]), device.kernel(kKernels, kMasksOf[work])};
    }

    size_t raw_size() const override { return static_cast<size_t>(scales_.h[0]) * sizeof(RawRow); }

    void enqueue(const cuda::Batch& batch) override {
        const auto frames = static_cast<unsigned>(batch.frames.size());
        make(batch, batch.references.empty() ? kPair : kOfDistorted);
        const LevelArgs& whole = levels_[0];
        const PowersArgs args{whole, reinterpret_cast<std::byte*>(batch.raw), batch.raw_stride};
        constexpr unsigned kRows = Tuning::kRowThreads / 32;
        cuda::launch(powers_, {{cuda::tiles(static_cast<unsigned>(whole.h), kRows), 1, frames}, {Tuning::kRowThreads}},
                     batch.stream, args);
    }

    size_t reference_bytes() const override {
        size_t floats = 0;
        for (int s = 0; s < scales_.count; s++) floats += kReferencePlanes * levels_[s].plane;
        return floats * sizeof(float);
    }

    void prepare(const cuda::Batch& batch) override { make(batch, kOfReference); }

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
    /// From the samples to the map, or to what is kept of the reference.
    void make(const cuda::Batch& batch, Work work) {
        read_light(batch, work);
        const LevelArgs &whole = levels_[0], &half = levels_[1];
        const bool halved = scales_.count > 1;
        if (halved) compare(batch, work, half, {});
        compare(batch, work, whole, {.half = half, .has_half = halved});
    }

    void read_light(const cuda::Batch& batch, Work work) {
        const LightArgs args{.pictures = colour::batch_pictures(batch, conversion_),
                             .whole = levels_[0],
                             .half = levels_[1],
                             .has_half = scales_.count > 1,
                             .sides = sides_of(work)};
        constexpr unsigned kWide = Tuning::kQuadColumns, kTall = Tuning::kQuadRows;
        const cuda::Extent grid = {cuda::tiles(static_cast<unsigned>(scales_.w[0]), 2 * kWide),
                                   cuda::tiles(static_cast<unsigned>(scales_.h[0]), 2 * kTall),
                                   depth(batch, args.sides)};
        cuda::launch(light_, {grid, {kWide, kTall}}, batch.stream, args);
    }

    /// Of launches that see one picture at a time.
    static unsigned depth(const cuda::Batch& batch, SidesArg sides) {
        return static_cast<unsigned>(sides.count) * static_cast<unsigned>(batch.frames.size());
    }

    /// What is kept of the references at a level, or where pairs have their masks.
    ReferenceArgs references(const cuda::Batch& batch, const LevelArgs& level) const {
        const size_t before = &level == &levels_[0] ? 0 : kReferencePlanes * levels_[0].plane;
        ReferenceArgs args{};
        for (unsigned i = 0; i < batch.frames.size(); i++)
            args.of[i] = batch.references.empty()
                             ? level.row(i, kBlurredMask, 0)
                             : reinterpret_cast<float*>(static_cast<uintptr_t>(batch.references[i])) + before;
        return args;
    }

    /// From the light of a level to its map, or to what is kept of the reference.
    void compare(const cuda::Batch& batch, Work work, const LevelArgs& level, VisibleArgs visible) {
        BandArgs args{.level = level,
                      .luminance = luminance_,
                      .root_of_bias = std::sqrt(kMaskBias),
                      .reference = references(batch, level),
                      .sides = sides_of(work)};
        const cuda::LaunchShape frames = shape(level, static_cast<unsigned>(batch.frames.size()));
        const auto launch = [&](const cuda::Kernel& kernel, const cuda::LaunchShape& places, BlurName blur) {
            args.blur = blurs_[blur];
            cuda::launch(kernel, places, batch.stream, args);
        };
        const Bands& bands = bands_[work];
        launch(receptors_, shape(level, depth(batch, args.sides)), kSmooth);
        launch(bands.low, frames, kLow);
        for (const Channel c : {kX, kY}) args.lines[c] = pair_weights(kMidBand, c);
        launch(bands.mid, frames, kHigh);
        for (const Channel c : {kX, kY}) {
            args.lines[c] = pair_weights(kHighBand, c);
            args.ultra_lines[c] = pair_weights(kUltraBand, c);
        }
        launch(bands.fine, frames, kUltra);
        launch(bands.masks, frames, kMask);
        if (work == kOfReference) return;
        visible.level = level;
        visible.reference = args.reference;
        cuda::launch(visible_, frames, batch.stream, visible);
    }

    struct Bands {
        cuda::Kernel low, mid, fine, masks;
    };

    size_t variants_;
    float luminance_;
    colour::Conversion conversion_;
    Scales scales_;
    cuda::Kernel light_, receptors_, visible_, powers_;
    Bands bands_[3];  ///< by Work
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
