// The kernels of float_ms_ssim against its scalar pass: sides that are odd at some scale, or that end in the middle of a block.
#include <gtest/gtest.h>

#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "metric/ssim/ms_ssim.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

using test::Pattern;
using test::TestPicture;

void compare(cuda::Device& device, const PictureFormat& format, unsigned count) {
    const std::vector<OptionValues> variants = {OptionValues(kFloatMsSsim.options, {})};
    constexpr Pattern kRef[] = {Pattern::kNoise, Pattern::kTexture, Pattern::kChecker};
    constexpr Pattern kDis[] = {Pattern::kTexture, Pattern::kTexture, Pattern::kInverseChecker};
    std::vector<TestPicture> pictures;
    for (unsigned i = 0; i < count; i++) {
        pictures.emplace_back(format, kRef[i % 3], i);
        pictures.emplace_back(format, kDis[i % 3], i + 50);
    }
    std::vector<FramePictures> frames;
    for (unsigned i = 0; i < count; i++)
        frames.push_back({.index = i, .ref = pictures[2 * i].view(), .dis = pictures[2 * i + 1].view()});
    expect_equal_sums(device, kFloatMsSsim, variants, frames);
}

TEST(MsSsimKernels, EqualTheScalarPassAtEverySize) {
    VMAF_OPEN_DEVICE(device);
    for (const auto& [w, h] :
         {std::pair{176u, 176u}, {177u, 191u}, {192u, 177u}, {202u, 184u}, {191u, 323u}, {325u, 178u}})
        compare(*device, {VMAF_PIX_FMT_YUV400P, w % 2 ? 8u : 16u, w, h}, 1);
}

TEST(MsSsimKernels, EqualTheScalarPassAtEveryDepth) {
    VMAF_OPEN_DEVICE(device);
    for (unsigned bpc = 8; bpc <= 16; bpc++) compare(*device, {VMAF_PIX_FMT_YUV420P, bpc, 179, 181}, 1);
}

TEST(MsSsimKernels, FramesOfABatchAreIndependent) {
    VMAF_OPEN_DEVICE(device);
    compare(*device, {VMAF_PIX_FMT_YUV420P, 8, 178, 176}, 7);
}

}  // namespace
}  // namespace vmaf::test
