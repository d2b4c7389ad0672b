// The kernels of xpsnr where the tests of all metrics do not come: batches at both frame rates, blocks of several sizes, coarse pictures.
#include <gtest/gtest.h>

#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "metric/xpsnr/xpsnr.h"
#include "support/pictures.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

class XpsnrKernels : public OnDevice<> {
 protected:
    void compare(const PictureFormat& format, unsigned count, const char* fps) {
        const std::vector<OptionValues> variants{OptionValues(kXpsnr.options, {{"fps", fps}})};
        const auto frames = make_frames(format, count, Pattern::kTexture, Pattern::kNoise);
        std::vector<FramePictures> pictures;
        for (size_t i = 0; i < count; i++)
            pictures.push_back(testing_frames::as_asked_for(pictures_of(frames, i),
                                                            testing_frames::needs_of(kXpsnr, variants[0], format)));
        expect_equal_sums(*device_, kXpsnr, variants, pictures);
    }
};

TEST_F(XpsnrKernels, EqualTheScalarPassInEveryFormat) {
    for (const VmafPixelFormat format :
         {VMAF_PIX_FMT_YUV400P, VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P, VMAF_PIX_FMT_YUV444P})
        for (const unsigned bpc : {8u, 10u, 16u})
            for (const char* fps : {"24", "60"}) compare({format, bpc, 131, 67}, 4, fps);
}

TEST_F(XpsnrKernels, EqualTheScalarPassAtEverySize) {
    for (const auto& [w, h] :
         {std::pair{45u, 45u}, {44u, 46u}, {2025u, 1u}, {1u, 2025u}, {5u, 700u}, {320u, 180u}, {353u, 243u}})
        for (const unsigned bpc : {8u, 12u}) compare({VMAF_PIX_FMT_YUV420P, bpc, w, h}, 3, "50");
}

/// Which are large: the tests' stand-in for the driver gets few of them.
TEST_F(XpsnrKernels, EqualTheScalarPassOnCells) {
    if (kSanitized) GTEST_SKIP() << "takes too long with sanitizers";
    for (const auto& [w, h] : {std::pair{2049u, 1153u}, {2064u, 1150u}})
        for (const unsigned bpc : {8u, 16u}) compare({VMAF_PIX_FMT_YUV400P, bpc, w, h}, 1, bpc == 8 ? "60" : "24");
    compare({VMAF_PIX_FMT_YUV420P, 8, 590000, 4}, 3, "60");
}

TEST_F(XpsnrKernels, ABatchEqualsItsFrames) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 61, 35};
    for (const char* fps : {"24", "60"}) compare(format, cuda::batch_capacity(format), fps);
}

}  // namespace
}  // namespace vmaf::test
