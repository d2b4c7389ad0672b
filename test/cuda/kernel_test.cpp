// Kernels through the driver: every entry point is in its image, and the toy metric gives the CPU's sums.
#include <gtest/gtest.h>

#include "cuda/engine/extractor.h"
#include "device_sums.h"
#include "emulated.h"
#include "support/pictures.h"
#include "toy_metric.h"

namespace vmaf::test {
namespace {

TEST(Kernels, EveryListedKernelIsInItsImage) {
    VMAF_OPEN_DEVICE(device);
    const cuda::Current current(*device->context());
    for (const Metric* metric : metrics()) {
        const cuda::KernelSet* const set = metric->kernels;
        EXPECT_EQ(set != nullptr, metric->make_cuda != nullptr) << metric->name;
        if (!set) continue;
        EXPECT_FALSE(set->kernels.empty()) << set->name;
        for (const char* name : set->kernels) {
            EXPECT_EQ(std::string_view(name).substr(0, set->name.size()), set->name)
                << "kernels carry their metric's name";
            EXPECT_NO_THROW(device->kernel(*set, name)) << name;
        }
    }
}

TEST(Kernels, ToyMatchesTheCpuAtEverySize) {
    VMAF_OPEN_DEVICE(device);
    const std::vector<OptionValues> variants(1);
    for (const unsigned bpc : {8u, 10u, 16u})
        for (const auto& [w, h] : {std::pair{1u, 1u}, {2u, 3u}, {31u, 7u}, {32u, 8u}, {33u, 9u}, {67u, 41u}}) {
            const PictureFormat format{VMAF_PIX_FMT_YUV400P, bpc, w, h};
            std::vector<test::TestPicture> pictures;
            for (unsigned i = 0; i < 6; ++i) pictures.emplace_back(format, test::Pattern::kNoise, 100 * w + i);
            std::vector<FramePictures> frames(3);
            for (unsigned i = 0; i < 3; ++i) {
                frames[i] = {.index = i, .ref = pictures[2 * i].view(), .dis = pictures[2 * i + 1].view()};
                if (i > 0) frames[i].previous[0] = {frames[i - 1].ref, frames[i - 1].dis};
            }
            const auto sums = device_sums(*device, kToy, variants, frames);
            const auto cpu = kToy.make_cpu(variants, format, CpuFeatures{});
            for (unsigned i = 0; i < 3; ++i) {
                std::vector<std::byte> expected(kToy.sums_size);
                cpu->extract(frames[i], expected.data());
                EXPECT_EQ(load_sums<ToySums>(sums[i].data()), load_sums<ToySums>(expected.data()))
                    << w << "x" << h << " " << bpc << " bit, frame " << i;
            }
        }
}

}  // namespace
}  // namespace vmaf::test
