// cambi: how visible false contours are in flat areas of the luma plane.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/exact_sum.h"
#include "metric/cambi/cambi_math.h"
#include "metric/metric.h"

namespace vmaf {

/// docs/numerics/cambi.md. Integers, and floats with every rounding fixed; sums are exact, so every backend agrees to the bit.
extern const Metric kCambi;

namespace cambi {

/// Transfer function of the display.
enum class Transfer { kBt1886, kPq };

/// The two pictures of a frame; the source is the reference at its own size.
enum Role : size_t { kDistorted, kSource };
inline constexpr size_t kRoles = 2;

struct Sums {
    WideSum largest[kRoles][kScales];  ///< of the largest confidences, in Q24; the source's are 0 without full_ref

    bool operator==(const Sums&) const = default;
};

/// A picture at the size that is scored.
struct Geometry {
    int w = 0, h = 0;
    int window = 1;            ///< side, odd
    bool halve_first = false;  ///< the high-resolution speed-up

    int radius() const { return window >> 1; }
    /// Size at a scale.
    int width(int scale) const;
    int height(int scale) const;
    size_t pixels(int scale) const { return static_cast<size_t>(width(scale)) * static_cast<size_t>(height(scale)); }
};

/// Which steps of contrast count for which values.
struct Steps {
    int count = 1;                      ///< D
    uint8_t first[kMaxLevel + 1] = {};  ///< step that counts for a value, and all after it; count + 1: none
    /// The values for which some step counts; lowest > highest: there are none.
    int lowest = 0, highest = -1;

    /// The values that have a part in any confidence: those, and all that are at most `count` away. May be below 0.
    int lowest_counted() const { return lowest - count; }
    int highest_counted() const { return highest + count; }
    bool any() const { return lowest <= highest; }
};

/// What the options mean for a format.
struct Setup {
    Setup(const OptionValues& options, const PictureFormat& format);

    PictureFormat format;
    Geometry geometry[kRoles];
    size_t roles = 1;     ///< that are scored
    bool smooth = false;  ///< average dithering out
    Steps steps;

    /// What makes the largest confidence that a window can have 65535; 0 where there can be none.
    double heat_scaling(const Geometry& geometry) const;

    /// Number of largest confidences that are pooled at a scale.
    static uint64_t pooled(const OptionValues& options, const Geometry& geometry, int scale);
};

/// Pixels of all heatmaps of a frame: 16 bits each, scale by scale, row by row. 0 if no heatmaps are wanted.
size_t heatmap_pixels(const OptionValues& options, const Geometry& geometry);

/// The samples of an axis that are picked for `out` positions of `in` samples.
std::vector<int> picked_samples(int in, int out);

/// r(0) to r(count - 1); r(0) is 0.
std::vector<float> reciprocals(int count);

/// Confidences of each scale: the positive ones in any order, or those of all pixels, row by row.
using Confidences = std::array<std::vector<float>, kScales>;

/// Finds the confidences of one picture. Owns its scratch memory; one thread at a time.
class Detector {
 public:
    using Maker = std::unique_ptr<Detector> (*)(const Setup&);

    virtual ~Detector() = default;
    /// Replaces what `out` holds.
    virtual void detect(const PictureView& picture, const Geometry& geometry, bool all_pixels, Confidences& out) = 0;
};

/// The readable reference; every size, every window.
std::unique_ptr<Detector> make_scalar_detector(const Setup& setup);

/// In builds with CUDA.
extern const cuda::KernelSet kKernels;
std::unique_ptr<cuda::Extractor> make_cuda(Variants variants, const PictureFormat& format, cuda::Device& device);
/// The same with another limit than kMaxWideBytes. However small it is, there is memory for one block a frame.
std::unique_ptr<cuda::Extractor> make_cuda_within(size_t wide_bytes, Variants variants, const PictureFormat& format,
                                                  cuda::Device& device);

/// The sum of the `count` largest of `values`, or of all if there are fewer.
WideSum sum_of_largest(std::span<const float> values, uint64_t count);

}  // namespace cambi
}  // namespace vmaf
