// What an encoder does to a plane: the distorted twin of a generated clip.
#pragma once

#include "image.h"

namespace vmaf::testdata {

/// Applied in the order of the members; a zero leaves the step out.
struct Damage {
    unsigned blur = 0;  ///< passes of the 1 4 6 4 1 filter, both ways
    unsigned quantiser =
        0;  ///< step of the mean of 8x8 blocks in the Walsh-Hadamard domain; finer detail gets coarser steps
    unsigned banding = 0;  ///< low bits (of 16) that are lost
    unsigned noise = 0;    ///< largest deviation, in 16-bit steps; triangular distribution
    bool invert = false;   ///< extremes become the other extreme
};

/// Damages one plane; `seed` should differ from plane to plane and frame to frame.
Image damaged(Image image, const Damage& damage, uint32_t seed);

}  // namespace vmaf::testdata
