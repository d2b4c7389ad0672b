// SpEED's kernels against its scalar pass where no option's end leads: filters of every reach, small planes, long rows.
#include <gtest/gtest.h>

#include "device_sums.h"
#include "emulated.h"
#include "support/speed_cases.h"

namespace vmaf::test {
namespace {

TEST(SpeedKernels, EqualTheScalarPass) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const auto& [metric, format, strings] : testing::speed_cases()) {
        const testing::SpeedFrame frame(format);
        const FramePictures pictures[] = {frame.pictures()};
        const OptionValues options(metric->options, strings);
        std::vector<std::byte> expected(metric->sums_size);
        metric->make_cpu(Variants(&options, 1), format, CpuFeatures{})->extract(pictures[0], expected.data());
        EXPECT_EQ(device_sums(*device, *metric, Variants(&options, 1), pictures)[0], expected)
            << metric->name << options.name_suffix() << ", " << format.w << "x" << format.h;
    }
}

}  // namespace
}  // namespace vmaf::test
