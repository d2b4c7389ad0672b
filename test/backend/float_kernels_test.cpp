// The kernels of metrics whose sums have an order against their scalar passes, at sizes that take several tiles of terms and of rows, which
// those in kernels_test.cpp don't reach.
#include <gtest/gtest.h>

#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "metric/adm/float_adm.h"
#include "metric/ansnr/ansnr.h"
#include "metric/motion/float_motion.h"
#include "metric/vif/float_vif.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

struct Case {
    const Metric& metric;
    unsigned w, h, bpc, frames;
    std::vector<OptionStrings> variants = {{}};
};

void compare(cuda::Device& device, const Case& c) {
    SCOPED_TRACE(testing::Message() << c.metric.name << " " << c.w << "x" << c.h << ", " << c.bpc << " bits, "
                                    << c.frames << " frames");
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, c.bpc, c.w, c.h};
    std::vector<OptionValues> variants;
    for (const OptionStrings& strings : c.variants) variants.emplace_back(c.metric.options, strings);
    const std::pair<Pattern, Pattern> pairs[] = {{Pattern::kTexture, Pattern::kTexture},
                                                 {Pattern::kNoise, Pattern::kTexture},
                                                 {Pattern::kRamp, Pattern::kNoise}};
    std::vector<TestPicture> pictures;
    std::vector<FramePictures> frames;
    for (unsigned i = 0; i < c.frames; i++) {
        pictures.emplace_back(format, pairs[i % 3].first, i);
        pictures.emplace_back(format, pairs[i % 3].second, i + 50);
    }
    for (unsigned i = 0; i < c.frames; i++) {
        frames.push_back({.index = i, .ref = pictures[2 * i].view(), .dis = pictures[2 * i + 1].view()});
        if (i > 0) frames[i].previous[0] = {frames[i - 1].ref, frames[i - 1].dis};
    }
    expect_equal_sums(device, c.metric, variants, frames);
}

TEST(FloatKernels, EqualTheScalarPassOverSeveralTiles) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const Metric* metric : {&kFloatAdm, &kFloatAnsnr, &kFloatMotion, &kFloatVif})
        for (const auto& [w, h] :
             {std::pair{1u, 300u}, {300u, 1u}, {128u, 32u}, {130u, 34u}, {261u, 150u}, {78u, 162u}})
            for (const unsigned bpc : {8u, 12u}) compare(*device, {*metric, w, h, bpc, 2});
}

TEST(FloatKernels, EqualTheScalarPassOverSeveralTilesWithOptions) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const OptionStrings& options : std::initializer_list<OptionStrings>{
             {{"adm_p_norm", "2.5"}}, {{"adm_bypass_cm", "1"}}, {{"adm_skip_scale0", "true"}}})
        compare(*device, {kFloatAdm, 261, 150, 10, 2, {options}});
    for (const OptionStrings& options :
         std::initializer_list<OptionStrings>{{{"motion_filter_size", "1"}},
                                              {{"motion_filter_size", "3"}},
                                              {{"motion_add_scale1", "true"}, {"motion_add_uv", "true"}}})
        compare(*device, {kFloatMotion, 261, 150, 10, 3, {options}});
}

TEST(FloatKernels, GainLimitsShareAPassAndAFullBatch) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    compare(*device, {kFloatAdm,
                      150,
                      90,
                      8,
                      cuda::batch_capacity({VMAF_PIX_FMT_YUV420P, 8, 150, 90}),
                      {{}, {{"adm_enhn_gain_limit", "1"}}, {{"adm_enhn_gain_limit", "1.2"}}, {}}});
}

}  // namespace
}  // namespace vmaf::test
