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

/// What a text gives for one instruction set, one of Highway's bits: a pointer to a function. `Key` is a type of the text's
/// own whose member `Maker` is the pointer's type. Every round of the text defines it for the set of that round:
///
///     template <>
///     constexpr Key::Maker simd::kCompiled<Key, HWY_TARGET> = HWY_NAMESPACE::make;
template <class Key, int64_t kTarget>
inline constexpr typename Key::Maker kCompiled = nullptr;

/// That for the best set that `cpu` has, or null. To be called below all rounds, under HWY_ONCE.
template <class Key>
typename Key::Maker best(const CpuFeatures& cpu) {
    typename Key::Maker best = nullptr;
    const auto offer = [&best](bool usable, typename Key::Maker make) {
        if (usable && make) best = make;
    };
    offer(cpu.sse4, kCompiled<Key, HWY_SSE4>);
    offer(cpu.avx2, kCompiled<Key, HWY_AVX2>);
    offer(cpu.avx512, kCompiled<Key, HWY_AVX3>);
    offer(cpu.avx512_icl, kCompiled<Key, HWY_AVX3_DL>);
    offer(cpu.neon, kCompiled<Key, HWY_NEON>);
    offer(cpu.sve, kCompiled<Key, HWY_SVE>);
    return best;
}

}  // namespace vmaf::simd
