// The samples of a row or-ed together, on vectors.
#include "simd/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/sample_range_simd.cpp"
#include "hwy/foreach_target.h"
#include "picture/or_samples-inl.h"

#ifndef VMAF_SAMPLE_RANGE_SIMD_ONCE
#define VMAF_SAMPLE_RANGE_SIMD_ONCE
namespace vmaf {
namespace {

struct OrKey {
    using Maker = OrSamples;
};

}  // namespace
}  // namespace vmaf
#endif

namespace vmaf {

template <>
constexpr OrSamples simd::kCompiled<OrKey, HWY_TARGET> = simd::HWY_NAMESPACE::or_samples;

#if HWY_ONCE
OrSamples vector_or_samples(const CpuFeatures& cpu) { return simd::best<OrKey>(cpu); }
#endif

}  // namespace vmaf
