// The samples of a row or-ed together, on vectors.
#include "simd/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "picture/sample_range_simd.cpp"
#include "hwy/foreach_target.h"
#include "picture/sample_range.h"
#include "simd/lanes-inl.h"

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

HWY_BEFORE_NAMESPACE();
namespace vmaf::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// Two sums, so that loads need not wait for one another. The last vectors may overlap those before.
unsigned or_samples(const uint16_t* row, size_t count) noexcept {
    const size_t n = hn::Lanes(u16);
    if (count < 2 * n) return vmaf::or_of_samples(row, count);
    auto even = hn::LoadU(u16, row), odd = hn::LoadU(u16, row + n);
    const auto add = [&](size_t x) HWY_ATTR {
        even = hn::Or(even, hn::LoadU(u16, row + x));
        odd = hn::Or(odd, hn::LoadU(u16, row + x + n));
    };
    for (size_t x = 2 * n; x + 2 * n <= count; x += 2 * n) add(x);
    add(count - 2 * n);
    return hn::GetLane(hn::MaxOfLanes(u16, hn::Or(even, odd)));
}

}  // namespace
}  // namespace vmaf::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr OrSamples simd::kCompiled<OrKey, HWY_TARGET> = vmaf::HWY_NAMESPACE::or_samples;

#if HWY_ONCE
OrSamples vector_or_samples(const CpuFeatures& cpu) { return simd::best<OrKey>(cpu); }
#endif

}  // namespace vmaf
