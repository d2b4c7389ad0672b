// How frames are dealt out to several devices.
#pragma once

#include <algorithm>
#include <cstdint>

#include "picture/picture_format.h"

namespace vmaf {

/// Consecutive frames of a format that go to one device: many enough that the neighbours it is given besides hardly count, few enough that all
/// devices are busy soon.
inline unsigned chunk_of(const PictureFormat& format) {
    constexpr uint64_t kSamples = uint64_t{128} << 20, kLeast = 8, kMost = 64;
    const uint64_t samples = std::max<uint64_t>(1, uint64_t{format.w} * format.h);
    return static_cast<unsigned>(std::clamp(kSamples / samples, kLeast, kMost));
}

}  // namespace vmaf
