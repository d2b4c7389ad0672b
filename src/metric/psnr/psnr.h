// PSNR: squared errors per plane, scored per frame and over the whole stream.
#pragma once

#include <cstdint>

#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/psnr.md. Integer, exact on every backend.
extern const Metric kPsnr;
/// The same of luma alone, with the peak and the cap of libvmaf's extractor on floats.
extern const Metric kFloatPsnr;

namespace psnr {

struct Sums {
    uint64_t sse[3] = {};  ///< squared errors of each plane; 0 for planes that take no part

    bool operator==(const Sums&) const = default;
};

/// How many planes take part; a metric without the option for chroma takes luma.
unsigned plane_count(const OptionValues& options, const PictureFormat& format);

/// Sum of squared errors of plane p of two pictures of one format. `bits` becomes at least the or of both planes' samples of 9 to 15 bits, as
/// OrSamples gives it; beyond the depth's largest sample the sum means nothing.
using SseFunction = uint64_t (*)(const PictureView& ref, const PictureView& dis, unsigned p, unsigned& bits);

/// The pass on the CPU, whose loops over samples are a parameter.
std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, SseFunction sse);
/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace psnr
}  // namespace vmaf
