// adm's kernels against its scalar pass: sums equal to the bit for every size, depth, option and number of gain limits.
#include "metric/adm/adm.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

using test::Pattern;
using test::TestPicture;

struct Case {
    unsigned w, h, bpc, frames;
    OptionStrings options;
    std::vector<const char*> gains = {"100"};
};

void compare(cuda::Device& device, const Case& c) {
    const PictureFormat format{VMAF_PIX_FMT_YUV400P, c.bpc, c.w, c.h};
    std::vector<OptionValues> variants;
    for (const char* gain : c.gains) {
        OptionStrings options = c.options;
        options["adm_enhn_gain_limit"] = gain;
        variants.emplace_back(kAdm.options, options);
    }
    const std::pair<Pattern, Pattern> pairs[] = {{Pattern::kTexture, Pattern::kTexture},
                                                 {Pattern::kNoise, Pattern::kTexture},
                                                 {Pattern::kChecker, Pattern::kInverseChecker},
                                                 {Pattern::kRamp, Pattern::kNoise}};
    std::vector<TestPicture> pictures;
    std::vector<FramePictures> frames;
    for (unsigned i = 0; i < c.frames; ++i) {
        pictures.emplace_back(format, pairs[i % 4].first, i);
        pictures.emplace_back(format, pairs[i % 4].second, i + 50);
    }
    for (unsigned i = 0; i < c.frames; ++i)
        frames.push_back({.index = i, .ref = pictures[2 * i].view(), .dis = pictures[2 * i + 1].view()});

    expect_equal_sums(device, kAdm, variants, frames);
}

TEST(AdmKernels, EqualTheScalarPassAtEverySize) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const auto& [w, h] : {std::pair{1u, 1u},
                               {1u, 9u},
                               {2u, 2u},
                               {3u, 17u},
                               {16u, 16u},
                               {17u, 33u},
                               {64u, 5u},
                               {119u, 41u},
                               {120u, 64u},
                               {121u, 23u},
                               {239u, 50u},
                               {242u, 131u},
                               {36u, 280u}})
        for (const unsigned bpc : {8u, 10u, 16u}) compare(*device, {w, h, bpc, 2, {}});
}

TEST(AdmKernels, EqualTheScalarPassWithEveryOption) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    const OptionStrings options[] = {{{"adm_skip_aim", "true"}},
                                     {{"adm_skip_scale0", "true"}},
                                     {{"adm_csf_mode", "1"}},
                                     {{"adm_csf_mode", "1"}, {"adm_csf_scale", "0.01"}, {"adm_csf_diag_scale", "50"}},
                                     {{"adm_csf_mode", "2"}},
                                     {{"adm_csf_mode", "3"}, {"adm_norm_view_dist", "5"}},
                                     {{"adm_norm_view_dist", "7.5"}, {"adm_ref_display_height", "1440"}}};
    for (const OptionStrings& option : options)
        for (const unsigned bpc : {8u, 12u}) compare(*device, {131, 77, bpc, 4, option});
}

TEST(AdmKernels, AnyNumberOfGainLimitsSharesALaunchOrTwo) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    compare(*device, {90, 60, 8, 2, {}, {"100", "1"}});
    compare(*device, {90, 60, 10, 2, {}, {"1.2", "1", "100", "1"}});
    compare(*device, {90, 60, 8, 1, {{"adm_skip_aim", "true"}}, {"1", "1", "3.7", "99", "50.5"}});
}

TEST(AdmKernels, ABatchEqualsItsFrames) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    compare(*device, {61, 35, 8, cuda::batch_capacity({VMAF_PIX_FMT_YUV400P, 8, 61, 35}), {}, {"100", "1"}});
}

}  // namespace
}  // namespace vmaf::test
