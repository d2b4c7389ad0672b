// What a SpEED pass knows before its first frame: sizes, filter taps, tables for scaling. Made on the host, once.
#pragma once

#include <vector>

#include "metric/speed/speed.h"
#include "metric/speed/speed_math.h"

namespace vmaf::speed {

/// Least samples of a scaled plane along either axis: one block.
inline constexpr int kLeastSamples = kReduction * kSide;

/// One axis of a plane, from its samples to its blocks.
struct Axis {
    Axis(int samples, double prescale);

    int source, scaled, reduced, blocks;

    ResamplingTable resampling(Resampling method) const { return {source, scaled, method}; }
    /// Samples of the reduced plane that blocks cover.
    int covered() const { return blocks * kSide; }
    /// Size of the windows whose covariance is taken.
    int window() const { return covered() - kSide + 1; }
};

struct Plan {
    /// What vector code gives for an instruction set.
    using Maker = std::unique_ptr<Extractor> (*)(size_t variants, const Plan& plan);

    /// Throws Error(EINVAL) for a plane that is too small or a kernel scale that is none of the known ones.
    Plan(const Settings& settings, const PictureFormat& format);

    int blocks() const { return x.blocks * y.blocks; }
    /// A sample of the reduced plane is the smoothed scaled plane at this many times its position.
    bool resamples() const { return x.scaled != x.source || y.scaled != y.source; }

    Settings settings;
    Axis x, y;
    std::vector<float> smoothing, local_mean;  ///< filter taps, an odd number
    float unit;                                ///< what a sample is multiplied with
    float offset;                              ///< what is subtracted then
    Weighting weights;
};

/// Throws what Plan's constructor throws.
void check_plan(const Settings& settings, const PictureFormat& format);

}  // namespace vmaf::speed
