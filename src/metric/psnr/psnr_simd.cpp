// The squared errors of psnr on vectors: products of 16-bit differences, added up in 32 bits for as long as they fit.
#include "metric/psnr/psnr.h"
#include "metric/vector_code.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/psnr/psnr_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::psnr::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

template <class V>
HWY_INLINE V distance(V a, V b) {
    return hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a));
}

/// Adds the squared errors of a vector of samples, pairs of them to a lane; of 16-bit samples no more than 15 bits are
/// in use, and `bits` collects those that are.
HWY_INLINE void add_products(const uint8_t* a, const uint8_t* b, S32& sum0, S32& sum1, U16&) {
    const auto errors = distance(hn::LoadU(u8, a), hn::LoadU(u8, b)), zero = hn::Zero(u8);
    const S16 low = hn::BitCast(s16, hn::InterleaveLower(u8, errors, zero));
    const S16 high = hn::BitCast(s16, hn::InterleaveUpper(u8, errors, zero));
    sum0 = hn::ReorderWidenMulAccumulate(s32, low, low, sum0, sum1);
    sum0 = hn::ReorderWidenMulAccumulate(s32, high, high, sum0, sum1);
}
HWY_INLINE void add_products(const uint16_t* a, const uint16_t* b, S32& sum0, S32& sum1, U16& bits) {
    const U16 ref = hn::LoadU(u16, a), dis = hn::LoadU(u16, b);
    bits = hn::Or(bits, hn::Or(ref, dis));
    const S16 errors = hn::BitCast(s16, hn::Sub(ref, dis));
    sum0 = hn::ReorderWidenMulAccumulate(s32, errors, errors, sum0, sum1);
}

/// How many vectors of `bpc`-bit samples sums of 32 bits hold.
size_t longest_run(unsigned bpc) { return bpc == 8 ? size_t{1} << 14 : size_t{1} << (31 - 2 * bpc); }

/// Squared errors of at most longest_run() vectors.
template <class T>
HWY_INLINE U64 run_sse(const T* a, const T* b, size_t vectors, U16& bits) {
    const size_t n = hn::Lanes(hn::ScalableTag<T>());
    S32 sum0 = hn::Zero(s32), sum1 = sum0;
    for (size_t i = 0; i < vectors; i++) add_products(a + i * n, b + i * n, sum0, sum1, bits);
    return hn::Add(widened(hn::BitCast(u32, sum0)), widened(hn::BitCast(u32, sum1)));
}

/// Squared errors of vectors of 16-bit samples.
HWY_INLINE U64 deep_run_sse(const uint16_t* a, const uint16_t* b, size_t vectors) {
    U64 sum = hn::Zero(u64);
    for (size_t i = 0; i < vectors; i++) {
        const size_t x = i * hn::Lanes(u16);
        const U32 errors = hn::BitCast(u32, distance(hn::LoadU(u16, a + x), hn::LoadU(u16, b + x)));
        const U32 even = hn::And(errors, hn::Set(u32, 0xffff)), odd = hn::ShiftRight<16>(errors);
        sum = hn::Add(sum, hn::Add(widened(hn::Mul(even, even)), widened(hn::Mul(odd, odd))));
    }
    return sum;
}

/// `run` gives the sum of a number of vectors, at most `longest`.
template <class T, class Run>
HWY_INLINE uint64_t plane_sse(Plane<T> ref, Plane<T> dis, size_t longest, Run run) {
    constexpr hn::ScalableTag<T> d;
    const size_t n = hn::Lanes(d), whole = ref.w / n, rest = ref.w % n;
    T ref_rest[hn::MaxLanes(d)] = {}, dis_rest[hn::MaxLanes(d)] = {};
    U64 sum = hn::Zero(u64);
    for (unsigned y = 0; y < ref.h; y++) {
        const T *a = ref.row(y), *b = dis.row(y);
        for (size_t i = 0; i < whole; i += longest)
            sum = hn::Add(sum, run(a + i * n, b + i * n, std::min(longest, whole - i)));
        if (rest == 0) continue;
        std::memcpy(ref_rest, a + whole * n, rest * sizeof(T));
        std::memcpy(dis_rest, b + whole * n, rest * sizeof(T));
        sum = hn::Add(sum, run(ref_rest, dis_rest, 1));
    }
    return sum_of_lanes(sum);
}

uint64_t sse(const PictureView& ref, const PictureView& dis, unsigned p, unsigned& bits) {
    const unsigned bpc = ref.format.bpc;
    U16 lanes = hn::Zero(u16);
    const auto sum = [&lanes](const auto* a, const auto* b, size_t vectors)
                         HWY_ATTR { return run_sse(a, b, vectors, lanes); };
    if (bpc == 8) return plane_sse(ref.plane<uint8_t>(p), dis.plane<uint8_t>(p), longest_run(bpc), sum);
    const Plane<uint16_t> a = ref.plane<uint16_t>(p), b = dis.plane<uint16_t>(p);
    if (bpc == 16)
        return plane_sse(a, b, SIZE_MAX / 2, [](const auto* x, const auto* y, size_t vectors) HWY_ATTR {
            return deep_run_sse(x, y, vectors);
        });
    const uint64_t total = plane_sse(a, b, longest_run(bpc), sum);
    bits |= hn::GetLane(hn::MaxOfLanes(u16, lanes));
    return total;
}

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, sse);
}

}  // namespace
}  // namespace vmaf::psnr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<psnr::Sums>, HWY_TARGET> = psnr::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> psnr::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
