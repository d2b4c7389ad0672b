// What a model does to its raw score: polynomial, piecewise linear map, rectifiers, clip.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace vmaf {

/// A piecewise linear, never falling map; the outer segments extrapolate. The identity if it has no segments.
class PiecewiseLinear {
 public:
    struct Knot {
        double x, y;
    };

    PiecewiseLinear() = default;
    /// Two knots or more, x strictly rising, y not falling; else Error(EINVAL).
    explicit PiecewiseLinear(std::span<const Knot> knots);

    double operator()(double x) const noexcept;
    bool operator==(const PiecewiseLinear&) const = default;

 private:
    struct Segment {
        double start, slope, offset;
        bool operator==(const Segment&) const = default;
    };
    std::vector<Segment> segments_;
};

struct ScoreTransform {
    std::optional<double> p0, p1, p2;
    PiecewiseLinear map;
    bool at_most_input = false, at_least_input = false;
    bool enabled = false;  ///< unless the flags of the model say otherwise

    double operator()(double score) const noexcept;
    bool operator==(const ScoreTransform&) const = default;
};

struct ScoreClip {
    double low, high;

    double operator()(double score) const noexcept;
    bool operator==(const ScoreClip&) const = default;
};

}  // namespace vmaf
