// What the processor may be asked for: detected instruction sets less those that the user's cpumask forbids.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vmaf {

/// Instruction sets that vector code may use. All false: the scalar reference path.
struct CpuFeatures {
    bool sse4 = false;        ///< SSE4.2 with its predecessors
    bool avx2 = false;        ///< AVX2, FMA, BMI2, F16C
    bool avx512 = false;      ///< AVX-512 F, BW, CD, DQ, VL
    bool avx512_icl = false;  ///< the above with VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ, IFMA
    bool neon = false;
    bool sve = false;
};

/// Features of this machine without those that `cpumask` disables. Bits as in VmafConfiguration:
/// 1 SSE2/NEON (and all above), 2 SSSE3/SVE, 4 SSE4.1, 8 AVX2, 16 AVX-512, 32 AVX-512 of Ice Lake; a level needs all below it.
CpuFeatures cpu_features(uint64_t cpumask);

/// What the sets in `features` are called, from the weakest to the best.
std::vector<std::string_view> names_of(const CpuFeatures& features);

}  // namespace vmaf
