// Samples above their bit depth: how they are found, and what is said about them.
//
// Samples of 9 to 15 bits lie in 16-bit words, which can hold more. What a metric makes of such values would depend on the
// instruction set, so that a frame with one of them is refused. The largest sample of a depth is all ones: the bits of many samples,
// or-ed together, exceed it exactly if one of the samples does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/cpu.h"
#include "picture/picture_format.h"

namespace vmaf {

/// Which picture of a pair is meant.
enum class Side { kReference, kDistorted };

/// "the reference picture", "the distorted picture"
std::string_view describe(Side side);

/// The largest sample of a depth.
constexpr unsigned peak_sample(unsigned bpc) { return (1u << bpc) - 1; }

/// True for the depths whose words can hold more than a sample.
constexpr bool words_exceed_samples(unsigned bpc) { return bpc > 8 && bpc < 16; }

/// Samples of a pair, as a bit set: bit p is plane p of the reference, bit 3 + p plane p of the distorted picture.
using PlaneSet = unsigned;
constexpr PlaneSet plane_bit(Side side, unsigned p) { return 1u << (side == Side::kDistorted ? 3 + p : p); }

/// Gives all samples of a row, or-ed together; or another number that exceeds the largest sample of a depth if and only if they do.
using OrSamples = unsigned (*)(const uint16_t* row, size_t count) noexcept;
unsigned or_of_samples(const uint16_t* row, size_t count) noexcept;
/// Samples of 8 bits fill their bytes: 0.
inline unsigned or_of_samples(const uint8_t*, size_t) noexcept { return 0; }
/// The fastest one; the one on vectors, which is null where there are none.
OrSamples best_or_samples(const CpuFeatures& cpu);
OrSamples vector_or_samples(const CpuFeatures& cpu);

/// Throws Error(EINVAL) if a sample of plane p lies above the depth's range: the text names the frame, the picture, the plane, the
/// first such sample's place and value, and what the data looks like. `picture` lies in host memory.
void check_samples(unsigned frame, Side side, const PictureView& picture, unsigned p,
                   OrSamples or_samples = or_of_samples);

/// check_samples() for the planes in `planes`, in the order of their bits.
void check_samples(const FramePictures& frame, PlaneSet planes, OrSamples or_samples = or_of_samples);

}  // namespace vmaf
