// picture.h: allocation and references.
#include "libvmaf/picture.h"

#include "api/guard.h"
#include "picture/picture.h"

using namespace vmaf;

int vmaf_picture_alloc(VmafPicture* pic, enum VmafPixelFormat pix_fmt, unsigned bpc, unsigned w, unsigned h) {
    return guard([&] {
        if (!pic) fail(EINVAL, "the picture is NULL");
        *pic = Picture::allocate({pix_fmt, bpc, w, h}).release();
    });
}

int vmaf_picture_unref(VmafPicture* pic) {
    if (!pic || !pic->ref) return -EINVAL;  // common in clean-up code: no message
    Picture::adopt(*pic);
    return 0;
}
