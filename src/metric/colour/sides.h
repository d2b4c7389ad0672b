// Whose side of a frame a kernel makes, of metrics that make the reference's once for many encodes.
#pragma once

#include "cuda/kernel/frame_args.h"

namespace vmaf::colour {

/// Both sides, or one of them, the other one having been made before, or being left to others.
enum Work { kPair, kOfReference, kOfDistorted };

/// What is of the reference alone, and the rest.
inline constexpr int kReferenceSide = 0, kDistortedSide = 1, kSides = 2;

/// The sides that are made.
struct SidesArg {
    int first, count;
};
VMAF_HD constexpr SidesArg sides_of(Work work) {
    return {work == kOfDistorted ? kDistortedSide : kReferenceSide, work == kPair ? kSides : 1};
}

}  // namespace vmaf::colour
