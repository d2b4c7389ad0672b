// Which instruction sets the texts of this folder are compiled for, and the choice among them. Highway's own choice
// needs its library; this one follows CpuFeatures, and with it the user's cpumask.
#pragma once

#ifdef HIGHWAY_HWY_DETECT_TARGETS_H_
#error "to be included before any header of Highway"
#endif

#include <cstdint>

#include "metric/metric.h"

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

/// Makes a metric's extractor with the code for one instruction set.
using MakeExtractor = std::unique_ptr<Extractor> (*)(Variants, const PictureFormat&);

/// What a metric's text gives for an instruction set: a MakeExtractor, or what its Key names as its `Maker`.
template <class Key>
constexpr auto no_maker() {
    if constexpr (requires { typename Key::Maker; })
        return static_cast<typename Key::Maker>(nullptr);
    else
        return static_cast<MakeExtractor>(nullptr);
}
template <class Key>
using Maker = decltype(no_maker<Key>());

/// That for one instruction set, one of Highway's bits. `Key` is a type of the metric's own, its Sums where it makes an
/// extractor. Every round of the text defines it for the set of that round:
///
///     template <>
///     constexpr simd::MakeExtractor simd::kCompiled<vif::Sums, HWY_TARGET> = vif::HWY_NAMESPACE::make;
template <class Key, int64_t kTarget>
inline constexpr Maker<Key> kCompiled = nullptr;

/// That for the best set that `cpu` has, or null. To be called below all rounds, under HWY_ONCE.
template <class Key>
Maker<Key> best(const CpuFeatures& cpu) {
    Maker<Key> best = nullptr;
    const auto offer = [&best](bool usable, Maker<Key> make) {
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

/// The extractor for that set, or null.
template <class Key>
std::unique_ptr<Extractor> make_best(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    const MakeExtractor make = best<Key>(cpu);
    return make ? make(variants, format) : nullptr;
}

}  // namespace vmaf::simd
