// Pictures at a greater depth: samples shifted left, which is exact.
#pragma once

#include "picture/picture.h"

namespace vmaf {

/// `format` at a depth of `bpc` bits, if its own is less.
constexpr PictureFormat at_least_deep(PictureFormat format, unsigned bpc) {
    if (format.bpc < bpc) format.bpc = bpc;
    return format;
}

/// Shifts a plane's samples left by `shift` bits; `out` has rows `stride` samples apart.
template <class T>
void shift_plane(const Plane<T>& in, unsigned shift, uint16_t* out, ptrdiff_t stride) {
    for (unsigned y = 0; y < in.h; y++) {
        const T* from = in.row(static_cast<ptrdiff_t>(y));
        uint16_t* to = out + static_cast<ptrdiff_t>(y) * stride;
        for (unsigned x = 0; x < in.w; x++) to[x] = static_cast<uint16_t>(from[x] << shift);
    }
}

/// A copy of the first `planes` planes of a picture in host memory, at `bpc` bits, which is more than it has; the other
/// planes are 0. Throws std::bad_alloc.
Picture lifted(const PictureView& picture, unsigned bpc, unsigned planes);

}  // namespace vmaf
