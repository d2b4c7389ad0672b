// A picture on which cambi finds much.
#pragma once

#include "support/pictures.h"

namespace vmaf::test {

/// A picture with contours: values fall into few levels, in patches.
inline TestPicture contours(const PictureFormat& format) {
    const unsigned base = format.bpc < 10 ? 200 >> (10 - format.bpc) : 200;
    const unsigned shift = format.bpc < 10 ? 0 : format.bpc - 10;
    return TestPicture(format, [=](unsigned, unsigned x, unsigned y) {
        const auto patch = static_cast<unsigned>(hash(x / 11 + 1000 * (y / 9)));
        const bool speck = hash(x + 5000 * y) % 19 == 0;
        return (base + patch % 5 + (speck ? 3 : 0)) << shift;
    });
}

}  // namespace vmaf::test
