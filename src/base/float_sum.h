// An exact sum of floats that are not negative, in any order and from any number of threads: limbs of 32 bits, to which every float adds
// two parts.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/host_device.h"

namespace vmaf {

/// What a float adds to the limbs `first` and `first` + 1.
struct FloatParts {
    int first;
    uint64_t low, high;  ///< below 2^32
};

/// Limb i counts 2^(32 i - 32) and holds 2^32 parts, without carries: the same floats give the same limbs.
struct FloatSum {
    static constexpr int kLimbs = 4;
    uint64_t limb[kLimbs] = {};

    /// Of a float from 0 to below 2^88; bits below 2^-32 are dropped.
    VMAF_HD static constexpr FloatParts parts(float value) {
        const auto bits = std::bit_cast<uint32_t>(value);
        const uint32_t significand = (bits & 0x7fffff) | 0x800000;
        const int place = static_cast<int>(bits >> 23) - 150 + 32;  // of the lowest bit
        if (place <= -24) return {0, 0, 0};
        const int first = place < 0 ? 0 : place / 32;
        const uint64_t shifted = place < 0 ? significand >> -place : uint64_t{significand} << (place % 32);
        return {first, shifted & 0xffffffff, shifted >> 32};
    }

    void add(float value) {
        const FloatParts parts = FloatSum::parts(value);
        limb[parts.first] += parts.low;
        limb[parts.first + 1] += parts.high;
    }
    double value() const {
        double sum = 0;
        for (int i = kLimbs; i-- > 0;) sum += std::ldexp(static_cast<double>(limb[i]), 32 * i - 32);
        return sum;
    }
    bool operator==(const FloatSum&) const = default;
};

}  // namespace vmaf
