// Pictures of host memory on the device, for tests and measurements that call kernels without the engine.
#pragma once

#include <map>
#include <vector>

#include "cuda/driver/device.h"
#include "picture/picture_format.h"
#include "support/samples.h"

namespace vmaf::test {

/// Writes at(plane, x, y) to every sample of a picture in device memory, by the default stream.
template <class At>
void write_device_samples(const cuda::Context& context, const VmafPicture& picture, At&& at) {
    const cuda::Current current(context);
    for (unsigned p = 0; p < 3; p++) {
        if (!picture.data[p]) continue;
        const auto stride = static_cast<size_t>(picture.stride[p]);
        const size_t row = picture.w[p] * (picture.bpc > 8 ? 2 : 1);
        std::vector<unsigned char> rows(stride * picture.h[p]);
        write_plane(rows.data(), picture.stride[p], picture.bpc, p, picture.w[p], picture.h[p], at);
        for (unsigned y = 0; y < picture.h[p]; y++)
            VMAF_CUDA_TRY(context.driver(), cuMemcpyHtoD, reinterpret_cast<CUdeviceptr>(picture.data[p]) + y * stride,
                          rows.data() + y * stride, row);
    }
}

/// One copy for each distinct plane in host memory; the bytes behind the rows are 0xff, which is above every depth. The context must be
/// current. Views hold as long as this.
class DeviceCopies {
 public:
    enum class Rows {
        kUneven,   ///< aligned as kernels need it, no more, and of pitches that differ between pictures
        kEngines,  ///< aligned as in pictures that the engine allocates
    };
    explicit DeviceCopies(cuda::Device& device, Rows rows = Rows::kUneven) : device_(device), rows_(rows) {}

    /// The picture on the device; planes without data stay without.
    PictureView of(const PictureView& host);

 private:
    struct Plane {
        cuda::Buffer memory;
        size_t pitch = 0;
    };
    const Plane& copy(const PictureView& host, unsigned p, size_t alignment, size_t padding);

    cuda::Device& device_;
    Rows rows_;
    std::map<const void*, Plane> planes_;  // by their data in host memory
};

}  // namespace vmaf::test
