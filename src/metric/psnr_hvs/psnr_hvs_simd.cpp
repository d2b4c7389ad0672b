// psnr_hvs on vectors: as many neighbouring blocks at a time as a vector has lanes, a block a lane, and the sum of their terms by
// base/sequential_sum.h.
#include "metric/psnr_hvs/psnr_hvs.h"
#include "metric/vector_code.h"

#include <algorithm>
#include <cstring>

#include "base/sequential_sum.h"
#include "metric/psnr_hvs/psnr_hvs_math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/psnr_hvs/psnr_hvs_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::psnr_hvs::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

constexpr size_t kMaxLanes = hn::MaxLanes(f32);

/// t / 2, towards zero.
HWY_INLINE S32 halved(S32 t) { return hn::ShiftRight<1>(hn::Sub(t, hn::BroadcastSignBit(t))); }

/// t c rounded, c in Q15; where 32 bits do not hold the product, in two parts.
template <bool kDeep>
HWY_INLINE S32 scaled(S32 t, int32_t c) {
    const S32 factor = hn::Set(s32, c), half = hn::Set(s32, 1 << 14);
    if constexpr (!kDeep) return hn::ShiftRight<15>(hn::Add(hn::Mul(t, factor), half));
    const S32 low = hn::And(t, hn::Set(s32, 0x7fff));
    return hn::Add(hn::Mul(hn::ShiftRight<15>(t), factor), hn::ShiftRight<15>(hn::Add(hn::Mul(low, factor), half)));
}

/// The transform of the vectors 0, kStride, ... 7 kStride from x on.
template <bool kDeep, int kStride>
HWY_INLINE void transform(int32_t* x) {
    const size_t step = kStride * hn::Lanes(s32);
    const auto load = [=](size_t i) HWY_ATTR { return hn::Load(s32, x + i * step); };
    const S32 x0 = load(0), x1 = load(1), x2 = load(2), x3 = load(3), x4 = load(4), x5 = load(5), x6 = load(6),
              x7 = load(7);
    const auto plus = [](S32 a, S32 b, int32_t c) HWY_ATTR { return hn::Add(a, scaled<kDeep>(b, c)); };
    const auto minus = [](S32 a, S32 b, int32_t c) HWY_ATTR { return hn::Sub(a, scaled<kDeep>(b, c)); };

    const S32 a1 = hn::Sub(x0, x7), h1 = halved(a1), a0 = hn::Sub(x0, h1);
    const S32 b0 = hn::Add(x1, x6), h0 = halved(b0);
    S32 b3 = hn::Sub(x6, h0), b2 = hn::Sub(x2, x5);
    const S32 b1 = hn::Sub(x2, halved(b2)), a3 = hn::Add(x3, x4), h3 = halved(a3), d = hn::Sub(h3, x4);

    S32 e0 = hn::Add(a0, h3), e6 = hn::Sub(e0, a3), e2 = hn::Sub(h0, b1), e4 = hn::Sub(e2, b0);
    e0 = minus(e0, e4, 13573), e4 = plus(e4, e0, 23170), e0 = minus(e0, e4, 13573);
    e6 = minus(e6, e2, 21895), e2 = plus(e2, e6, 30274), e6 = minus(e6, e2, 21895);

    b2 = plus(b2, b3, 19195), b3 = plus(b3, b2, 23170), b2 = minus(b2, b3, 29956);
    S32 o7 = hn::Sub(halved(b3), d), o5 = hn::Sub(b3, o7), o3 = hn::Sub(h1, b2), o1 = hn::Sub(a1, o3);
    o7 = plus(o7, o1, 3227), o1 = minus(o1, o7, 6393), o7 = plus(o7, o1, 3227);
    o5 = plus(o5, o3, 9940), o3 = minus(o3, o5, 18205), o5 = plus(o5, o3, 9940);

    const auto store = [=](size_t i, S32 v) HWY_ATTR { hn::Store(v, s32, x + i * step); };
    store(0, e0), store(1, o1), store(2, e2), store(3, o3), store(4, e4), store(5, o5), store(6, e6), store(7, o7);
}

/// Neighbouring blocks of one picture, sample by sample, later coefficient by coefficient: vectors of kTerms.
struct Blocks {
    HWY_ALIGN int32_t values[kTerms * kMaxLanes];

    HWY_INLINE S32 at(int i) const { return hn::Load(s32, values + static_cast<size_t>(i) * hn::Lanes(s32)); }
    HWY_INLINE F32 real(int i) const { return hn::ConvertTo(f32, at(i)); }

    /// The blocks `first` and following of a row of blocks; lanes beyond `count` repeat the last one. A row of a block is read in words
    /// of 32 bits, which meet those of the other blocks before they are taken apart.
    template <class T>
    HWY_INLINE void load(const T* samples, ptrdiff_t stride, int first, int count) {
        constexpr size_t kWords = kSide * sizeof(T) / sizeof(uint32_t), kInWord = sizeof(uint32_t) / sizeof(T);
        const size_t lanes = hn::Lanes(u32);
        HWY_ALIGN uint32_t words[kWords * kMaxLanes];
        for (int i = 0; i < kSide; i++) {
            for (size_t lane = 0; lane < lanes; lane++) {
                const int block = first + std::min(static_cast<int>(lane), count - 1);
                uint32_t row[kWords];
                std::memcpy(row, samples + i * stride + block * kStep, sizeof row);
                for (size_t k = 0; k < kWords; k++) words[k * lanes + lane] = row[k];
            }
            for (size_t j = 0; j < kSide; j++) {
                const U32 word = hn::Load(u32, words + j / kInWord * lanes);
                const auto shift = static_cast<int>(j % kInWord * 8 * sizeof(T));
                const U32 sample = hn::And(hn::ShiftRightSame(word, shift), hn::Set(u32, static_cast<T>(~0u)));
                hn::Store(as_s32(sample), s32, values + (static_cast<size_t>(i) * kSide + j) * lanes);
            }
        }
    }

    template <bool kDeep>
    HWY_INLINE void transform_all() {
        const size_t lanes = hn::Lanes(s32);
        for (size_t j = 0; j < kSide; j++) transform<kDeep, kSide>(values + j * lanes);
        for (size_t i = 0; i < kSide; i++) transform<kDeep, 1>(values + i * kSide * lanes);
    }
};

/// scatter() of the blocks' samples from sample `first` on.
template <int kSize>
HWY_INLINE F32 scatter(const Blocks& blocks, int first) {
    S32 sum = hn::Zero(s32);
    for (int i = 0; i < kSize; i++)
        for (int j = 0; j < kSize; j++) sum = hn::Add(sum, blocks.at(first + i * kSide + j));
    const F32 mean = hn::Mul(hn::ConvertTo(f32, sum), hn::Set(f32, 1.f / (kSize * kSize)));
    F32 squares = hn::Zero(f32);
    for (int i = 0; i < kSize; i++)
        for (int j = 0; j < kSize; j++) {
            const F32 deviation = hn::Sub(blocks.real(first + i * kSide + j), mean);
            squares = hn::Add(squares, hn::Mul(deviation, deviation));
        }
    return squares;
}

HWY_INLINE F32 texture_of(const Blocks& blocks) {
    const auto quadrant = [&blocks](int first) HWY_ATTR {
        return hn::Mul(scatter<kSecondHalf>(blocks, first), hn::Set(f32, kQuadrantVariance));
    };
    const F32 variance = hn::Mul(scatter<kSide>(blocks, 0), hn::Set(f32, kBlockVariance));
    const F32 left = hn::Add(quadrant(kTopLeft), quadrant(kBottomLeft));
    const F32 within = hn::Add(hn::Add(left, quadrant(kTopRight)), quadrant(kBottomRight));
    return hn::IfThenElseZero(hn::Gt(variance, hn::Zero(f32)), hn::Div(within, variance));
}

/// The masking of both pictures' coefficients, the greater one.
HWY_INLINE F32 masking_of(const Blocks& ref, const Blocks& dis, F32 ref_texture, F32 dis_texture,
                          const Weights& weights) {
    F32 ref_energy = hn::Zero(f32), dis_energy = ref_energy;
    for (int i = 1; i < kTerms; i++) {
        const F32 weight = hn::Set(f32, weights.masking[i]), of_ref = ref.real(i), of_dis = dis.real(i);
        ref_energy = hn::Add(ref_energy, hn::Mul(hn::Mul(of_ref, of_ref), weight));
        dis_energy = hn::Add(dis_energy, hn::Mul(hn::Mul(of_dis, of_dis), weight));
    }
    const F32 of_ref = hn::Sqrt(hn::Mul(ref_energy, ref_texture)), of_dis = hn::Sqrt(hn::Mul(dis_energy, dis_texture));
    return hn::Mul(hn::Max(of_ref, of_dis), hn::Set(f32, 1 / 32.f));
}

HWY_INLINE F32 quotient(F32 a, const Weights& weights, int i) {
#if HWY_NATIVE_FMA
    const Reciprocal& b = weights.of_masking[i];
    return hn::MulAdd(a, hn::Set(f32, b.head), hn::Mul(a, hn::Set(f32, b.tail)));
#else
    return hn::Div(a, hn::Set(f32, weights.masking[i]));
#endif
}

/// Adds terms up in the order of the picture.
class Summing {
 public:
    float sum() const { return sum_; }

    /// Adds the terms of the first `count` lanes; the blocks hold coefficients.
    HWY_INLINE void add(const Blocks& ref, const Blocks& dis, F32 masking, int count, const Weights& weights) {
        const size_t lanes = hn::Lanes(f32);
        F32 even = hn::Set(f32, even_start(sum_)), odd = hn::Set(f32, odd_start(sum_));
        for (int i = 0; i < kTerms; i++) {
            const F32 error = hn::ConvertTo(f32, hn::Abs(hn::Sub(ref.at(i), dis.at(i))));
            const F32 seen = i == 0 ? error : hn::Max(hn::Sub(error, quotient(masking, weights, i)), hn::Zero(f32));
            const F32 weighted = hn::Mul(seen, hn::Set(f32, weights.sensitivity[i])),
                      term = hn::Mul(weighted, weighted);
            hn::Store(term, f32, terms_ + static_cast<size_t>(i) * lanes);
            even = hn::Add(even, term);
            odd = hn::Add(odd, term);
        }
        hn::Store(even, f32, even_);
        hn::Store(odd, f32, odd_);
        SumIncrement increment{};
        for (int block = 0; block < count; block++)
            increment = then(increment, SumIncrement::between(sum_, even_[block], odd_[block]));
        if (!advance(sum_, increment)) add_one_by_one(count);
    }

 private:
    void add_one_by_one(int count) {
        for (int block = 0; block < count; block++)
            for (size_t i = 0; i < kTerms; i++) sum_ += terms_[i * hn::Lanes(f32) + static_cast<size_t>(block)];
    }

    float sum_ = 0;
    HWY_ALIGN float terms_[kTerms * kMaxLanes];  ///< those of a coefficient side by side
    HWY_ALIGN float even_[kMaxLanes], odd_[kMaxLanes];
};

template <bool kDeep, class T>
float plane_sum(Plane<T> ref, Plane<T> dis, const Weights& weights) {
    const int columns = block_count(static_cast<int>(ref.w)), rows = block_count(static_cast<int>(ref.h));
    Summing summing;
    Blocks of_ref, of_dis;
    for (int y = 0; y < rows; y++)
        for (int x = 0, lanes = static_cast<int>(hn::Lanes(f32)); x < columns; x += lanes) {
            const int count = std::min(lanes, columns - x);
            of_ref.load(ref.row(y * kStep), ref.stride, x, count);
            of_dis.load(dis.row(y * kStep), dis.stride, x, count);
            const F32 ref_texture = texture_of(of_ref), dis_texture = texture_of(of_dis);
            of_ref.template transform_all<kDeep>();
            of_dis.template transform_all<kDeep>();
            const F32 masking = masking_of(of_ref, of_dis, ref_texture, dis_texture, weights);
            summing.add(of_ref, of_dis, masking, count, weights);
        }
    return summing.sum();
}

float sum_of_plane(const FramePictures& frame, unsigned p) {
    const unsigned bpc = frame.ref.format.bpc;
    return with_sample_type(bpc, [&]<class T>(std::type_identity<T>) HWY_ATTR {
        const Plane<T> ref = frame.ref.plane<T>(p), dis = frame.dis.plane<T>(p);
        return bpc > kNarrowDepth ? plane_sum<true>(ref, dis, kWeights[p]) : plane_sum<false>(ref, dis, kWeights[p]);
    });
}

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat&) {
    return make_extractor(variants, sum_of_plane);
}

}  // namespace
}  // namespace vmaf::psnr_hvs::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<psnr_hvs::Sums>, HWY_TARGET> = psnr_hvs::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> psnr_hvs::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
