// The arithmetic of cambi: ten bits, smoothing, modes, mask, confidence, fixed point. Shared by every backend;
// docs/numerics/cambi.md fixes each rounding.
#pragma once

#include <bit>
#include <cstdint>

#include "base/host_device.h"

namespace vmaf::cambi {

inline constexpr int kScales = 5;
/// The largest value of a pixel: the nearest multiple of 2^-6 to 16-bit peak is above ten bits.
inline constexpr int kMaxLevel = 1024;
/// Most steps of contrast.
inline constexpr int kMaxSteps = 32;
/// Side of the square in which the spatial mask counts flat pixels, and pixels of it on either side of the centre.
inline constexpr int kMaskSide = 7, kMaskRadius = kMaskSide / 2;

/// A sample of `bpc` bits in ten bits. What lies above the depth, of frames that are refused, counts as the largest.
VMAF_HD constexpr int ten_bits(unsigned sample, unsigned bpc) {
    const unsigned peak = (1u << bpc) - 1;
    const unsigned value = sample < peak ? sample : peak;
    if (bpc <= 10) return static_cast<int>(value << (10 - bpc));
    return static_cast<int>((value + (1u << (bpc - 11))) >> (bpc - 10));
}

/// Mean of a pixel and its neighbours to the right, below, and below to the right, which stand for a pixel beyond the edge.
VMAF_HD constexpr int smoothed(int here, int right, int below, int diagonal) {
    return (here + right + below + diagonal) >> 2;
}

/// The value that occurs more than once, else the smallest.
VMAF_HD constexpr int mode(int a, int b, int c) {
    if (a == b || a == c) return a;
    if (b == c) return b;
    const int ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/// Bits of a picture's area in blocks of 64 x 64, rounded up.
VMAF_HD constexpr int block_bits(int w, int h) {
    const auto blocks = static_cast<unsigned>((w >> 6) * (h >> 6));
    return blocks == 0 ? 0 : static_cast<int>(std::bit_width(blocks - 1));
}

/// A pixel is in the mask if more flat pixels than this are around it.
VMAF_HD constexpr int mask_threshold(int w, int h) {
    return (kMaskSide * kMaskSide + 3 * (block_bits(w, h) - 11) - 1) >> 1;
}

/// Size of a picture without its odd columns or rows.
VMAF_HD constexpr int halved(int size) { return (size + 1) >> 1; }

/// Suprathreshold response to a step of contrast, 1 to kMaxSteps.
VMAF_HD constexpr int step_weight(int step) {
    constexpr uint8_t kWeights[] = {1, 2, 3, 4, 4, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7, 8,
                                    8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
    return kWeights[step - 1];
}

/// Confidence in a contour between `centre` pixels of the value in question and `neighbour` pixels `step` away from it;
/// reciprocal is r(centre + neighbour). No window has so many pixels that one of the first two factors had to be rounded, so
/// that their product is the integer, rounded once.
VMAF_HD constexpr float confidence(int step, unsigned centre, unsigned neighbour, float reciprocal) {
    const auto weighted = static_cast<float>(static_cast<int>(static_cast<unsigned>(step_weight(step)) * neighbour));
    return weighted * static_cast<float>(static_cast<int>(centre)) * reciprocal;
}

/// A positive confidence as a number whose order is that of confidences, from 0 on, and back.
inline constexpr uint32_t kSmallestBits = 0x3f000000;  // 0.5
inline constexpr int kRankBits = 28;                   // confidences stay below 2^21
VMAF_HD constexpr uint32_t rank(float confidence) { return std::bit_cast<uint32_t>(confidence) - kSmallestBits; }
VMAF_HD constexpr float confidence_of(uint32_t rank) { return std::bit_cast<float>(rank + kSmallestBits); }

/// A confidence in Q24, exactly.
inline constexpr int kFractionBits = 24;
VMAF_HD constexpr uint64_t fixed_point(float confidence) {
    return static_cast<uint64_t>(confidence * static_cast<float>(1 << kFractionBits));
}

/// A confidence in a heatmap; `scaling` is Setup::heat_scaling().
VMAF_HD constexpr uint16_t heat(float confidence, double scaling) {
    const double value = scaling * static_cast<double>(confidence);
    return value < 65535 ? static_cast<uint16_t>(value) : 65535;
}

}  // namespace vmaf::cambi
