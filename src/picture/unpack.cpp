// Copies pictures out of clients' layouts.
#include "picture/unpack.h"

namespace vmaf {

Picture unpacked(const PictureView& picture, SampleLayout layout, unsigned bpc, unsigned planes) {
    const PictureFormat& format = picture.format;
    Picture copy = Picture::allocate(at_least_deep(format, bpc));
    const PictureView to = copy.view();
    const SampleShift shift = SampleShift::between(layout, format.bpc, to.format.bpc);
    for (unsigned p = 0; p < planes; p++)
        with_sample_type(format.bpc, [&]<class In>(std::type_identity<In>) {
            with_sample_type(to.format.bpc, [&]<class Out>(std::type_identity<Out>) {
                unpack_plane(picture.plane<In>(p), layout.step(p), shift,
                             static_cast<Out*>(const_cast<void*>(to.data[p])),
                             to.stride[p] / static_cast<ptrdiff_t>(sizeof(Out)));
            });
        });
    return copy;
}

}  // namespace vmaf
