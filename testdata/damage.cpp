// Blur, block quantisation, banding, noise and inversion of a plane, in integers.
#include "damage.h"

#include <algorithm>
#include <array>

namespace vmaf::testdata {
namespace {

constexpr unsigned kBlock = 8;
using Block = std::array<int, kBlock * kBlock>;

uint16_t clamp16(int value) { return static_cast<uint16_t>(std::clamp(value, 0, 65535)); }

/// One pass of 1 4 6 4 1 / 16 along x or y; edge samples repeat.
Image blurred(const Image& in, unsigned step_x, unsigned step_y) {
    constexpr int kTaps[] = {1, 4, 6, 4, 1};
    Image out(in.w, in.h);
    for (unsigned y = 0; y < in.h; ++y)
        for (unsigned x = 0; x < in.w; ++x) {
            int sum = 8;
            for (int k = -2; k <= 2; ++k) {
                const int sx =
                    std::clamp(static_cast<int>(x) + k * static_cast<int>(step_x), 0, static_cast<int>(in.w) - 1);
                const int sy =
                    std::clamp(static_cast<int>(y) + k * static_cast<int>(step_y), 0, static_cast<int>(in.h) - 1);
                sum += kTaps[k + 2] * in.at(static_cast<unsigned>(sx), static_cast<unsigned>(sy));
            }
            out.at(x, y) = static_cast<uint16_t>(sum >> 4);
        }
    return out;
}

/// Unnormalised Walsh-Hadamard transform of 8 values, `stride` apart; twice gives 8 times the input.
void hadamard8(int* v, unsigned stride) {
    for (unsigned half = 1; half < kBlock; half *= 2)
        for (unsigned i = 0; i < kBlock; ++i)
            if (!(i & half)) {
                int& a = v[i * stride];
                int& b = v[(i + half) * stride];
                const int sum = a + b;
                b = a - b;
                a = sum;
            }
}

void hadamard8x8(Block& block) {
    for (unsigned i = 0; i < kBlock; ++i) hadamard8(&block[i * kBlock], 1);
    for (unsigned i = 0; i < kBlock; ++i) hadamard8(&block[i], kBlock);
}

int quantised(int coefficient, int step) {
    const int magnitude = (std::abs(coefficient) + step / 3) / step * step;
    return coefficient < 0 ? -magnitude : magnitude;
}

void quantise_block(Image& image, unsigned x0, unsigned y0, unsigned quantiser) {
    // Number of sign changes of the transform's basis functions, in the order in which hadamard8 leaves them.
    constexpr int kSequency[kBlock] = {0, 7, 3, 4, 1, 6, 2, 5};
    Block block;
    for (unsigned i = 0; i < block.size(); ++i)
        block[i] = image.at(std::min(x0 + i % kBlock, image.w - 1), std::min(y0 + i / kBlock, image.h - 1));
    hadamard8x8(block);
    for (unsigned i = 0; i < block.size(); ++i) {
        const int detail = kSequency[i % kBlock] + kSequency[i / kBlock];
        block[i] = quantised(block[i], static_cast<int>(quantiser) * 16 * (2 + detail));
    }
    hadamard8x8(block);
    for (unsigned i = 0; i < block.size(); ++i)
        if (x0 + i % kBlock < image.w && y0 + i / kBlock < image.h)
            image.at(x0 + i % kBlock, y0 + i / kBlock) = clamp16((block[i] + 32) >> 6);
}

}  // namespace

Image damaged(Image image, const Damage& damage, uint32_t seed) {
    for (unsigned pass = 0; pass < damage.blur; ++pass) image = blurred(blurred(image, 1, 0), 0, 1);
    if (damage.quantiser)
        for (unsigned y = 0; y < image.h; y += kBlock)
            for (unsigned x = 0; x < image.w; x += kBlock) quantise_block(image, x, y, damage.quantiser);
    const unsigned lost = (1u << damage.banding) - 1;
    const int noise = static_cast<int>(damage.noise);
    for (unsigned i = 0; i < image.samples.size(); ++i) {
        int value = static_cast<int>(image.samples[i] & ~lost);
        if (noise) {
            const uint32_t random = hash(seed, i);
            value += (static_cast<int>((random & 0xffff) + (random >> 16)) - 65535) * noise / 65535;
        }
        image.samples[i] = clamp16(damage.invert ? 65535 - value : value);
    }
    return image;
}

}  // namespace vmaf::testdata
