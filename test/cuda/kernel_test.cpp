// Kernels through the driver: every entry point is in its image, and the toy metric gives the CPU's sums.
#include <gtest/gtest.h>

#include <random>

#include "cuda/engine/extractor.h"
#include "device_sums.h"
#include "emulated.h"
#include "toy_metric.h"

namespace vmaf::test {
namespace {

struct HostPicture {
    std::vector<unsigned char> bytes;
    PictureView view;
};

HostPicture noise(const PictureFormat& format, unsigned seed) {
    HostPicture p;
    const size_t stride = format.w * format.sample_bytes() + 6;
    p.bytes.resize(stride * format.h);
    std::mt19937 random(seed);
    for (unsigned y = 0; y < format.h; ++y)
        for (unsigned x = 0; x < format.w; ++x) {
            const unsigned v = random() & ((1u << format.bpc) - 1);
            if (format.bpc > 8)
                reinterpret_cast<uint16_t*>(p.bytes.data() + y * stride)[x] = static_cast<uint16_t>(v);
            else
                p.bytes[y * stride + x] = static_cast<unsigned char>(v);
        }
    p.view.format = format;
    p.view.data[0] = p.bytes.data();
    p.view.stride[0] = static_cast<ptrdiff_t>(stride);
    return p;
}

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
            std::vector<HostPicture> pictures;
            for (unsigned i = 0; i < 6; ++i) pictures.push_back(noise(format, 100 * w + i));
            std::vector<FramePictures> frames(3);
            for (unsigned i = 0; i < 3; ++i) {
                frames[i] = {.index = i, .ref = pictures[2 * i].view, .dis = pictures[2 * i + 1].view};
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
