// Pictures in device memory as kernels take them: what a host launcher packs and a kernel unpacks.
#pragma once

#include <cstddef>

#include "base/host_device.h"

namespace vmaf::cuda {

/// Most frames that one launch works on; bounds the arrays inside kernel arguments, which hold 4096 bytes at most.
inline constexpr unsigned kMaxBatch = 32;

/// A plane of one picture. Rows start at multiples of 16 bytes; the whole 16-byte unit that holds a row's
/// last sample may be read, and what lies in it beyond the last sample is unspecified.
struct PlaneArg {
    const void* data = nullptr;  ///< null: there is none (no previous reference yet)
    int pitch = 0;               ///< bytes from row to row, a multiple of 16

    template <class T>
    VMAF_HD const T* row(int y) const {
        return reinterpret_cast<const T*>(static_cast<const unsigned char*>(data) + static_cast<ptrdiff_t>(y) * pitch);
    }
};

/// The same plane of both pictures of a frame.
struct PlanePairArg {
    PlaneArg ref, dis;
};

}  // namespace vmaf::cuda
