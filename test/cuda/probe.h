// Kernels that try the kernels' vocabulary itself, good and bad uses of it.
#pragma once

#include <cstdint>

namespace vmaf::test {

inline constexpr int kIntrinsics = 40;   ///< results of try_intrinsics() per triple of inputs
inline constexpr int kWarpResults = 12;  ///< results of probe_warp per thread

struct ProbeArgs {
    const uint32_t* in = nullptr;
    uint32_t* out = nullptr;
    uint64_t* totals = nullptr;
    int count = 0;
};

}  // namespace vmaf::test
