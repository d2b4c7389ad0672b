// Transform and clip of a raw score; docs/numerics/model.md, steps 5 and 6.
#include "model/transform.h"

#include "base/error.h"

namespace vmaf {

PiecewiseLinear::PiecewiseLinear(std::span<const Knot> knots) {
    if (knots.size() < 2) fail(EINVAL, "two knots or more are wanted");
    for (size_t i = 1; i < knots.size(); i++) {
        const Knot a = knots[i - 1], b = knots[i];
        if (!(a.x < b.x && a.y <= b.y)) fail(EINVAL, "knots ", i - 1, " and ", i, ": x must rise and y must not fall");
        const double slope = (b.y - a.y) / (b.x - a.x);
        segments_.push_back({a.x, slope, a.y - a.x * slope});
    }
}

double PiecewiseLinear::operator()(double x) const noexcept {
    if (segments_.empty()) return x;
    const Segment* segment = &segments_.front();
    for (const Segment& candidate : segments_)
        if (candidate.start <= x) segment = &candidate;
    return segment->slope * x + segment->offset;
}

double ScoreTransform::operator()(double score) const noexcept {
    double y = score;
    if (p0 || p1 || p2) {
        y = 0;
        if (p0) y += *p0;
        if (p1) y += *p1 * score;
        if (p2) y += *p2 * score * score;
    }
    y = map(y);
    if (at_most_input && y > score) y = score;
    if (at_least_input && y < score) y = score;
    return y;
}

double ScoreClip::operator()(double score) const noexcept {
    if (score < low) return low;
    return score > high ? high : score;
}

}  // namespace vmaf
