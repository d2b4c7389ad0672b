// float_motion: the mean absolute difference of the blurred reference pictures of two frames, on floats.
#pragma once

#include <vector>

#include "metric/float/rows.h"
#include "metric/float/samples.h"
#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/float_motion.md. Floating point with every rounding and every order fixed, the same bits on every backend.
extern const Metric kFloatMotion;

namespace float_motion {

inline constexpr unsigned kPlanes = 3, kScales = 2;

/// Added up differences; 0 of what the options leave out, and where there is no earlier picture.
struct Sums {
    float difference[kPlanes][kScales] = {};

    bool operator==(const Sums&) const = default;
};

struct Size {
    int w, h;
};

/// What a pass knows before its first frame.
struct Plan {
    Plan(const OptionValues& options, const PictureFormat& format);

    unsigned planes;  ///< 0: no picture is looked at
    unsigned scales;
    Size size[kPlanes][kScales];
    std::vector<float> taps;
    SampleScale samples;
};

/// What a blur keeps of a plane from row to row. Made by whoever asks for the rows.
struct BlurRows {
    explicit BlurRows(int w = 0) : samples(w, kMostTaps, 0), line(w) {}

    static constexpr int kMostTaps = 5;
    Rows samples;
    Line line;
    int ready = 0;  ///< rows that `samples` has seen
};

/// Blurs row y of a plane; rows are asked for from the top, each once. Whole vectors may be stored at `out`.
using BlurFunction = void (*)(const PictureView& picture, unsigned plane, const Plan& plan, int y, BlurRows& rows,
                              float* out);

/// The pass on the CPU, whose blur is a parameter.
std::unique_ptr<Extractor> make_extractor(Variants variants, const PictureFormat& format, BlurFunction blur);
/// The pass in readable loops.
std::unique_ptr<Extractor> make_scalar(Variants variants, const PictureFormat& format);
/// On vectors; defined where the build has vector code. Null: none for `cpu`.
std::unique_ptr<Extractor> make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu);
/// The pass on the GPU and its kernels; defined where the build has CUDA.
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
extern const cuda::KernelSet kKernels;

}  // namespace float_motion
}  // namespace vmaf
