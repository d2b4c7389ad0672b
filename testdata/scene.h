// What the camera sees: plane contents by formula, in integers alone, so that every machine makes the same bytes.
#pragma once

#include "image.h"

namespace vmaf::testdata {

enum class Scene {
    kTexture,   ///< moving texture of several scales with hard-edged objects moving otherwise
    kCuts,      ///< kTexture with another place every third frame
    kNoise,     ///< independent samples at full amplitude
    kFlat,      ///< one grey, slowly changing
    kDark,      ///< shallow gradients near black
    kSky,       ///< gradients so shallow that neighbours share a value, in curved contours
    kRamp,      ///< linear gradients over the full range, moving
    kMin,       ///< all samples 0
    kMax,       ///< all samples at the maximum
    kChecker,   ///< extremes alternating from sample to sample and from frame to frame
    kExtremes,  ///< frames in turn: kMin, kChecker, kMax, a checkerboard of 8x8 blocks
};

/// Frame `frame` of plane `plane` (0 luma, 1 and 2 chroma) of a scene.
Image render(Scene scene, uint32_t seed, unsigned plane, unsigned w, unsigned h, unsigned frame);

}  // namespace vmaf::testdata
