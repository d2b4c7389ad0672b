// Copies frames to the device, runs one batch on one stream and reads the raw results back.
#include "device_sums.h"

#include <map>

#include "cuda/driver/stream.h"
#include "cuda/engine/extractor.h"
#include "support/views.h"

namespace vmaf::test {

namespace {

constexpr size_t kRawAlignment = 256, kPlaneAlignment = 16;

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

/// Device copies of host pictures, one for each distinct host picture.
class Uploads {
 public:
    explicit Uploads(cuda::Device& device) : device_(device) {}

    PictureView upload(const PictureView& host) {
        if (!host) return host;
        PictureView view = host;
        const size_t padding = kPlaneAlignment * (buffers_.size() % 3);
        for (unsigned p = 0; p < host.format.planes(); ++p)
            if (host.data[p]) upload_plane(host, p, padding, view);
        return view;
    }

 private:
    void upload_plane(const PictureView& host, unsigned p, size_t padding, PictureView& view) {
        const size_t row = host.format.plane_w(p) * host.format.sample_bytes(), h = host.format.plane_h(p);
        if (row == 0 || h == 0) return;  // chroma of a picture of one row or column
        const size_t pitch = round_up(row, kPlaneAlignment) + padding;
        auto& buffer = buffers_[host.data[p]];
        if (!buffer.address()) {
            std::vector<unsigned char> rows(pitch * h, 0x5a);  // the padding must not reach a result
            for (size_t y = 0; y < h; ++y)
                std::memcpy(rows.data() + y * pitch,
                            static_cast<const char*>(host.data[p]) + static_cast<ptrdiff_t>(y) * host.stride[p], row);
            buffer = device_.upload(rows.data(), rows.size());
            pitches_[host.data[p]] = pitch;
        }
        view.data[p] = buffer.as<void>();
        view.stride[p] = static_cast<ptrdiff_t>(pitches_[host.data[p]]);
    }

    cuda::Device& device_;
    std::map<const void*, cuda::Buffer> buffers_;
    std::map<const void*, size_t> pitches_;
};

}  // namespace

std::vector<std::vector<std::byte>> device_sums(cuda::Device& device, const Metric& metric, Variants variants,
                                                std::span<const FramePictures> frames) {
    const cuda::Current current(*device.context());
    // Metrics see the pictures that they need alone; those that need none work at no size at all.
    const PictureFormat format = frames[0].dis ? frames[0].dis.format : frames[0].ref.format;
    const auto extractor = metric.make_cuda(variants, format, device);
    Uploads uploads(device);
    std::vector<FramePictures> on_device(frames.begin(), frames.end());
    for (FramePictures& frame : on_device)
        for (PictureView* view : testing_frames::views_of(frame)) *view = uploads.upload(*view);

    const size_t stride = round_up(extractor->raw_size(), kRawAlignment);
    std::vector<std::byte> raw(stride * frames.size());
    const cuda::Buffer buffer = device.upload(raw.data(), raw.size());
    const cuda::Stream stream(device.context());
    extractor->enqueue({on_device, buffer.address(), stride, stream.get()});
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
