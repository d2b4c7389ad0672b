// The names that all vector texts give to lanes, and what they all do with them. Included by NAME_simd.cpp and its parts below
// foreach_target.h, once for every instruction set.
//
//   tags      u8 u16 s16 u32 s32 u64 s64 f32 f64: whole vectors, all of one length
//             u16_half ...: vectors of half as many lanes, which widen to whole ones
//   vectors   U8 U16 ...: of those tags
#if defined(VMAF_SIMD_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_SIMD_LANES_INL_H_
#undef VMAF_SIMD_LANES_INL_H_
#else
#define VMAF_SIMD_LANES_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::simd::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr hn::ScalableTag<uint8_t> u8;
inline constexpr hn::ScalableTag<uint16_t> u16;
inline constexpr hn::ScalableTag<int16_t> s16;
inline constexpr hn::ScalableTag<uint32_t> u32;
inline constexpr hn::ScalableTag<int32_t> s32;
inline constexpr hn::ScalableTag<uint64_t> u64;
inline constexpr hn::ScalableTag<int64_t> s64;
inline constexpr hn::ScalableTag<float> f32;
inline constexpr hn::ScalableTag<double> f64;

inline constexpr hn::Half<decltype(u8)> u8_half;
inline constexpr hn::Half<decltype(u8_half)> u8_quarter;
inline constexpr hn::Half<decltype(u16)> u16_half;
inline constexpr hn::Half<decltype(s32)> s32_half;
inline constexpr hn::Half<decltype(f32)> f32_half;

using U8 = hn::Vec<decltype(u8)>;
using U16 = hn::Vec<decltype(u16)>;
using S16 = hn::Vec<decltype(s16)>;
using U32 = hn::Vec<decltype(u32)>;
using S32 = hn::Vec<decltype(s32)>;
using U64 = hn::Vec<decltype(u64)>;
using S64 = hn::Vec<decltype(s64)>;
using F32 = hn::Vec<decltype(f32)>;
using F64 = hn::Vec<decltype(f64)>;

/// A vector as a member of a struct or an array: itself, or its lanes in memory where its length is known at run time alone.
/// Functions of Highway want it back as a vector.
#if HWY_HAVE_SCALABLE
template <class D>
class Held {
 public:
    Held() = default;
    HWY_INLINE Held(hn::Vec<D> v) { hn::Store(v, D(), lanes_); }
    HWY_INLINE operator hn::Vec<D>() const { return hn::Load(D(), lanes_); }

 private:
    HWY_ALIGN hn::TFromD<D> lanes_[hn::MaxLanes(D())];
};
#else
template <class D>
using Held = hn::Vec<D>;
#endif
using HeldS32 = Held<decltype(s32)>;
using HeldU64 = Held<decltype(u64)>;
using HeldF32 = Held<decltype(f32)>;
using HeldF64 = Held<decltype(f64)>;

/// The same bits in other lanes.
template <class V>
HWY_INLINE U32 as_u32(V v) {
    return hn::BitCast(u32, v);
}
template <class V>
HWY_INLINE S32 as_s32(V v) {
    return hn::BitCast(s32, v);
}
template <class V>
HWY_INLINE U64 as_u64(V v) {
    return hn::BitCast(u64, v);
}

/// Sums of neighbours, in twice the bits.
HWY_INLINE U64 widened(U32 v) {
    const U64 pairs = as_u64(v);
    return hn::Add(hn::And(pairs, hn::Set(u64, 0xffffffffu)), hn::ShiftRight<32>(pairs));
}

HWY_INLINE F64 lower_half(S32 v) { return hn::PromoteTo(f64, hn::LowerHalf(v)); }
HWY_INLINE F64 upper_half(S32 v) { return hn::PromoteTo(f64, hn::UpperHalf(s32_half, v)); }
HWY_INLINE F64 lower_half(F32 v) { return hn::PromoteTo(f64, hn::LowerHalf(v)); }
HWY_INLINE F64 upper_half(F32 v) { return hn::PromoteTo(f64, hn::UpperHalf(f32_half, v)); }

/// The halves, rounded.
HWY_INLINE F32 joined(F64 low, F64 high) {
    return hn::Combine(f32, hn::DemoteTo(f32_half, high), hn::DemoteTo(f32_half, low));
}

/// Modulo 2^64.
HWY_INLINE uint64_t sum_of_lanes(U64 v) { return hn::GetLane(hn::SumOfLanes(u64, v)); }
HWY_INLINE int64_t sum_of_lanes(S64 v) { return hn::GetLane(hn::SumOfLanes(s64, v)); }
HWY_INLINE int64_t sum_of_lanes(S32 v) {
    return sum_of_lanes(hn::Add(hn::PromoteTo(s64, hn::LowerHalf(v)), hn::PromoteTo(s64, hn::UpperHalf(s32_half, v))));
}

}  // namespace vmaf::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
