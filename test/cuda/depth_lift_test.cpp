// Lifting on the GPU: the samples that picture/lift.h makes in host memory, into rows of any alignment, and nothing behind them.
#include <gtest/gtest.h>

#include <vector>

#include "cuda/driver/stream.h"
#include "cuda/engine/depth_lift.h"
#include "device_copies.h"
#include "emulated.h"
#include "picture/lift.h"
#include "picture/picture.h"
#include "support/pictures.h"

namespace vmaf::test {
namespace {

constexpr uint16_t kUntouched = 0x5a5a;
constexpr unsigned kGap = 5;  // samples behind the rows that are written

/// Plane p of the picture, lifted to that depth by the kernel, rows kGap samples longer than the plane is wide.
std::vector<uint16_t> lift_on_device(cuda::Device& device, const PictureView& picture, unsigned bpc, unsigned p,
                                     unsigned planes) {
    const cuda::Current current(*device.context());
    const PictureFormat& format = picture.format;
    DeviceCopies copies(device);
    const PictureView read = copies.of(picture);
    PictureView written{.format = at_least_deep(format, bpc)};
    std::vector<cuda::Buffer> to;
    std::vector<uint16_t> samples;
    for (unsigned i = 0; i < planes; i++) {
        const size_t stride = format.plane_w(i) + kGap;
        samples.assign(stride * format.plane_h(i), kUntouched);
        to.push_back(device.upload(samples.data(), samples.size() * sizeof(uint16_t)));
        written.data[i] = to[i].as<void>();
        written.stride[i] = static_cast<ptrdiff_t>(stride * sizeof(uint16_t));
    }
    const cuda::Stream stream(device.context());
    cuda::DepthLift(format, written.format, device).enqueue(read, written, planes, stream.get());
    stream.synchronize();
    samples.resize((format.plane_w(p) + kGap) * size_t{format.plane_h(p)});
    VMAF_CUDA_TRY(stream.driver(), cuMemcpyDtoH, samples.data(), to[p].address(), samples.size() * sizeof(uint16_t));
    return samples;
}

std::vector<uint16_t> lift_on_host(const PictureView& picture, unsigned bpc, unsigned p) {
    const PictureFormat& format = picture.format;
    const size_t stride = format.plane_w(p) + kGap;
    std::vector<uint16_t> samples(stride * format.plane_h(p), kUntouched);
    with_sample_type(format.bpc, [&]<class T>(std::type_identity<T>) {
        shift_plane(picture.plane<T>(p), bpc - format.bpc, samples.data(), static_cast<ptrdiff_t>(stride));
    });
    return samples;
}

TEST(DepthLift, MakesTheSamplesOfTheHost) {
    VMAF_OPEN_DEVICE(device);
    for (const auto& [from, to] : {std::pair(8u, 10u), {8u, 16u}, {9u, 10u}, {10u, 12u}})
        for (const auto& [w, h] : {std::pair(2u, 2u), {3u, 5u}, {257u, 33u}, {530u, 40u}})
            for (const unsigned planes : {1u, 3u}) {
                const test::TestPicture picture({VMAF_PIX_FMT_YUV420P, from, w, h}, test::Pattern::kNoise, w);
                for (unsigned p = 0; p < planes; p++)
                    EXPECT_EQ(lift_on_device(*device, picture.view(), to, p, planes),
                              lift_on_host(picture.view(), to, p))
                        << w << 'x' << h << ", plane " << p << " of " << planes << ", " << from << " to " << to
                        << " bit";
            }
}

}  // namespace
}  // namespace vmaf::test
