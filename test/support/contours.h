// A picture on which cambi finds much.
#pragma once

#include "support/pictures.h"

namespace vmaf::testing {

/// A picture with contours: values fall into few levels, in patches.
inline TestPicture contours(const PictureFormat& format) {
    TestPicture picture(format);
    const unsigned base = format.bpc < 10 ? 200 >> (10 - format.bpc) : 200;
    const unsigned shift = format.bpc < 10 ? 0 : format.bpc - 10;
    for (unsigned y = 0; y < format.h; y++)
        for (unsigned x = 0; x < format.w; x++) {
            const auto patch = static_cast<unsigned>(hash(x / 11 + 1000 * (y / 9)));
            const bool speck = hash(x + 5000 * y) % 19 == 0;
            picture.set(0, x, y, (base + patch % 5 + (speck ? 3 : 0)) << shift);
        }
    return picture;
}

}  // namespace vmaf::testing
