// A checksum that finds damage in files: FNV-1a of 64 bits. It protects from no one who means harm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vmaf {

inline constexpr uint64_t kEmptyChecksum = 0xcbf29ce484222325;

/// The checksum of what `so_far` is of, followed by `bytes`.
inline uint64_t checksum(std::span<const std::byte> bytes, uint64_t so_far = kEmptyChecksum) {
    constexpr uint64_t kPrime = 0x100000001b3;
    for (const std::byte b : bytes) so_far = (so_far ^ static_cast<uint64_t>(b)) * kPrime;
    return so_far;
}

}  // namespace vmaf
