// picture.h: allocation and references.
#include "libvmaf/picture.h"

#include "api/guard.h"
#include "picture/lending.h"

using namespace vmaf;

int vmaf_picture_alloc(VmafPicture* pic, enum VmafPixelFormat pix_fmt, unsigned bpc, unsigned w, unsigned h) {
    return guard([&] {
        check_arguments({{"pic", pic}});
        *pic = lend(Picture::allocate({pix_fmt, bpc, w, h}));
    });
}

int vmaf_picture_unref(VmafPicture* pic) {
    return guard_quietly([&] {  // a second call is common in clean-up code
        check_arguments({{"pic", pic}});
        if (!pic->ref) fail(EINVAL, "the picture is empty: there is no reference to give up");
        take_back(*pic);
    });
}
