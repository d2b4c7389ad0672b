// Renders scenes: value noise on lattices, objects, gradients and extremes.
#include "scene.h"

#include <algorithm>

namespace vmaf::testdata {
namespace {

constexpr uint16_t kWhite = 65535;

/// A sample's place: plane, frame and position, with the clip's seed.
struct Place {
    uint32_t seed;
    unsigned plane, frame, x, y;
};

/// 3t^2 - 2t^3 in Q8, for t in [0, 256].
constexpr int smooth(int t) { return t * t * (768 - 2 * t) >> 16; }

constexpr int mix(int a, int b, int t) { return a + ((b - a) * t >> 8); }

/// Value noise, 0 to 65535, on a lattice of 2^log2_cell samples. Keeps the corners of the cell that it was last asked
/// about: scenes are painted row by row.
class Lattice {
 public:
    Lattice(uint32_t seed, unsigned log2_cell) : seed_(seed), log2_cell_(log2_cell) { enter(0, 0); }

    /// x and y in Q8.
    int at(uint32_t x, uint32_t y) {
        const unsigned shift = log2_cell_ + 8;
        if (x >> shift != i_ || y >> shift != j_) enter(x >> shift, y >> shift);
        const int tx = smooth(static_cast<int>((x >> log2_cell_) & 255)),
                  ty = smooth(static_cast<int>((y >> log2_cell_) & 255));
        return mix(mix(corners_[0][0], corners_[0][1], tx), mix(corners_[1][0], corners_[1][1], tx), ty);
    }

 private:
    void enter(uint32_t i, uint32_t j) {
        i_ = i;
        j_ = j;
        for (uint32_t dj = 0; dj < 2; ++dj)
            for (uint32_t di = 0; di < 2; ++di)
                corners_[dj][di] = static_cast<int>(hash(seed_, log2_cell_, i + di, j + dj) >> 16);
    }

    uint32_t seed_, i_ = 0, j_ = 0;
    unsigned log2_cell_;
    int corners_[2][2];
};

/// A disc on a circular-ish path and a striped bar: edges that move against the background. Negative: not covered.
int object(const Place& p) {
    const int scale = p.plane == 0 ? 2 : 1;
    const int cx = (24 + static_cast<int>(p.frame) * 3) * scale, cy = (20 + static_cast<int>(p.frame % 7) * 2) * scale;
    const int dx = static_cast<int>(p.x) - cx, dy = static_cast<int>(p.y) - cy;
    if (dx * dx + dy * dy < 100 * scale * scale) return 52000 - 300 * dy;
    const int bar = static_cast<int>(p.y) - 9 * scale - static_cast<int>(p.frame);
    if (bar >= 0 && bar < 5 * scale) return (p.x / 3 + p.frame) % 2 ? 58000 : 9000;
    return -1;
}

/// Lattices from coarse to fine, each at half the amplitude of the one before.
struct Octaves {
    explicit Octaves(uint32_t seed) : lattices{{seed, 5}, {seed, 4}, {seed, 3}, {seed, 2}, {seed, 1}} {}

    int at(uint32_t x, uint32_t y) {
        int value = 0;
        for (unsigned i = 0; i < 5; ++i) value += lattices[i].at(x, y) >> (i + 1);
        return value;
    }

    Lattice lattices[5];
};

/// Texture within the broadcast range of luma; chroma with a quarter of the amplitude around mid-scale.
uint16_t texture(const Place& p, Octaves& octaves) {
    // 1.375 samples right and 0.625 down per frame (half for chroma); the offset keeps coordinates positive.
    const uint32_t speed = p.plane == 0 ? 2 : 1;
    const uint32_t x = (p.x << 8) + (1u << 20) - p.frame * 176 * speed, y = (p.y << 8) + p.frame * 80 * speed;
    int value = object(p);
    if (value < 0) value = octaves.at(x, y);
    if (p.plane == 0) return static_cast<uint16_t>(4096 + (value * 219 >> 8));
    return static_cast<uint16_t>(32768 + ((value - 32768) >> 2));
}

uint16_t dark(const Place& p, Lattice& noise) {
    const int ramp = static_cast<int>(p.x * 5 + p.y * 3 + p.frame * 16);
    const int value = 4300 + ramp % 4096 + (noise.at(p.x << 8, p.y << 8) >> 6);
    return static_cast<uint16_t>(p.plane == 0 ? value : 32768 + value / 16);
}

uint16_t sky(const Place& p, Lattice& noise) {
    const int slope = static_cast<int>(p.x * 9 + p.y * 5 + p.frame * 96);
    return static_cast<uint16_t>(14000 + p.plane * 8000 + slope + (noise.at(p.x << 8, p.y << 8) >> 6));
}

/// A gradient that runs over the full range and back, at a slope that differs between planes.
uint16_t ramp(const Place& p) {
    const uint32_t position = (p.x * (411 + 64 * p.plane) + p.y * 277 + p.frame * 1536) % 131072;
    return static_cast<uint16_t>(position < 65536 ? position : 131071 - position);
}

uint16_t checker(const Place& p, unsigned cell) { return (p.x / cell + p.y / cell + p.frame) % 2 ? kWhite : 0; }

uint16_t extreme(const Place& p) {
    constexpr uint16_t kFlatValue[] = {0, 0, kWhite, 0};
    if (p.frame % 2 == 0) return kFlatValue[p.frame % 4];
    return checker(p, p.frame % 4 == 1 ? 1 : 8);
}

}  // namespace

Image render(Scene scene, uint32_t seed, unsigned plane, unsigned w, unsigned h, unsigned frame) {
    if (scene == Scene::kCuts) return render(Scene::kTexture, seed + frame / 3 * 7919, plane, w, h, frame);
    Octaves octaves(seed + plane * 977);
    Lattice dark_noise(seed, 5), sky_noise(seed, 6);
    const auto sample = [&](const Place& p) -> uint16_t {
        switch (scene) {
            case Scene::kTexture: return texture(p, octaves);
            case Scene::kNoise: return static_cast<uint16_t>(hash(p.seed, p.plane * 1024 + p.frame, p.x, p.y));
            case Scene::kFlat: return static_cast<uint16_t>(30000 + p.plane * 3000 + p.frame * 257);
            case Scene::kDark: return dark(p, dark_noise);
            case Scene::kSky: return sky(p, sky_noise);
            case Scene::kRamp: return ramp(p);
            case Scene::kMax: return kWhite;
            case Scene::kChecker: return checker(p, 1);
            case Scene::kExtremes: return extreme(p);
            case Scene::kMin:
            case Scene::kCuts: break;
        }
        return 0;
    };
    Image image(w, h);
    for (unsigned y = 0; y < h; ++y)
        for (unsigned x = 0; x < w; ++x) image.at(x, y) = sample({seed, plane, frame, x, y});
    return image;
}

}  // namespace vmaf::testdata
