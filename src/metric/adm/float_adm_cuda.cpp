// float_adm on the GPU, host side: lays out pictures, bands and terms, launches, adds up the rows' sums.
#include "metric/adm/float_adm_cuda.h"

#include <algorithm>

#include "cuda/driver/device.h"
#include "cuda/driver/launch.h"
#include "cuda/engine/extractor.h"
#include "metric/adm/float_adm.h"
#include "metric/float/device_row_sums.h"

extern "C" const unsigned char vmaf_cuda_image_float_adm[];

namespace vmaf::float_adm {
namespace {

constexpr const char *kWaveletU8 = "float_adm_wavelet_u8", *kWaveletU16 = "float_adm_wavelet_u16",
                     *kWaveletF32 = "float_adm_wavelet_f32", *kTerms = "float_adm_terms", *kRows = "float_adm_rows";
constexpr const char* kNames[] = {kWaveletU8, kWaveletU16, kWaveletF32, kTerms, kRows};

int region_w(const ScalePlan& scale) { return scale.right - scale.left; }
int region_h(const ScalePlan& scale) { return scale.bottom - scale.top; }

class CudaExtractor final : public cuda::Extractor {
 public:
    CudaExtractor(Variants variants, const PictureFormat& format, cuda::Device& device)
        : plan_(variants[0], format),
          gain_limits_(variants),
          first_wavelet_(device.kernel(kKernels, format.bpc > 8 ? kWaveletU16 : kWaveletU8)),
          wavelet_(device.kernel(kKernels, kWaveletF32)),
          term_kernel_(device.kernel(kKernels, kTerms)),
          row_kernel_(device.kernel(kKernels, kRows)) {
        const std::vector<float> limits(gain_limits_.distinct.begin(), gain_limits_.distinct.end());
        device_limits_ = device.upload(limits.data(), limits.size() * sizeof(float));
        const size_t frames = cuda::batch_capacity(format);
        for (int s = 0; s < kScales; s++) {
            const ScalePlan& scale = plan_.scale[s];
            low_[s] = device.allocate(2 * frames * float_plane(scale.w, scale.h) * sizeof(float));
            raw_rows_[s] = row_sums_;
            if (s >= plan_.first_scale()) row_sums_ += planes() * static_cast<size_t>(region_h(scale));
        }
        const ScalePlan& largest = plan_.scale[plan_.first_scale()];
        bands_ = device.allocate(2 * kBands * frames * float_plane(largest.w, largest.h) * sizeof(float));
        terms_ = device.allocate(planes() * frames * float_plane(region_w(largest), region_h(largest)) * sizeof(float));
    }

    size_t raw_size() const override { return row_sums_ * sizeof(float); }

    void enqueue(const cuda::Batch& batch) override {
        for (int s = 0; s < kScales; s++) {
            launch_wavelet(s, batch);
            if (s >= plan_.first_scale()) launch_terms(s, batch);
        }
    }

    void collect(const std::byte* raw, std::byte* out) const override {
        std::vector<Sums> sums(gain_limits_.distinct.size());
        for (int s = plan_.first_scale(); s < kScales; s++) {
            const auto rows = static_cast<size_t>(region_h(plan_.scale[s]));
            const auto sum = [&](size_t plane) { return sum_of_rows(raw, raw_rows_[s] + plane * rows, rows); };
            for (size_t b = 0; b < kBands; b++)
                for (size_t i = 0; i < sums.size(); i++) {
                    ScaleSums& scale = sums[i].scale[s];
                    scale.reference[b] = i == 0 ? sum(b) : sums[0].scale[s].reference[b];
                    scale.restored[b] = sum((1 + 2 * i) * kBands + b);
                    scale.additive[b] = sum((2 + 2 * i) * kBands + b);
                }
        }
        for (size_t i = 0; i < gain_limits_.of_variant.size(); i++)
            store_sums(out, i, sums[gain_limits_.of_variant[i]]);
    }

 private:
    int limits() const { return static_cast<int>(gain_limits_.distinct.size()); }
    size_t planes() const { return static_cast<size_t>(term_planes(limits())); }

    void launch_wavelet(int s, const cuda::Batch& batch) const {
        const ScalePlan& scale = plan_.scale[s];
        WaveletArgs args{.source = {.frames = {}, .w = scale.source_w, .h = scale.source_h, .samples = plan_.samples},
                         .low = low_[s].as<float>(),
                         .bands = s >= plan_.first_scale() ? bands_.as<float>() : nullptr,
                         .w = scale.w,
                         .h = scale.h,
                         .pitch = float_pitch(scale.w)};
        for (size_t i = 0; i < batch.frames.size(); i++) {
            const size_t pair = 2 * i * float_plane(scale.source_w, scale.source_h) * sizeof(float);
            args.source.frames[i] = s == 0
                                        ? cuda::plane_pair_arg(batch.frames[i], 0)
                                        : float_pair(low_[s - 1].as<const float>(pair), scale.source_w, scale.source_h);
        }
        const cuda::Extent grid = {cuda::tiles(static_cast<unsigned>(scale.w), Tuning::kBandColumns),
                                   cuda::tiles(static_cast<unsigned>(scale.h), Tuning::kBandRows),
                                   2 * static_cast<unsigned>(batch.frames.size())};
        cuda::launch(s == 0 ? first_wavelet_ : wavelet_, {grid, {Tuning::kThreads}}, batch.stream, args);
    }

    void launch_terms(int s, const cuda::Batch& batch) const {
        const ScalePlan& scale = plan_.scale[s];
        const auto frames = static_cast<unsigned>(batch.frames.size()), w = static_cast<unsigned>(region_w(scale)),
                   h = static_cast<unsigned>(region_h(scale));
        TermArgs args{.bands = bands_.as<const float>(),
                      .w = scale.w,
                      .h = scale.h,
                      .pitch = float_pitch(scale.w),
                      .left = scale.left,
                      .top = scale.top,
                      .right = scale.right,
                      .bottom = scale.bottom,
                      .weight = {},
                      .power = plan_.power,
                      .masks = plan_.masks,
                      .gain_limits = device_limits_.as<const float>(),
                      .limits = limits(),
                      .terms = terms_.as<float>(),
                      .terms_pitch = float_pitch(region_w(scale))};
        std::copy(std::begin(scale.weight), std::end(scale.weight), args.weight);
        const cuda::Extent grid = {cuda::tiles(w, Tuning::kColumns), cuda::tiles(h, Tuning::kRows), frames};
        cuda::launch(term_kernel_, {grid, {Tuning::kThreads}}, batch.stream, args);
        launch_row_sums(row_kernel_, batch, args.terms, planes(), region_w(scale), region_h(scale), raw_rows_[s]);
    }

    Plan plan_;
    adm::GainLimits gain_limits_;
    cuda::Kernel first_wavelet_, wavelet_, term_kernel_, row_kernel_;
    cuda::Buffer device_limits_, low_[kScales], bands_, terms_;
    size_t raw_rows_[kScales] = {}, row_sums_ = 0;  ///< where a scale's rows start in the raw result; all of them
};

}  // namespace

const cuda::KernelSet kKernels{"float_adm", vmaf_cuda_image_float_adm, kNames};

std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device) {
    return std::make_unique<CudaExtractor>(variants, format, device);
}

}  // namespace vmaf::float_adm
