// Copies pictures at a greater depth.
#include "picture/lift.h"

namespace vmaf {

Picture lifted(const PictureView& picture, unsigned bpc, unsigned planes) {
    Picture copy = Picture::allocate(at_least_deep(picture.format, bpc));
    const PictureView out = copy.view();
    for (unsigned p = 0; p < planes; p++)
        with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
            shift_plane(picture.plane<T>(p), bpc - picture.format.bpc,
                        static_cast<uint16_t*>(const_cast<void*>(out.data[p])),
                        out.stride[p] / static_cast<ptrdiff_t>(sizeof(uint16_t)));
        });
    return copy;
}

}  // namespace vmaf
