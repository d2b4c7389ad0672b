// Detects instruction sets and applies the user's cpumask.
#include "base/cpu.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace vmaf {

namespace {

#if defined(__x86_64__) || defined(__i386__)
/// VAES, VPCLMULQDQ and AVX-VNNI, for which compilers' own detection has no names: compilers may use them in what Highway
/// compiles for AVX-512 of Ice Lake, which itself lacks the last one.
bool has_newer_avx() {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) || eax < 1 || !(ecx & 1 << 9) || !(ecx & 1 << 10))
        return false;
    __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx);
    return eax & 1 << 4;
}
#endif

}  // namespace

CpuFeatures cpu_features(uint64_t cpumask) {
    CpuFeatures features;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_cpu_init();
    const bool sse4 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("ssse3");
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    const bool icl = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
                     __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bitalg") &&
                     __builtin_cpu_supports("avx512vpopcntdq") && has_newer_avx();
    features.sse4 = sse4 && !(cpumask & (1 | 2 | 4));
    features.avx2 = avx2 && features.sse4 && !(cpumask & 8);
    features.avx512 = avx512 && features.avx2 && !(cpumask & 16);
    features.avx512_icl = icl && features.avx512 && !(cpumask & 32);
#elif defined(__aarch64__)
    features.neon = !(cpumask & 1);
    features.sve = features.neon && (getauxval(AT_HWCAP) & HWCAP_SVE) && !(cpumask & 2);
#endif
    return features;
}

std::vector<std::string_view> names_of(const CpuFeatures& features) {
    std::vector<std::string_view> names;
    const auto add = [&names](bool has, std::string_view name) {
        if (has) names.push_back(name);
    };
    add(features.sse4, "SSE4");
    add(features.avx2, "AVX2");
    add(features.avx512, "AVX-512");
    add(features.avx512_icl, "AVX-512 of Ice Lake");
    add(features.neon, "NEON");
    add(features.sve, "SVE");
    return names;
}

}  // namespace vmaf
