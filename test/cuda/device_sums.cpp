// Copies frames to the device, runs one batch on one stream and reads the raw results back.
#include "device_sums.h"

#include "cuda/driver/stream.h"
#include "cuda/engine/extractor.h"
#include "device_copies.h"
#include "support/views.h"

namespace vmaf::test {

namespace {

constexpr size_t kRawAlignment = 256;

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

std::vector<std::vector<std::byte>> device_sums(cuda::Device& device, const Metric& metric, Variants variants,
                                                std::span<const FramePictures> frames, bool two_steps) {
    const cuda::Current current(*device.context());
    // Metrics see the pictures that they need alone; those that need none work at no size at all.
    const PictureFormat format = frames[0].ref.format;
    const auto extractor = metric.make_cuda(variants, format, device);
    DeviceCopies copies(device);
    std::vector<FramePictures> on_device(frames.begin(), frames.end());
    for (FramePictures& frame : on_device)
        for (PictureView* view : testing_frames::views_of(frame)) *view = copies.of(*view);

    const size_t stride = round_up(extractor->raw_size(), kRawAlignment);
    std::vector<std::byte> raw(stride * frames.size());
    const cuda::Buffer buffer = device.upload(raw.data(), raw.size());
    const cuda::Stream stream(device.context());
    std::vector<cuda::Buffer> prepared;
    std::vector<CUdeviceptr> references;
    if (two_steps) {
        for (size_t i = 0; i < frames.size(); ++i) {
            prepared.push_back(device.allocate(extractor->reference_bytes()));
            references.push_back(prepared.back().address());
        }
        std::vector<FramePictures> of_reference = on_device;
        for (FramePictures& frame : of_reference) frame.dis = {};
        const auto other = metric.make_cuda(variants, format, device);
        other->prepare({.frames = of_reference, .stream = stream.get(), .references = references});
        stream.synchronize();
        for (FramePictures& frame : on_device) frame.ref = {};
    }
    extractor->enqueue({on_device, buffer.address(), stride, stream.get(), references});
    stream.synchronize();
    const cuda::Driver& driver = device.context()->driver();
    VMAF_CUDA_TRY(driver, cuMemcpyDtoH, raw.data(), buffer.address(), raw.size());

    std::vector<std::vector<std::byte>> sums;
    for (size_t i = 0; i < frames.size(); ++i) {
        sums.emplace_back(metric.result_size(variants, format));
        extractor->collect(raw.data() + i * stride, sums.back().data());
    }
    return sums;
}

}  // namespace vmaf::test
