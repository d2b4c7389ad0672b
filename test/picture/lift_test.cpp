// Lifted pictures have the same samples at a greater depth.
#include "picture/lift.h"

#include <gtest/gtest.h>

#include "support/pictures.h"

namespace vmaf {
namespace {

using test::Pattern;
using test::TestPicture;

TEST(Lift, ShiftsEverySampleOfThePlanesAskedFor) {
    for (const auto& [from, to] : {std::pair{8u, 10u}, {8u, 16u}, {10u, 12u}}) {
        const PictureFormat format{VMAF_PIX_FMT_YUV422P, from, 37, 5};
        const TestPicture picture(format, Pattern::kNoise, from);
        for (unsigned planes : {1u, 3u}) {
            const Picture copy = lifted(picture.view(), to, planes);
            EXPECT_EQ(copy.view().format, (PictureFormat{VMAF_PIX_FMT_YUV422P, to, 37, 5}));
            for (unsigned p = 0; p < 3; p++)
                for (unsigned y = 0; y < format.plane_h(p); y++)
                    for (unsigned x = 0; x < format.plane_w(p); x++) {
                        const unsigned sample = test::pattern_sample(Pattern::kNoise, from, p, x, y, from);
                        EXPECT_EQ(copy.view().plane<uint16_t>(p).row(y)[x], p < planes ? sample << (to - from) : 0);
                    }
        }
    }
}

}  // namespace
}  // namespace vmaf
