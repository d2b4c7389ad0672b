// The absolute differences of NAME on vectors.
#include "metric/NAME/NAME.h"
#include "metric/vector_code.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/NAME/NAME_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::NAME::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

// REPLACE: the operations of a vector of samples, and the loops.
template <class V>
HWY_INLINE V distance(V a, V b) {
    return hn::Or(hn::SaturatedSub(a, b), hn::SaturatedSub(b, a));
}

HWY_INLINE U64 vector_sad(const uint8_t* a, const uint8_t* b) {
    return hn::SumsOf8(distance(hn::LoadU(u8, a), hn::LoadU(u8, b)));
}

HWY_INLINE U64 vector_sad(const uint16_t* a, const uint16_t* b) {
    const U32 pairs = hn::BitCast(u32, distance(hn::LoadU(u16, a), hn::LoadU(u16, b)));
    return widened(hn::Add(hn::And(pairs, hn::Set(u32, 0xffff)), hn::ShiftRight<16>(pairs)));
}

template <class T>
uint64_t plane_sad(const Plane<T>& ref, const Plane<T>& dis) {
    constexpr hn::ScalableTag<T> d;
    const size_t n = hn::Lanes(d), whole = ref.w / n * n, rest = ref.w - whole;
    T ref_rest[hn::MaxLanes(d)] = {}, dis_rest[hn::MaxLanes(d)] = {};  // a row's last samples, and zeros
    U64 sum = hn::Zero(u64);
    for (unsigned y = 0; y < ref.h; y++) {
        const T *a = ref.row(y), *b = dis.row(y);
        for (size_t x = 0; x < whole; x += n) sum = hn::Add(sum, vector_sad(a + x, b + x));
        std::memcpy(ref_rest, a + whole, rest * sizeof(T));
        std::memcpy(dis_rest, b + whole, rest * sizeof(T));
        sum = hn::Add(sum, vector_sad(ref_rest, dis_rest));
    }
    return sum_of_lanes(sum);
}

class VectorExtractor final : public Extractor {
 public:
    explicit VectorExtractor(size_t variants) : variants_(variants) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        if (frame.ref.format.bpc == 8)
            sums.sad = plane_sad(frame.ref.plane<uint8_t>(0), frame.dis.plane<uint8_t>(0));
        else
            sums.sad = plane_sad(frame.ref.plane<uint16_t>(0), frame.dis.plane<uint16_t>(0));
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat&) {
    return std::make_unique<VectorExtractor>(variants.size());
}

}  // namespace
}  // namespace vmaf::NAME::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<NAME::Sums>, HWY_TARGET> = NAME::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> NAME::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
