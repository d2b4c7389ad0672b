// The sums of float_moment on vectors.
#include "metric/moment/moment.h"
#include "metric/vector_code.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/moment/moment_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::moment::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// Adds a vector's samples and their squares.
HWY_INLINE void add(const uint8_t* p, U64& samples, U64& squares) {
    const U8 v = hn::LoadU(u8, p), zero = hn::Zero(u8);
    const S16 low = hn::BitCast(s16, hn::InterleaveLower(u8, v, zero)),
              high = hn::BitCast(s16, hn::InterleaveUpper(u8, v, zero));
    samples = hn::Add(samples, hn::SumsOf8(v));
    S32 rest = hn::Zero(s32);
    S32 products = hn::ReorderWidenMulAccumulate(s32, low, low, hn::Zero(s32), rest);
    products = hn::ReorderWidenMulAccumulate(s32, high, high, products, rest);
    squares = hn::Add(squares, hn::Add(widened(as_u32(products)), widened(as_u32(rest))));
}

HWY_INLINE void add(const uint16_t* p, U64& samples, U64& squares) {
    const U32 pairs = as_u32(hn::LoadU(u16, p));
    const U32 even = hn::And(pairs, hn::Set(u32, 0xffff)), odd = hn::ShiftRight<16>(pairs);
    samples = hn::Add(samples, widened(hn::Add(even, odd)));
    squares = hn::Add(squares, hn::Add(widened(hn::Mul(even, even)), widened(hn::Mul(odd, odd))));
}

template <class T>
Moments moments_of(const Plane<T>& plane) {
    constexpr hn::ScalableTag<T> d;
    const size_t n = hn::Lanes(d), whole = plane.w / n * n, rest = plane.w - whole;
    T last[hn::MaxLanes(d)] = {};  // a row's last samples, and zeros, which add nothing
    U64 samples = hn::Zero(u64), squares = samples;
    for (unsigned y = 0; y < plane.h; y++) {
        const T* row = plane.row(y);
        for (size_t x = 0; x < whole; x += n) add(row + x, samples, squares);
        if (rest == 0) continue;
        std::memcpy(last, row + whole, rest * sizeof(T));
        add(last, samples, squares);
    }
    return {sum_of_lanes(samples), sum_of_lanes(squares)};
}

class VectorExtractor final : public Extractor {
 public:
    explicit VectorExtractor(size_t variants) : variants_(variants) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            sums = {moments_of(frame.ref.plane<T>(0)), moments_of(frame.dis.plane<T>(0))};
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat&) {
    return std::make_unique<VectorExtractor>(variants.size());
}

}  // namespace
}  // namespace vmaf::moment::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<moment::Sums>, HWY_TARGET> = moment::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> moment::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
