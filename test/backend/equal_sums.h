// The body of all tests of kernels: on the same frames a metric's kernels and its scalar code leave the same bytes.
#pragma once

#include <gtest/gtest.h>

#include "device_sums.h"

namespace vmaf::test {

/// Runs the frames as one batch of at most batch_capacity(), and each on the scalar code. `name(i)` says in failures what frame i shows. Frames
/// hold what an extractor with these options may look at (testing_frames::as_asked_for()).
template <class Name>
void expect_equal_sums(cuda::Device& device, const Metric& metric, Variants variants,
                       std::span<const FramePictures> frames, Name&& name) {
    const PictureFormat format = frames[0].ref.format;
    const auto scalar = metric.make_cpu(variants, format, CpuFeatures{});
    const std::vector<std::vector<std::byte>> sums = device_sums(device, metric, variants, frames);
    for (size_t i = 0; i < frames.size(); i++) {
        std::vector<std::byte> expected(metric.result_size(variants, format));
        scalar->extract(frames[i], expected.data());
        EXPECT_TRUE(sums[i] == expected) << metric.name << variants.back().name_suffix() << ", " << format.w << 'x'
                                         << format.h << ' ' << format.bpc << " bit, format "
                                         << static_cast<int>(format.pix_fmt) << ", frame " << i << " of "
                                         << frames.size() << ' ' << name(i);
    }
}
inline void expect_equal_sums(cuda::Device& device, const Metric& metric, Variants variants,
                              std::span<const FramePictures> frames) {
    expect_equal_sums(device, metric, variants, frames, [](size_t) { return ""; });
}

}  // namespace vmaf::test
