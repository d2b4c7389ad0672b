// Planes of generated video: 16-bit samples, whatever the clip's depth; the first thing in the flow of a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vmaf::testdata {

/// One plane. Samples span 0 to 65535; a clip of n bits takes the upper n.
struct Image {
    unsigned w = 0, h = 0;
    std::vector<uint16_t> samples;

    Image() = default;
    Image(unsigned width, unsigned height) : w(width), h(height), samples(size_t{width} * height) {}
    uint16_t& at(unsigned x, unsigned y) { return samples[size_t{y} * w + x]; }
    uint16_t at(unsigned x, unsigned y) const { return samples[size_t{y} * w + x]; }
};

/// A well-mixed 32-bit value of its arguments: the source of all randomness.
constexpr uint32_t hash(uint32_t a, uint32_t b = 0, uint32_t c = 0, uint32_t d = 0) {
    uint32_t h = 0x9e3779b9u;
    for (uint32_t word : {a, b, c, d}) {
        h = (h ^ word) * 0x85ebca6bu;
        h = (h ^ (h >> 13)) * 0xc2b2ae35u;
        h ^= h >> 16;
    }
    return h;
}

}  // namespace vmaf::testdata
