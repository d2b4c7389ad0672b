// Uploads planes, each once.
#include "device_copies.h"

#include <cstring>
#include <vector>

#include "cuda/engine/pictures.h"

namespace vmaf::test {

namespace {

constexpr size_t kPlaneAlignment = 16;
constexpr unsigned char kBehindRows = 0xff;  // must not reach a result

}  // namespace

PictureView DeviceCopies::of(const PictureView& host) {
    PictureView view = host;
    const bool uneven = rows_ == Rows::kUneven;
    const size_t alignment = uneven ? kPlaneAlignment : cuda::kRowAlignment;
    const size_t padding = uneven ? kPlaneAlignment * (planes_.size() % 3) : 0;
    for (unsigned p = 0; p < host.format.planes(); ++p) {
        if (!host.data[p] || !host.format.plane_w(p) || !host.format.plane_h(p))
            continue;  // chroma of one row or column
        const Plane& plane = copy(host, p, alignment, padding);
        view.data[p] = plane.memory.as<void>();
        view.stride[p] = static_cast<ptrdiff_t>(plane.pitch);
    }
    return view;
}

const DeviceCopies::Plane& DeviceCopies::copy(const PictureView& host, unsigned p, size_t alignment, size_t padding) {
    Plane& plane = planes_[host.data[p]];
    if (plane.pitch) return plane;
    const size_t row = host.format.plane_w(p) * host.format.sample_bytes(), h = host.format.plane_h(p);
    plane.pitch = (row + alignment - 1) / alignment * alignment + padding;
    std::vector<unsigned char> rows(plane.pitch * h, kBehindRows);
    for (size_t y = 0; y < h; ++y)
        std::memcpy(rows.data() + y * plane.pitch,
                    static_cast<const char*>(host.data[p]) + static_cast<ptrdiff_t>(y) * host.stride[p], row);
    plane.memory = device_.upload(rows.data(), rows.size());
    return plane;
}

}  // namespace vmaf::test
