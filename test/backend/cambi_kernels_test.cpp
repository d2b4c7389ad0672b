// cambi's kernels against its scalar code: sums equal to the bit for resampled pictures, both pictures, windows of every kind,
// and whatever is selected.
#include "metric/cambi/cambi.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "metric/cambi/cambi_cuda.h"
#include "support/contours.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

using test::contours;
using test::TestPicture;

struct Case {
    unsigned w, h, bpc;
    std::vector<OptionStrings> options = {{}};
};

TestPicture gradient(const PictureFormat& format) {
    TestPicture picture(format);
    const unsigned shift = format.bpc - 8;
    for (unsigned y = 0; y < format.h; y++)
        for (unsigned x = 0; x < format.w; x++) picture.set(0, x, y, (60 + (x / 13 + y / 17) % 60) << shift);
    return picture;
}

/// Pairs of near values, which are far from the next pair.
TestPicture pairs_of_values(const PictureFormat& format) {
    TestPicture picture(format);
    for (unsigned y = 0; y < format.h; y++)
        for (unsigned x = 0; x < format.w; x++) {
            const unsigned patch = (x / 13 + y / 17) % 46;
            picture.set(0, x, y, (60 + patch / 2 * 37 + patch % 2 * 2) << (format.bpc - 10));
        }
    return picture;
}

/// Sums of a picture without contours show nothing.
bool has_contours(const std::vector<OptionValues>& variants, const FramePictures& frame) {
    std::vector<cambi::Sums> sums(variants.size());
    kCambi.make_cpu(variants, frame.dis.format, CpuFeatures{})
        ->extract(frame, reinterpret_cast<std::byte*>(sums.data()));
    return std::any_of(sums.begin(), sums.end(), [](const cambi::Sums& s) { return s.largest[0][0] != WideSum{}; });
}

void compare(cuda::Device& device, const Case& c, const Metric& metric = kCambi,
             TestPicture (*make_slope)(const PictureFormat&) = gradient) {
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, c.bpc, c.w, c.h};
    std::vector<OptionValues> variants;
    for (const OptionStrings& options : c.options) variants.emplace_back(kCambi.options, options);
    kCambi.check(variants[0], format);
    const TestPicture patches = contours(format), slope = make_slope(format);
    const FramePictures frames[] = {{.index = 0, .ref = slope.view(), .dis = patches.view()},
                                    {.index = 1, .ref = patches.view(), .dis = slope.view()}};
    const std::span batch(frames, std::min(2u, cuda::batch_capacity(format)));
    expect_equal_sums(device, metric, variants, batch);
    EXPECT_TRUE(std::any_of(batch.begin(), batch.end(), [&](const auto& f) { return has_contours(variants, f); }))
        << "nothing to compare" << variants[0].name_suffix();
}

TEST(CambiKernels, ResampledPicturesOfBothRoles) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    compare(*device, {300, 120, 8, {{{"full_ref", "true"}}}});
    compare(*device, {333, 251, 10, {{{"enc_width", "251"}, {"enc_height", "217"}}}});
    compare(
        *device,
        {301, 230, 12, {{{"full_ref", "true"}, {"src_width", "390"}, {"src_height", "301"}, {"window_size", "127"}}}});
}

TEST(CambiKernels, PicturesLowerThanTheirWindows) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const auto& [w, h] : {std::pair{1500u, 20u}, {20u, 1500u}, {216u, 2u}})
        compare(*device, {w, h, 10, {{{"window_size", "127"}}}});
}

TEST(CambiKernels, SelectionInOnePass) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    Case c{400, 230, 10, {}};
    for (const char* share : {"0.0001", "0.01", "0.1", "0.3", "0.6", "1"}) c.options.push_back({{"topk", share}});
    compare(*device, c);
}

TEST(CambiKernels, EveryNumberOfStepsAndManyValues) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const char* log : {"0", "1", "2", "3", "4", "5"})
        compare(*device, {240, 60, 10, {{{"max_log_contrast", log}, {"eotf", "pq"}, {"window_size", "127"}}}});
}

TEST(CambiKernels, ValuesThatAreFarApart) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const char* log : {"1", "2", "4"})
        compare(*device, {400, 230, 10, {{{"max_log_contrast", log}, {"eotf", "pq"}, {"window_size", "127"}}}}, kCambi,
                pairs_of_values);
}

TEST(CambiKernels, HighResolutionSpeedUp) {
    if (kSanitized) GTEST_SKIP() << "takes too long with sanitizers";
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    compare(*device, {16384, 127, 8, {{{"cambi_high_res_speedup", "1080"}, {"window_size", "15"}}}});
}

TEST(CambiKernels, WindowsTooLargeForBytesAndForNarrowProducts) {
    if (kSanitized) GTEST_SKIP() << "takes too long with sanitizers";
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const auto& [w, window] : {std::pair{8320u, 177}, {12024u, 255}, {12100u, 257}}) {
        const Case c{w, 10, 10, {{{"window_size", "127"}, {"max_log_contrast", "3"}}}};
        EXPECT_EQ(cambi::Setup(OptionValues(kCambi.options, c.options[0]), {VMAF_PIX_FMT_YUV400P, 10, w, 10})
                      .geometry[0]
                      .window,
                  window);
        compare(*device, c);
    }
    for (const char* log : {"0", "1", "2", "4", "5"})
        compare(*device,
                {12200, 3, 10, {{{"window_size", "127"}, {"max_log_contrast", log}, {"tvi_threshold", "0.001"}}}});
}

/// cambi with so little memory for counts of wide windows that a block goes from strip to strip.
std::unique_ptr<cuda::Extractor> make_with_little_memory(Variants variants, const PictureFormat& format,
                                                         cuda::Device& device) {
    return cambi::make_cuda_within(size_t{16} << 20, variants, format, device);
}

TEST(CambiKernels, MemoryForWideWindowsIsBounded) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    Metric metric = kCambi;
    metric.make_cuda = make_with_little_memory;
    if (emulator()) emulator()->memory(size_t{96} << 20);
    // 32 frames a batch, 185 strips a frame, 250 KB a strip.
    compare(*device, {12100, 10, 10, {{{"window_size", "127"}, {"topk", "0.2"}}}}, metric);
    if (emulator()) emulator()->memory(size_t{64} << 30);
}

}  // namespace
}  // namespace vmaf::test
