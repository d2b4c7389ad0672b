// cambi's vector code at windows of every size that it takes.
#include "metric/cambi/cambi_simd.h"

#include <gtest/gtest.h>

#include "support/contours.h"
#include "support/instruction_sets.h"

namespace vmaf::cambi {
namespace {

using vmaf::test::contours;
using vmaf::test::TestPicture;

TEST(CambiDetector, VectorsFindWhatTheScalarCodeFinds) {
    cambi::Setup setup(OptionValues(kCambi.options, {{"max_log_contrast", "4"}}), {VMAF_PIX_FMT_YUV400P, 10, 397, 190});
    const TestPicture picture = contours(setup.format);
    for (const int window : {1, 3, 17, 65, 175, 177, kMaxVectorWindow}) {
        setup.geometry[0].window = window;
        Confidences expected, found;
        make_scalar_detector(setup)->detect(picture.view(), setup.geometry[0], false, expected);
        for (const auto& set : testing_frames::instruction_sets())
            if (const auto detector = make_vector_detector(setup, set.features))
                for (int again = 0; again < 2; again++) {
                    detector->detect(picture.view(), setup.geometry[0], false, found);
                    EXPECT_TRUE(found == expected) << set.name << ", window " << window;
                }
    }
    setup.geometry[0].window = kMaxVectorWindow + 2;
    EXPECT_EQ(make_vector_detector(setup, cpu_features(0)), nullptr);
}

}  // namespace
}  // namespace vmaf::cambi
