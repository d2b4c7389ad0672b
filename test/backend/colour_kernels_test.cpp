// The kernels of the metrics on colours where the tests of all metrics do not come: batches in every format, sizes around those of blocks and of
// blurs.
#include <gtest/gtest.h>

#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "metric/butteraugli/butteraugli.h"
#include "metric/ssimulacra2/ssimulacra2.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

class ColourKernels : public OnDevice<> {
 protected:
    void compare(const PictureFormat& format, unsigned count) {
        const auto frames = make_frames(format, count, Pattern::kTexture, Pattern::kNoise);
        for (const Metric* metric : {&kButteraugli, &kSsimulacra2}) {
            const std::vector<OptionValues> variants{OptionValues(metric->options, {})};
            std::vector<FramePictures> pictures;
            for (size_t i = 0; i < count; i++)
                pictures.push_back(testing_frames::as_asked_for(
                    pictures_of(frames, i), testing_frames::needs_of(*metric, variants[0], format)));
            expect_equal_sums(*device_, *metric, variants, pictures);
        }
    }
};

TEST_F(ColourKernels, EqualTheScalarPassInEveryFormat) {
    for (const VmafPixelFormat format :
         {VMAF_PIX_FMT_YUV400P, VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P, VMAF_PIX_FMT_YUV444P})
        for (const unsigned bpc : {8u, 10u}) compare({format, bpc, 37, 21}, 3);
}

TEST_F(ColourKernels, EqualTheScalarPassAtEverySize) {
    for (const auto& [w, h] : {std::pair{8u, 8u},
                               {14u, 40u},
                               {15u, 15u},
                               {16u, 33u},
                               {32u, 17u},
                               {65u, 63u},
                               {96u, 34u},
                               {84u, 81u},
                               {130u, 66u}})
        compare({VMAF_PIX_FMT_YUV420P, 8, w, h}, 2);
}

}  // namespace
}  // namespace vmaf::test
