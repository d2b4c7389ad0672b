// Transform and clip of a raw score: each part alone, their order, and the flags that govern them.
#include "model/transform.h"

#include <cmath>
#include <limits>

#include "support/model_text.h"

namespace vmaf {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

PiecewiseLinear through(std::initializer_list<PiecewiseLinear::Knot> knots) {
    return PiecewiseLinear(std::vector(knots));
}

TEST(PiecewiseLinear, IsTheIdentityWithoutKnots) { EXPECT_EQ(PiecewiseLinear()(1.25), 1.25); }

TEST(PiecewiseLinear, InterpolatesAndExtrapolates) {
    const PiecewiseLinear map = through({{1, 10}, {3, 20}, {4, 20}, {8, 30}});
    const std::pair<double, double> points[] = {{-1, 0}, {1, 10}, {2, 15}, {3, 20}, {3.5, 20},
                                                {4, 20}, {6, 25}, {8, 30}, {10, 35}};
    for (const auto& [x, y] : points) EXPECT_EQ(map(x), y) << x;
}

TEST(PiecewiseLinear, HorizontalEndsStayFlat) {
    const PiecewiseLinear map = through({{0, 5}, {1, 5}, {2, 6}, {3, 6}});
    EXPECT_EQ(map(-1e9), 5);
    EXPECT_EQ(map(1e9), 6);
}

TEST(PiecewiseLinear, TakesTheLaterSegmentAtAKnot) {
    const PiecewiseLinear map = through({{0, 0}, {0.3, 0.1}, {1, 1}});
    const double slope = (1 - 0.1) / (1 - 0.3);
    EXPECT_EQ(map(0.3), slope * 0.3 + (0.1 - 0.3 * slope));
}

TEST(PiecewiseLinear, RefusesKnotsThatFall) {
    EXPECT_THROW(through({}), Error);
    EXPECT_THROW(through({{0, 0}}), Error);
    EXPECT_THROW(through({{0, 0}, {0, 1}}), Error);
    EXPECT_THROW(through({{1, 0}, {0, 1}}), Error);
    EXPECT_THROW(through({{0, 1}, {1, 0}}), Error);
    EXPECT_THROW(through({{0, 0}, {kNan, 1}}), Error);
}

TEST(ScoreTransform, PolynomialLeavesAbsentTermsOut) {
    ScoreTransform transform;
    EXPECT_EQ(transform(3), 3);
    transform.p1 = 2;
    EXPECT_EQ(transform(3), 6);
    transform.p2 = 0.1;
    EXPECT_EQ(transform(3), 2.0 * 3 + 0.1 * 3 * 3);
    transform.p0 = -1;
    EXPECT_EQ(transform(3), (-1 + 2.0 * 3) + 0.1 * 3 * 3);
}

TEST(ScoreTransform, MapFollowsPolynomialAndRectifierEndsIt) {
    ScoreTransform transform;
    transform.p0 = 10;
    transform.map = through({{0, 0}, {10, 20}});
    EXPECT_EQ(transform(3), 20);
    transform.at_most_input = true;
    EXPECT_EQ(transform(3), 3);
    transform.at_most_input = false;
    transform.at_least_input = true;
    EXPECT_EQ(transform(3), 20);
    transform.p0 = -10;
    EXPECT_EQ(transform(3), 3);
}

TEST(ScoreClip, KeepsTheRangeAndNan) {
    const ScoreClip clip{0, 100};
    EXPECT_EQ(clip(-0.5), 0);
    EXPECT_EQ(clip(100.5), 100);
    EXPECT_EQ(clip(50), 50);
    EXPECT_TRUE(std::isnan(clip(kNan)));
}

/// Transform of kSmallModel: max(x, 1.5 + 0.25 x^2), disabled; clip to 0..100.
TEST(ModelFlags, GovernTransformAndClip) {
    const auto finish = [](uint64_t flags, double raw) { return parse_single(kSmallModel, flags).finish(raw); };
    EXPECT_EQ(finish(VMAF_MODEL_FLAGS_DEFAULT, 4), 4);
    EXPECT_EQ(finish(VMAF_MODEL_FLAG_ENABLE_TRANSFORM, 4), 5.5);
    EXPECT_EQ(finish(VMAF_MODEL_FLAG_ENABLE_TRANSFORM | VMAF_MODEL_FLAG_DISABLE_TRANSFORM, 4), 4);
    EXPECT_EQ(finish(VMAF_MODEL_FLAGS_DEFAULT, 101), 100);
    EXPECT_EQ(finish(VMAF_MODEL_FLAG_ENABLE_TRANSFORM, 40), 100);
    EXPECT_EQ(finish(VMAF_MODEL_FLAG_ENABLE_TRANSFORM | VMAF_MODEL_FLAG_DISABLE_CLIP, 40), 401.5);
    EXPECT_EQ(finish(VMAF_MODEL_FLAG_DISABLE_CLIP, -7), -7);
}

TEST(ModelFlags, ModelsThatEnableTheirTransformCanBeStopped) {
    const std::string text = changed("\"enabled\": false", "\"enabled\": true");
    EXPECT_EQ(parse_single(text).finish(4), 5.5);
    EXPECT_EQ(parse_single(text, VMAF_MODEL_FLAG_DISABLE_TRANSFORM).finish(4), 4);
}

}  // namespace
}  // namespace vmaf
