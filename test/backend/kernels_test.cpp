// Kernels of every metric that has some: on any frames, the Sums are those of the scalar reference, byte by byte.
// On a real GPU large pictures are among the cases.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "support/frames.h"
#include "support/metric_cases.h"
#include "support/views.h"

namespace vmaf::test {
namespace {

using testing_frames::Frame;
using testing_frames::kOptionPatterns;
using testing_frames::kPatterns;
using testing_frames::large_enough;
using testing_frames::Layout;
using testing_frames::needs_of;
using testing_frames::works;

std::vector<const Metric*> metrics_with_kernels() {
    std::vector<const Metric*> list;
    for (const Metric* metric : metrics())
        if (metric->make_cuda) list.push_back(metric);
    return list;
}

/// Frames of one format, from kPatterns[first] on.
struct Frames {
    Frames(const PictureFormat& frame_format, size_t first_pattern, unsigned count)
        : format(frame_format), first(first_pattern) {
        list.reserve(count);
        for (unsigned i = 0; i < count; ++i) list.emplace_back(format, pattern(i), i % 3, Layout::kPadded);
    }
    const testing_frames::Pattern& pattern(size_t i) const { return kPatterns[(first + i) % std::size(kPatterns)]; }

    PictureFormat format;
    size_t first;
    std::vector<Frame> list;
};

class Kernels : public testing::TestWithParam<const Metric*> {
 protected:
    const Metric& metric() const { return *GetParam(); }

    /// One batch of frames, one pattern each.
    void compare(cuda::Device& device, Variants variants, const Frames& frames) {
        const PictureFormat& format = frames.format;
        std::vector<FramePictures> pictures;
        for (const Frame& frame : frames.list)
            pictures.push_back(
                testing_frames::as_asked_for(frame.pictures(), needs_of(metric(), variants.back(), format)));
        expect_equal_sums(device, metric(), variants, pictures, [&](size_t i) { return frames.pattern(i).name; });
    }
};

TEST_P(Kernels, EverySizeAndDepthAgreesWithScalar) {
    VMAF_OPEN_DEVICE(device);
    struct Size {
        unsigned w, h;
    };
    std::vector<Size> sizes = {{1, 1}, {2, 3}, {9, 1}, {1, 9}, {16, 16}, {23, 17}, {33, 65}, {97, 43}};
    if (!emulator()) sizes.insert(sizes.end(), {{353, 289}, {1920, 1080}, {1921, 1079}, {3840, 2160}, {7680, 4320}});
    const std::vector<OptionValues> options{OptionValues(metric().options, {})};
    size_t pattern = 0;
    std::vector<PictureFormat> compared;
    for (const Size size : sizes) {
        const bool huge = size.w > 1921;  // where scalar code takes seconds a frame
        for (const unsigned bpc : kSanitized ? std::vector{8u, 13u} : std::vector{8u, 10u, 13u, 16u})
            for (const VmafPixelFormat pix_fmt : {VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV444P}) {
                if (kSanitized && pix_fmt == (bpc == 8 ? VMAF_PIX_FMT_YUV444P : VMAF_PIX_FMT_YUV420P)) continue;
                if (huge && (bpc != (size.w > 3840 ? 8 : 10) || pix_fmt != VMAF_PIX_FMT_YUV420P)) continue;
                const PictureFormat format = large_enough(metric(), {pix_fmt, bpc, size.w, size.h});
                const bool luma = !(needs_of(metric(), options[0], format) & kChroma);
                if ((luma && pix_fmt != VMAF_PIX_FMT_YUV420P) || !works(metric(), options[0], format)) continue;
                if (std::find(compared.begin(), compared.end(), format) != compared.end()) continue;
                compare(*device, options, {format, pattern++, huge ? 1 : std::min(2u, cuda::batch_capacity(format))});
                compared.push_back(format);
            }
    }
    if (compared.empty()) GTEST_SKIP() << "this metric needs larger pictures";
}

/// What is made of references for several encodes leaves the sums of pairs.
TEST_P(Kernels, TwoStepsAgreeWithOne) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    const std::vector<OptionValues> options{OptionValues(metric().options, {})};
    struct Size {
        unsigned w, h;
    };
    std::vector<Size> sizes = {{16, 16}, {33, 65}, {97, 43}};
    if (!emulator()) sizes.insert(sizes.end(), {{353, 289}, {1921, 1079}});
    for (const Size size : sizes)
        for (const unsigned bpc : {8u, 10u}) {
            const PictureFormat format = large_enough(metric(), {VMAF_PIX_FMT_YUV420P, bpc, size.w, size.h});
            if (metric().make_cuda(options, format, *device)->reference_bytes() == 0)
                GTEST_SKIP() << "this metric has no two steps";
            const Frames frames(format, size.w, std::min(3u, cuda::batch_capacity(format)));
            std::vector<FramePictures> pictures;
            for (const Frame& frame : frames.list) pictures.push_back(frame.pictures());
            EXPECT_TRUE(device_sums(*device, metric(), options, pictures, true) ==
                        device_sums(*device, metric(), options, pictures))
                << size.w << 'x' << size.h << ' ' << bpc << " bit";
        }
}

/// Those that EverySizeAndDepth leaves out.
TEST_P(Kernels, EveryOtherDepthAgreesWithScalar) {
    VMAF_OPEN_DEVICE(device);
    const std::vector<OptionValues> options{OptionValues(metric().options, {})};
    for (const unsigned bpc : {9u, 11u, 12u, 14u, 15u})
        compare(*device, options, {large_enough(metric(), {VMAF_PIX_FMT_YUV420P, bpc, 23, 17}), 0, 1});
}

TEST_P(Kernels, EveryPatternAgreesWithScalar) {
    VMAF_OPEN_DEVICE(device);
    const std::vector<OptionValues> options{OptionValues(metric().options, {})};
    for (const unsigned bpc : {8u, 16u}) {
        const PictureFormat format = large_enough(metric(), {VMAF_PIX_FMT_YUV420P, bpc, 66, 49});
        compare(*device, options, {format, 0, static_cast<unsigned>(testing_frames::some_patterns().size())});
    }
}

TEST_P(Kernels, EveryOptionAgreesWithScalar) {
    VMAF_OPEN_DEVICE(device);
    const PictureFormat format = large_enough(metric(), {VMAF_PIX_FMT_YUV420P, 10, 66, 40});
    const Frames frames(format, 0, kOptionPatterns);
    std::vector<OptionValues> variants{OptionValues(metric().options, {})};
    const auto try_all = [&](const std::vector<OptionStrings>& sweep, bool shared) {
        for (const OptionStrings& strings : sweep) {
            const OptionValues options(metric().options, strings);
            if (!works(metric(), options, format)) continue;
            if (shared) variants.push_back(options);
            compare(*device, std::vector{options}, frames);
        }
    };
    try_all(testing_frames::option_sweep(metric(), Option::Scope::kPass), false);
    try_all(testing_frames::choice_sweep(metric()), false);
    try_all(testing_frames::option_sweep(metric(), Option::Scope::kVariant), true);
    compare(*device, variants, frames);  // all in one pass
}

INSTANTIATE_TEST_SUITE_P(Metrics, Kernels, testing::ValuesIn(metrics_with_kernels()),
                         [](const auto& info) { return std::string(info.param->name); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Kernels);

}  // namespace
}  // namespace vmaf::test
