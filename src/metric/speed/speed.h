// SpEED: differences of local entropy, of both chroma planes (speed_chroma) or of luma's change in time (speed_temporal).
#pragma once

#include "metric/float/resampling.h"
#include "metric/metric.h"
#include "metric/speed/speed_math.h"

namespace vmaf {

/// docs/numerics/speed.md. Floating point with every rounding and every order fixed, the same bits on every backend.
extern const Metric kSpeedChroma;
extern const Metric kSpeedTemporal;

namespace speed {

/// Of either metric: planes 1 and 2 in speed_chroma; speed_temporal has one and leaves the other 0.
struct Sums {
    PlaneScore plane[2];

    bool operator==(const Sums&) const = default;
};

/// What is looked at, and the options that shape the pass.
struct Settings {
    static Settings of_chroma(const OptionValues& options);
    static Settings of_temporal(const OptionValues& options);

    unsigned planes() const { return temporal ? 1 : 2; }
    /// The plane of the pictures that plane `i` of the Sums is about.
    unsigned picture_plane(unsigned i) const { return temporal ? 0 : i + 1; }

    bool temporal = false;
    bool reference_difference = false;  ///< the distorted change is that from the reference
    double kernel_scale = 1, prescale = 1;
    Resampling resampling = Resampling::kNearest;
    float sigma = 0, floor = 0;
    int weight_mode = 0;
};

/// In builds with CUDA.
extern const cuda::KernelSet kKernels;
std::unique_ptr<cuda::Extractor> make_chroma_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
std::unique_ptr<cuda::Extractor> make_temporal_cuda(Variants variants, const PictureFormat& format,
                                                    cuda::Device& device);

}  // namespace speed
}  // namespace vmaf
