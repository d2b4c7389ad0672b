// The kernels of motion, psnr and float_ssim against their scalar passes: sums equal to the bit for every size, depth,
// format and option.
#include <gtest/gtest.h>

#include "cuda/engine/extractor.h"
#include "emulated.h"
#include "equal_sums.h"
#include "metric/motion/motion.h"
#include "metric/psnr/psnr.h"
#include "metric/ssim/ssim.h"
#include "support/pictures.h"
#include "support/sanitized.h"

namespace vmaf::test {
namespace {

using test::Pattern;
using test::TestPicture;

/// Frames of one format; the first has no earlier picture, the second none before that.
struct Sequence {
    std::vector<TestPicture> pictures;
    std::vector<FramePictures> frames;

    Sequence(const PictureFormat& format, unsigned count, unsigned needs) {
        constexpr Pattern kRef[] = {Pattern::kTexture, Pattern::kNoise, Pattern::kPeak, Pattern::kChecker};
        constexpr Pattern kDis[] = {Pattern::kTexture, Pattern::kTexture, Pattern::kZero, Pattern::kInverseChecker};
        for (unsigned i = 0; i < count; i++) {
            pictures.emplace_back(format, kRef[i % 4], i);
            pictures.emplace_back(format, kDis[i % 4], i + 50);
        }
        for (unsigned i = 0; i < count; i++) {
            frames.push_back({.index = i, .ref = pictures[2 * i].view(), .dis = pictures[2 * i + 1].view()});
            for (unsigned back = 1; back <= previous_refs(needs) && back <= i; back++)
                frames[i].previous[back - 1].ref = frames[i - back].ref;
        }
    }
};

class LightKernels : public OnDevice<testing::TestWithParam<const Metric*>> {
 protected:
    void compare(const PictureFormat& format, unsigned count, const std::vector<OptionStrings>& strings = {{}}) {
        const Metric& metric = *GetParam();
        std::vector<OptionValues> variants;
        for (const OptionStrings& s : strings) variants.emplace_back(metric.options, s);
        const unsigned needs = metric.needs ? metric.needs(variants[0], format) : kLumaOnly;
        const Sequence sequence(format, count, needs);
        expect_equal_sums(*device_, metric, variants, sequence.frames);
    }
};

TEST_P(LightKernels, EqualTheScalarPassAtEverySize) {
    for (const auto& [w, h] : {std::pair{1u, 1u},
                               {1u, 9u},
                               {2u, 2u},
                               {3u, 17u},
                               {11u, 11u},
                               {17u, 33u},
                               {64u, 5u},
                               {63u, 76u},
                               {239u, 50u},
                               {240u, 61u},
                               {241u, 15u},
                               {250u, 131u},
                               {36u, 280u},
                               {513u, 33u}})
        for (const unsigned bpc : kSanitized ? std::vector{8u, 16u} : std::vector{8u, 10u, 16u})
            compare({VMAF_PIX_FMT_YUV420P, bpc, w, h}, 4);
}

TEST_P(LightKernels, EqualTheScalarPassInEveryFormat) {
    for (const VmafPixelFormat format :
         {VMAF_PIX_FMT_YUV400P, VMAF_PIX_FMT_YUV420P, VMAF_PIX_FMT_YUV422P, VMAF_PIX_FMT_YUV444P})
        for (unsigned bpc = 8; bpc <= 16; bpc++) compare({format, bpc, 53, 38}, 3);
}

TEST_P(LightKernels, EqualTheScalarPassWithEveryOption) {
    for (const Option& option : GetParam()->options) {
        if (option.scope != Option::Scope::kPass) continue;
        const std::string name(option.name);
        if (option.type == Option::Type::kBool)
            compare({VMAF_PIX_FMT_YUV420P, 8, 91, 47}, 4, {{{name, option.number ? "false" : "true"}}});
        if (option.type == Option::Type::kInt)
            for (int value = static_cast<int>(option.min); value <= option.max; value++)
                for (const unsigned bpc : {8u, 12u})
                    compare({VMAF_PIX_FMT_YUV400P, bpc, 191, 117}, 2, {{{name, std::to_string(value)}}});
    }
}

TEST_P(LightKernels, ABatchEqualsItsFramesForEveryVariant) {
    const PictureFormat format{VMAF_PIX_FMT_YUV420P, 8, 61, 35};
    std::vector<OptionStrings> variants = {{}, {}};
    for (const Option& option : GetParam()->options)
        if (option.scope == Option::Scope::kVariant && option.type == Option::Type::kBool)
            variants[1][std::string(option.name)] = option.number ? "false" : "true";
    compare(format, cuda::batch_capacity(format), variants);
}

INSTANTIATE_TEST_SUITE_P(Metrics, LightKernels, ::testing::Values(&kMotion, &kPsnr, &kFloatSsim),
                         [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace vmaf::test
