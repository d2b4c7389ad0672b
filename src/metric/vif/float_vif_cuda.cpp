// float_vif on the GPU, host side: lays out the pyramid of scales and the terms, launches, adds up the rows' sums.
#include "metric/vif/float_vif_cuda.h"

#include <algorithm>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/float/device_resampling.h"
#include "metric/float/device_row_sums.h"
#include "metric/vif/float_vif.h"

extern "C" const unsigned char vmaf_cuda_image_float_vif[];

namespace vmaf::float_vif {
namespace {

/// By type of the samples.
constexpr const char *kTerms[] = {"float_vif_terms_u8", "float_vif_terms_u16", "float_vif_terms_f32"},
                     *kHalve[] = {"float_vif_halve_u8", "float_vif_halve_u16", "float_vif_halve_f32"},
                     *kResample[] = {"float_vif_resample_u8", "float_vif_resample_u16"}, *kRows = "float_vif_rows";
constexpr const char* kNames[] = {kTerms[0], kTerms[1], kTerms[2],    kHalve[0],   kHalve[1],
                                  kHalve[2], kRows,     kResample[0], kResample[1]};
enum SampleType { kU8, kU16, kF32 };

size_t plane_of(Size size) { return float_plane(size.w, size.h); }

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : plan_(variants, format),
          type_(format.bpc > 8 ? kU16 : kU8),
          gain_limits_(device.upload(plan_.gain_limits.data(), plan_.gain_limits.size() * sizeof(float))),
          rows_(device.kernel(kKernels, kRows)) {
        const size_t frames = cuda::batch_capacity(format);
        for (int s = plan_.resamples() ? 0 : 1; s < kScales; s++)
            pictures_[s] = device.allocate(std::max<size_t>(2 * frames * plane_of(plan_.size[s]), 1) * sizeof(float));
        const Size largest = plan_.size[plan_.variants.first_scale()];
        terms_ = device.allocate(std::max<size_t>(frames * planes() * plane_of(largest), 1) * sizeof(float));
        for (int s = 0; s < kScales; s++) {
            const SampleType type = sample_type(s);
            term_kernels_[s] = device.kernel(kKernels, kTerms[type]);
            halve_kernels_[s] = device.kernel(kKernels, kHalve[type]);
            raw_rows_[s] = row_sums_;
            row_sums_ += planes() * static_cast<size_t>(plan_.size[s].h);
        }
        if (!plan_.resamples()) return;
        resample_ = device.kernel(kKernels, kResample[type_]);
        resampling_ = {plan_.source.w, plan_.source.h, plan_.size[0].w, plan_.size[0].h, plan_.resampling, device};
    }

    size_t raw_size() const override { return row_sums_ * sizeof(float); }

    void enqueue(const cuda::Batch& batch) override {
        if (plan_.resamples()) launch_resample(batch);
        for (int s = 0; s < kScales && plan_.size[s].w > 0 && plan_.size[s].h > 0; s++) {
            if (s >= plan_.variants.first_scale()) launch_terms(s, batch);
            if (s + 1 < kScales && plan_.size[s + 1].w > 0 && plan_.size[s + 1].h > 0) launch_halve(s, batch);
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        SharedSums sums[kScales];
        for (int s = 0; s < kScales; s++) {
            const auto rows = static_cast<size_t>(plan_.size[s].h);
            for (size_t p = 0; p < planes(); p++) {
                const float sum = sum_of_rows(raw, raw_rows_[s] + p * rows, rows);
                if (p + 1 < planes())
                    sums[s].num.push_back(sum);
                else
                    sums[s].den = sum;
            }
        }
        plan_.store(sums, out);
    }

 private:
    /// Of terms: num by gain limit, den.
    size_t planes() const { return plan_.gain_limits.size() + 1; }
    SampleType sample_type(int scale) const { return scale > 0 || plan_.resamples() ? kF32 : type_; }

    PictureSource engine_source(const cuda::Batch& batch) const {
        PictureSource source{.w = plan_.source.w, .h = plan_.source.h, .samples = plan_.samples};
        for (size_t i = 0; i < batch.frames.size(); i++) source.frames[i] = cuda::plane_pair_arg(batch.frames[i], 0);
        return source;
    }

    PictureSource source(int scale, const cuda::Batch& batch) const {
        if (sample_type(scale) != kF32) return engine_source(batch);
        PictureSource source{.w = plan_.size[scale].w, .h = plan_.size[scale].h, .samples = plan_.samples};
        for (size_t i = 0; i < batch.frames.size(); i++)
            source.frames[i] =
                float_pair(pictures_[scale].as<const float>(2 * i * plane_of(plan_.size[scale]) * sizeof(float)),
                           source.w, source.h);
        return source;
    }

    void launch_resample(const cuda::Batch& batch) const {
        const ScaledArgs args{.source = engine_source(batch),
                              .scale = resampling_.arg(),
                              .out = pictures_[0].as<float>(),
                              .pitch = float_pitch(plan_.size[0].w)};
        cuda::launch(resample_,
                     {grid<Tuning::kScaledColumns, Tuning::kScaledRows>(plan_.size[0], 2 * batch.frames.size()),
                      {Tuning::kScaledColumns, Tuning::kScaledRows}},
                     batch.stream, args);
    }

    void launch_terms(int s, const cuda::Batch& batch) const {
        const Size size = plan_.size[s];
        TermArgs args{.source = source(s, batch),
                      .filter = {},
                      .taps = static_cast<int>(plan_.filter[s].size()),
                      .noise = plan_.noise,
                      .gain_limits = gain_limits_.as<const float>(),
                      .limits = static_cast<int>(plan_.gain_limits.size()),
                      .terms = terms_.as<float>(),
                      .pitch = float_pitch(size.w)};
        std::copy(plan_.filter[s].begin(), plan_.filter[s].end(), args.filter + kTapMargin);
        constexpr unsigned kMoments = 5;
        const unsigned shared =
            kMoments * Tuning::kRows * static_cast<unsigned>(tile_columns(args.taps)) * sizeof(float);
        cuda::launch(term_kernels_[s],
                     {grid<Tuning::kColumns, Tuning::kRows>(size, batch.frames.size()), {Tuning::kThreads}, shared},
                     batch.stream, args);
        launch_row_sums(rows_, batch, args.terms, planes(), size.w, size.h, raw_rows_[s]);
    }

    void launch_halve(int s, const cuda::Batch& batch) const {
        const Size next = plan_.size[s + 1];
        HalfArgs args{.source = source(s, batch),
                      .filter = {},
                      .taps = static_cast<int>(plan_.filter[s + 1].size()),
                      .out = pictures_[s + 1].as<float>(),
                      .w = next.w,
                      .h = next.h,
                      .pitch = float_pitch(next.w)};
        std::copy(plan_.filter[s + 1].begin(), plan_.filter[s + 1].end(), args.filter);
        cuda::launch(halve_kernels_[s],
                     {grid<Tuning::kHalfColumns, Tuning::kHalfRows>(next, batch.frames.size()), {Tuning::kThreads}},
                     batch.stream, args);
    }

    template <unsigned kColumns, unsigned kRows>
    static cuda::Extent grid(Size size, size_t frames) {
        return {cuda::tiles(static_cast<unsigned>(size.w), kColumns), cuda::tiles(static_cast<unsigned>(size.h), kRows),
                static_cast<unsigned>(frames)};
    }

    Plan plan_;
    SampleType type_;  ///< of the engine's pictures
    cuda::Buffer gain_limits_, terms_, pictures_[kScales];
    DeviceResampling resampling_;
    cuda::Kernel rows_, resample_, term_kernels_[kScales], halve_kernels_[kScales];
    size_t raw_rows_[kScales] = {}, row_sums_ = 0;  ///< where a scale's rows start in the raw result; all of them
};

}  // namespace

const cuda::KernelSet kKernels{"float_vif", vmaf_cuda_image_float_vif, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::float_vif
