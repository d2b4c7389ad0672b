// SpEED's kernels against its scalar pass where no option's end leads: filters of every reach, small planes, long rows.
#include <gtest/gtest.h>

#include "emulated.h"
#include "equal_sums.h"
#include "support/speed_cases.h"

namespace vmaf::test {
namespace {

TEST(SpeedKernels, EqualTheScalarPass) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const auto& [metric, format, strings] : test::speed_cases()) {
        const auto frames = make_frames(format, 2, Pattern::kNoise, Pattern::kTexture);
        const FramePictures pictures[] = {pictures_of(frames, 1)};
        const OptionValues options(metric->options, strings);
        expect_equal_sums(*device, *metric, Variants(&options, 1), pictures);
    }
}

}  // namespace
}  // namespace vmaf::test
