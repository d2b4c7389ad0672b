// ciede: the mean CIEDE2000 colour difference of two pictures, in decibels.
#pragma once

#include <cstdint>

#include "base/exact_sum.h"
#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/ciede.md. Floating point with every rounding fixed; the sum is an integer, so every backend agrees to the bit.
extern const Metric kCiede;

namespace ciede {

struct Sums {
    WideSum difference;  ///< CIEDE2000 of all pixels, in Q40

    bool operator==(const Sums&) const = default;
};

/// Samples of a part of a row of one picture, chroma at luma's resolution. Whole vectors may be read; behind the pixels in use all is 0.
struct Pixels {
    static constexpr unsigned kMost = 256;  ///< what is made of them stays in a processor's first cache

    alignas(64) uint16_t y[kMost], u[kMost], v[kMost];
};

/// Sum of the terms of the first `count` pixels of two pictures of this depth, 1 to Pixels::kMost, in Q40.
using SumFunction = int64_t (*)(const Pixels& ref, const Pixels& dis, unsigned count, unsigned bpc);

/// The pass on the CPU, whose loop over pixels is a parameter.
std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, SumFunction sum);
/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace ciede
}  // namespace vmaf
