// From how samples lie in a client's memory to how extractors read them: planes of their own, low bits, the depth that is scored.
#pragma once

#include "picture/picture.h"

namespace vmaf {

/// `format` at a depth of `bpc` bits, if its own is less.
constexpr PictureFormat at_least_deep(PictureFormat format, unsigned bpc) {
    if (format.bpc < bpc) format.bpc = bpc;
    return format;
}

/// Where the value of a sample lies in its word, and where it goes: (word >> down) << up.
struct SampleShift {
    unsigned down = 0, up = 0;  ///< bits

    /// From samples that lie in `layout` to ones of `to` bits.
    static SampleShift between(SampleLayout layout, unsigned from, unsigned to) {
        return {layout.padding_bits(from), to - from};
    }
};

/// Moves a plane's samples, which lie `step` apart; `out` has rows `stride` samples apart.
template <class In, class Out>
void unpack_plane(const Plane<In>& in, unsigned step, SampleShift shift, Out* out, ptrdiff_t stride) {
    for (unsigned y = 0; y < in.h; y++) {
        const In* from = in.row(static_cast<ptrdiff_t>(y));
        Out* to = out + static_cast<ptrdiff_t>(y) * stride;
        for (unsigned x = 0; x < in.w; x++) to[x] = static_cast<Out>((from[x * step] >> shift.down) << shift.up);
    }
}

/// A plain copy, at `bpc` bits or more, of the first `planes` planes of a picture in host memory that lies in `layout`; its other planes
/// are 0. Throws std::bad_alloc.
Picture unpacked(const PictureView& picture, SampleLayout layout, unsigned bpc, unsigned planes);

}  // namespace vmaf
