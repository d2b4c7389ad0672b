// Motion: the sum of absolute blurred luma differences between a reference picture and an earlier one.
#pragma once

#include <cstdint>
#include <vector>

#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/motion.md. Integer, exact on every backend.
extern const Metric kMotion;

namespace motion {

struct Sums {
    uint64_t sad = 0;  ///< of the whole plane, Q8 steps of an 8-bit sample; 0 where there is no earlier picture

    bool operator==(const Sums&) const = default;
};

/// How many pictures back the earlier picture is: 1, 2 with the five-frame window, 0 where none is looked at.
unsigned distance(const OptionValues& options);

/// The SAD of the luma planes of two pictures of one format. `scratch` belongs to the caller and is passed again from frame
/// to frame. `bits` becomes at least the or of the current picture's samples, as OrSamples gives it; beyond the depth's largest sample the
/// SAD means nothing.
using SadFunction = uint64_t (*)(const PictureView& previous, const PictureView& current, std::vector<int32_t>& scratch,
                                 unsigned& bits);

/// The pass on the CPU, whose loops over samples are a parameter.
std::unique_ptr<Extractor> make_extractor(Variants variants, SadFunction sad);
/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace motion
}  // namespace vmaf
