// butteraugli: how far a viewer is from not seeing a difference, by a model of the eye in four bands of spatial frequency at two resolutions.
#pragma once

#include "metric/butteraugli/butteraugli_math.h"
#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/butteraugli.md. Floating point with every rounding and every order fixed, the same bits on every backend.
extern const Metric kButteraugli;

namespace butteraugli {

/// What a frame's map of differences leaves for the scorer.
struct Sums {
    double power[3] = {};  ///< sums of the third, sixth and twelfth powers
    double most = 0;

    bool operator==(const Sums&) const = default;
};

inline constexpr unsigned kLeastSide = 8;

/// Whole and half size; the half is left out of small pictures.
struct Scales {
    explicit Scales(const PictureFormat& format);

    static constexpr int kMost = 2;
    int count;
    int w[kMost], h[kMost];
};

/// The taps of one of the blurs.
Blur make_blur(BlurName name);

/// What the lines of a band of X or Y are seen in.
enum Band { kMidBand, kHighBand, kUltraBand, kBands };
PairWeights pair_weights(Band band, Channel channel);

/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace butteraugli
}  // namespace vmaf
