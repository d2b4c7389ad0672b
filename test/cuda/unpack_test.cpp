// Unpacking on the GPU: the samples that picture/unpack.h gives in host memory, from and into rows of any alignment, and nothing behind them.
#include "cuda/engine/unpack.h"

#include <gtest/gtest.h>

#include <vector>

#include "cuda/driver/stream.h"
#include "emulated.h"
#include "picture/wrapping.h"
#include "support/client_frames.h"

namespace vmaf::test {
namespace {

constexpr unsigned char kUntouched = 0x5a;
constexpr size_t kGap = 10;  // bytes behind the rows that are written

struct Written {
    PictureFormat format;
    size_t stride(unsigned p) const { return format.plane_w(p) * format.sample_bytes() + kGap; }
    size_t bytes(unsigned p) const { return stride(p) * format.plane_h(p); }
};

/// Bytes of plane p, unpacked by the kernel from planes `first` to `planes` - 1; empty if it takes no part.
std::vector<std::vector<unsigned char>> on_device(cuda::Device& device, const ClientLayout& layout,
                                                  const ClientBytes& bytes, const Written& to, unsigned first,
                                                  unsigned planes) {
    const cuda::Current current(*device.context());
    const cuda::Buffer from = device.upload(bytes.bytes().data(), bytes.bytes().size());
    VmafFrame frame = bytes.at(from.as<void>());
    frame.flags |= VMAF_FRAME_DEVICE;
    const Picture picture = wrap(frame);
    PictureView written{.format = to.format};
    std::vector<cuda::Buffer> buffers;
    std::vector<std::vector<unsigned char>> result;
    for (unsigned p = 0; p < to.format.planes(); p++) {
        result.emplace_back(to.bytes(p), kUntouched);
        buffers.push_back(device.upload(result[p].data(), result[p].size()));
        written.data[p] = buffers[p].as<void>();
        written.stride[p] = static_cast<ptrdiff_t>(to.stride(p));
    }
    const cuda::Stream stream(device.context());
    cuda::Unpack(picture.view().format, layout.samples, to.format, device)
        .enqueue(picture.view(), written, first, planes, stream.get());
    stream.synchronize();
    for (unsigned p = 0; p < to.format.planes(); p++)
        VMAF_CUDA_TRY(stream.driver(), cuMemcpyDtoH, result[p].data(), buffers[p].address(), result[p].size());
    return result;
}

std::vector<unsigned char> on_host(const ClientLayout& layout, const ClientBytes& bytes, const Written& to, unsigned p,
                                   bool takes_part) {
    std::vector<unsigned char> result(to.bytes(p), kUntouched);
    if (!takes_part) return result;
    const Picture picture = wrap(bytes.at(bytes.bytes().data()));
    const auto shift = SampleShift::between(layout.samples, layout.bpc, to.format.bpc);
    with_sample_type(layout.bpc, [&]<class In>(std::type_identity<In>) {
        with_sample_type(to.format.bpc, [&]<class Out>(std::type_identity<Out>) {
            unpack_plane(picture.view().plane<In>(p), layout.samples.step(p), shift,
                         reinterpret_cast<Out*>(result.data()), static_cast<ptrdiff_t>(to.stride(p) / sizeof(Out)));
        });
    });
    return result;
}

TEST(Unpack, MakesTheSamplesOfTheHost) {
    VMAF_OPEN_DEVICE(device);
    for (const ClientLayout& layout : kClientLayouts)
        for (const unsigned bpc : {layout.bpc, std::max(layout.bpc, 12u)})
            for (const auto& [w, h] : {std::pair(2u, 2u), {3u, 5u}, {257u, 33u}, {530u, 40u}})
                for (const auto& [first, planes] : {std::pair(0u, 1u), {0u, 3u}, {1u, 3u}}) {
                    const Written to{at_least_deep(layout.format(w, h), bpc)};
                    if (planes > to.format.planes()) continue;
                    const ClientBytes bytes(layout, w, h, 1, 1, 6, 2);
                    const auto found = on_device(*device, layout, bytes, to, first, planes);
                    for (unsigned p = 0; p < to.format.planes(); p++)
                        EXPECT_EQ(found[p], on_host(layout, bytes, to, p, p >= first && p < planes))
                            << layout.name << ' ' << w << 'x' << h << " to " << bpc << " bit, plane " << p << " of "
                            << first << ".." << planes;
                }
}

}  // namespace
}  // namespace vmaf::test
