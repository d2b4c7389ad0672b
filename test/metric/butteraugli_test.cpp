// butteraugli: the arithmetic at its edges, and the scorer.
#include "metric/butteraugli/butteraugli.h"

#include <gtest/gtest.h>

#include "support/pictures.h"

namespace vmaf {
namespace {

using test::Pattern;
using test::run_metric;
using test::TestPicture;

TEST(Butteraugli, IdenticalPicturesScoreZero) {
    const TestPicture picture({VMAF_PIX_FMT_YUV444P, 10, 37, 23}, Pattern::kNoise);
    const auto scores = run_metric(kButteraugli, {}, {{0, picture, picture}});
    EXPECT_EQ(scores.at("butteraugli", 0), 0);
    EXPECT_EQ(scores.at("butteraugli_3norm", 0), 0);
}

}  // namespace
}  // namespace vmaf
