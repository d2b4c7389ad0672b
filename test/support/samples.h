// The one way in which tests fill pictures: a function of plane and place, whoever owns the memory.
#pragma once

#include <gtest/gtest.h>

#include "libvmaf/picture.h"
#include "picture/picture_format.h"

namespace vmaf::test {

/// Writes at(plane, x, y) to every sample of a w x h plane in host memory; `stride` in bytes.
template <class At>
void write_plane(void* data, ptrdiff_t stride, unsigned bpc, unsigned p, unsigned w, unsigned h, At&& at) {
    for (unsigned y = 0; y < h; y++) {
        auto* const row = static_cast<unsigned char*>(data) + static_cast<ptrdiff_t>(y) * stride;
        for (unsigned x = 0; x < w; x++)
            if (bpc > 8)
                reinterpret_cast<uint16_t*>(row)[x] = static_cast<uint16_t>(at(p, x, y));
            else
                row[x] = static_cast<unsigned char>(at(p, x, y));
    }
}

/// The same for all planes of a picture of the C API.
template <class At>
void write_samples(const VmafPicture& picture, At&& at) {
    for (unsigned p = 0; p < 3; p++)
        if (picture.data[p])
            write_plane(picture.data[p], picture.stride[p], picture.bpc, p, picture.w[p], picture.h[p], at);
}

/// A picture of vmaf_picture_alloc(), which the caller unreferences or hands on.
template <class At>
VmafPicture api_picture(const PictureFormat& format, At&& at) {
    VmafPicture picture = {};
    EXPECT_EQ(vmaf_picture_alloc(&picture, format.pix_fmt, format.bpc, format.w, format.h), 0);
    write_samples(picture, at);
    return picture;
}

}  // namespace vmaf::test
