// The samples of a row or-ed together, on vectors.
#if defined(VMAF_PICTURE_OR_SAMPLES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_PICTURE_OR_SAMPLES_INL_H_
#undef VMAF_PICTURE_OR_SAMPLES_INL_H_
#else
#define VMAF_PICTURE_OR_SAMPLES_INL_H_
#endif

#include "picture/sample_range.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::simd::HWY_NAMESPACE {

/// An OrSamples. Two sums, so that loads need not wait for one another. The last vectors may overlap those before.
inline unsigned or_samples(const uint16_t* row, size_t count) noexcept {
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

}  // namespace vmaf::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
