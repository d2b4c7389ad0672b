// What the host side of butteraugli's kernels and the kernels agree on.
#pragma once

#include <cstddef>

#include "metric/butteraugli/butteraugli_math.h"
#include "metric/colour/batch_pictures.h"
#include "metric/colour/sides.h"

namespace vmaf::butteraugli {

/// A block computes kSide x kSide places, each thread kDown of them below each other. Along rows it filters kRun at a time.
struct Tuning {
    static constexpr int kSide = 32, kThreads = 256, kDown = kSide * kSide / kThreads, kRun = 8;
    /// Of the kernel that makes light: a block's quads of pixels, one a thread.
    static constexpr int kQuadColumns = 32, kQuadRows = kThreads / kQuadColumns;
    static constexpr int kRowThreads = 128;  ///< of the kernel that adds up rows, a warp for each
};

/// What is kept of a frame at one size, in planes one behind the other. Planes of the distorted picture follow those of the reference.
inline constexpr int kLight = 0,  // R, G, B; then what the low band leaves of X, Y, B
    kOpponents = kLight + 6,      // X, Y, B; then what the middle band leaves of X and Y
    kNumbers = kOpponents + 6,    // of the middle band: X, Y
    kLowMap = kNumbers + 2, kAcMap = kLowMap + 1, kMap = kAcMap + 1, kPlanesPerFrame = kMap + 1;
// What is not needed any more makes room. The reference's planes make room for its own alone: they may be made beside the others.
inline constexpr int kHighNumbers = kLight + 3,  // X, Y
    kBlurredMask = kOpponents;                   // of the reference, in pairs
VMAF_HD constexpr int ultra_numbers(Channel c) { return c == kX ? kLight + 5 : kOpponents + 5; }  // X, Y
VMAF_HD constexpr int mask_of_side(int side) { return side == 0 ? kLight : kMap; }

/// What is kept of a reference at one size for several distorted pictures: what its bands come to, and its blurred mask.
inline constexpr int kReferenceMask = 0, kReferenceLow = kReferenceMask + 1,   // X, Y, B
    kReferenceMid = kReferenceLow + 3,                                         // X, Y, B
    kReferenceHigh = kReferenceMid + 3, kReferenceUltra = kReferenceHigh + 2,  // X, Y
    kReferencePlanes = kReferenceUltra + 2;

using colour::kOfDistorted;
using colour::kOfReference;
using colour::kPair;
using colour::kSides;
using colour::sides_of;
using colour::SidesArg;
using colour::Work;

/// The planes of a batch at one size.
struct LevelArgs {
    float* planes;  ///< of frame 0
    int w, h, pitch;
    size_t plane;  ///< floats from one to the next

    VMAF_HD float* row(unsigned frame, int name, int y) const {
        return planes + (static_cast<size_t>(frame) * kPlanesPerFrame + static_cast<size_t>(name)) * plane +
               static_cast<size_t>(y) * static_cast<size_t>(pitch);
    }
};

/// Planes of the references of a batch at one size. In pairs there is the mask alone.
struct ReferenceArgs {
    float* of[cuda::kMaxBatch];

    VMAF_HD float* row(const LevelArgs& level, unsigned frame, int name, int y) const {
        return of[frame] + static_cast<size_t>(name) * level.plane +
               static_cast<size_t>(y) * static_cast<size_t>(level.pitch);
    }
};

/// A thread makes two by two places of one picture.
struct LightArgs {
    colour::BatchPictures pictures;
    LevelArgs whole, half;
    bool has_half;
    SidesArg sides;
};

/// Of kernels that blur.
struct BandArgs {
    LevelArgs level;
    Blur blur;
    float luminance, root_of_bias;
    PairWeights lines[2], ultra_lines[2];  ///< of X, of Y
    ReferenceArgs reference;
    SidesArg sides;  ///< for those that see one picture at a time
};

struct VisibleArgs {
    LevelArgs level, half;
    bool has_half;
    ReferenceArgs reference;
};

/// What a row leaves.
struct RawRow {
    double power[3];
    double most;
};

struct PowersArgs {
    LevelArgs level;
    std::byte* raw;  ///< of frame 0: a RawRow for each row
    size_t raw_stride;
};
static_assert(sizeof(LightArgs) <= 4096);

}  // namespace vmaf::butteraugli
