// Which instruction sets the texts of this folder are compiled for, and the choice among them. Highway's own choice
// needs its library; this one follows CpuFeatures, and with it the user's cpumask.
#pragma once

#ifdef HIGHWAY_HWY_DETECT_TARGETS_H_
#error "to be included before any header of Highway"
#endif

#include <cstdint>

#include "base/cpu.h"

// SSE4 is the weakest set on x86; below it the scalar code runs. The sets left out would need more of CpuFeatures. A
// text that gains by AVX-512 of Ice Lake defines HWY_WANT_AVX3_DL first.
#define HWY_WANT_SSE4 1
#define HWY_DISABLE_PCLMUL_AES
#define HWY_DISABLE_F16C
#if VMAF_ENABLE_AVX512
#define HWY_DISABLED_TARGETS (HWY_SCALAR | HWY_EMU128 | HWY_SSSE3 | HWY_SVE_256 | HWY_SVE2 | HWY_SVE2_128)
#else
#define HWY_DISABLED_TARGETS \
    (HWY_SCALAR | HWY_EMU128 | HWY_SSSE3 | HWY_AVX3 | HWY_AVX3_DL | HWY_SVE_256 | HWY_SVE2 | HWY_SVE2_128)
#endif
#include "hwy/detect_targets.h"

namespace vmaf::simd {

/// What a metric's text gave for one instruction set. `Code` is the metric's own struct of function pointers, `kTarget`
/// one of Highway's bits. Every round of the text defines it for the set of that round:
///
///     template <>
///     constexpr const Code* simd::kCompiled<Code, HWY_TARGET> = &HWY_NAMESPACE::kCode;
template <class Code, int64_t kTarget>
inline constexpr const Code* kCompiled = nullptr;

/// That of the best set that `cpu` has, or null. To be called below all rounds, under HWY_ONCE.
template <class Code>
const Code* best(const CpuFeatures& cpu) {
    const Code* best = nullptr;
    const auto offer = [&best](bool usable, const Code* code) {
        if (usable && code) best = code;
    };
    offer(cpu.sse4, kCompiled<Code, HWY_SSE4>);
    offer(cpu.avx2, kCompiled<Code, HWY_AVX2>);
    offer(cpu.avx512, kCompiled<Code, HWY_AVX3>);
    offer(cpu.avx512_icl, kCompiled<Code, HWY_AVX3_DL>);
    offer(cpu.neon, kCompiled<Code, HWY_NEON>);
    offer(cpu.sve, kCompiled<Code, HWY_SVE>);
    return best;
}

}  // namespace vmaf::simd
