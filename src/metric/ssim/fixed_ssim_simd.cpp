// ssim on vectors: the rows around a position are filtered down into moments of columns, and these along. Lanes are columns.
// All moments are exact, whether in integers or in doubles, so the order of the two passes is free.
#include <algorithm>
#include <type_traits>
#include <vector>

#include "metric/ssim/fixed_ssim.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/ssim/fixed_ssim_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/float/rows-inl.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::fixed_ssim::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

constexpr hn::Half<decltype(u32)> u32_half;

/// An integer below 2^52 as the double of that value: its bits stand behind those of 2^52.
HWY_INLINE F64 to_double(U64 v) {
    constexpr double kAnchor = static_cast<double>(uint64_t{1} << 52);
    return hn::Sub(hn::BitCast(f64, hn::Or(v, hn::BitCast(u64, hn::Set(f64, kAnchor)))), hn::Set(f64, kAnchor));
}
HWY_INLINE F64 lower_doubles(U32 v) { return to_double(hn::PromoteTo(u64, hn::LowerHalf(v))); }
HWY_INLINE F64 upper_doubles(U32 v) { return to_double(hn::PromoteTo(u64, hn::UpperHalf(u32_half, v))); }

/// A row of moments of columns with kReach zeros in front, and enough behind for windows of whole vectors.
template <class Value>
class Columns {
 public:
    explicit Columns(size_t w) : values_(w + 2 * kReach + 2 * hn::Lanes(u32)) {}

    Value* at(size_t x) { return values_.data() + kReach + x; }
    /// Below the first tap of the window around x.
    const Value* window(size_t x) const { return values_.data() + x; }

 private:
    std::vector<Value> values_;
};

HWY_INLINE void store(U32 sums, uint32_t* out) { hn::StoreU(sums, u32, out); }
HWY_INLINE void store(U32 sums, double* out) {
    hn::StoreU(lower_doubles(sums), f64, out);
    hn::StoreU(upper_doubles(sums), f64, out + hn::Lanes(f64));
}

/// weighted_similarity() of fixed_ssim_math.h in every lane.
HWY_INLINE F64 similarities(const Constants& constants, F64 weight, F64 ref, F64 dis, F64 ref_ref, F64 ref_dis,
                            F64 dis_dis) {
    const F64 two = hn::Set(f64, 2.0);
    const F64 c1 = hn::Mul(hn::Mul(hn::Set(f64, constants.c1), weight), weight);
    const F64 c2 = hn::Mul(hn::Mul(hn::Set(f64, constants.c2), weight), weight);
    const F64 rr = hn::Mul(ref, ref), rd = hn::Mul(ref, dis), dd = hn::Mul(dis, dis);
    const F64 mean_part = hn::Mul(weight, hn::Add(hn::Mul(two, rd), c1));
    const F64 covariance_part = hn::Add(c2, hn::Mul(two, hn::Sub(hn::Mul(ref_dis, weight), rd)));
    const F64 ref_variance = hn::Sub(hn::Mul(ref_ref, weight), rr);
    const F64 variances = hn::Sub(hn::Add(ref_variance, hn::Mul(dis_dis, weight)), dd);
    const F64 divisor = hn::Mul(hn::Add(hn::Add(rr, dd), c1), hn::Add(variances, c2));
    return hn::Div(hn::Mul(mean_part, covariance_part), divisor);
}

/// T: samples; Sum: a column's sum of products; Product: what it is kept in.
template <class T, class Sum, class Product>
class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(size_t variants, const PictureFormat& format)
        : variants_(variants),
          w_(format.w),
          h_(static_cast<int>(format.h)),
          constants_(format.bpc),
          means_{Columns<uint32_t>(w_), Columns<uint32_t>(w_)},
          products_{Columns<Product>(w_), Columns<Product>(w_), Columns<Product>(w_)},
          weights_(w_ + hn::Lanes(u32)) {
        for (size_t x = 0; x < w_; x++) weights_[x] = weight(static_cast<int>(x), static_cast<int>(w_));
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
        Sums sums;
        for (int y = 0; y < h_; y++) {
            find_rows(ref, dis, y);
            filter_down();
            add_row(weight(y, h_), sums);
        }
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    struct Row {
        const T *ref, *dis;
        uint32_t tap;
    };

    /// Those under the windows around row y.
    void find_rows(Plane<T> ref, Plane<T> dis, int y) {
        count_ = 0;
        for (int v = std::max(-kReach, -y); v <= std::min(kReach, h_ - 1 - y); v++)
            rows_[count_++] = {ref.row(y + v), dis.row(y + v), static_cast<uint32_t>(tap(v))};
    }

    void filter_down() {
        const size_t n = hn::Lanes(u32);
        size_t x = 0;
        for (; x + n <= w_; x += n) {
            if constexpr (std::is_same_v<Sum, uint32_t>)
                filter_vector_down(x);
            else
                filter_deep_vector_down(x);
        }
        for (; x < w_; x++) filter_column_down(x);
    }

    void filter_vector_down(size_t x) {
        U32 ref = hn::Zero(u32), dis = ref, ref_ref = ref, ref_dis = ref, dis_dis = ref;
        for (int i = 0; i < count_; i++) {
            const U32 k = hn::Set(u32, rows_[i].tap), r = load_samples(rows_[i].ref + x),
                      d = load_samples(rows_[i].dis + x), kr = hn::Mul(k, r), kd = hn::Mul(k, d);
            ref = hn::Add(ref, kr);
            dis = hn::Add(dis, kd);
            ref_ref = hn::Add(ref_ref, hn::Mul(kr, r));
            ref_dis = hn::Add(ref_dis, hn::Mul(kr, d));
            dis_dis = hn::Add(dis_dis, hn::Mul(kd, d));
        }
        store(ref, means_[0].at(x));
        store(dis, means_[1].at(x));
        store(ref_ref, products_[0].at(x));
        store(ref_dis, products_[1].at(x));
        store(dis_dis, products_[2].at(x));
    }

    /// The same with products in doubles, half a vector at a time.
    void filter_deep_vector_down(size_t x) {
        const size_t half = hn::Lanes(f64);
        for (size_t i = x; i < x + 2 * half; i += half) {
            F64 ref_ref = hn::Zero(f64), ref_dis = ref_ref, dis_dis = ref_ref;
            for (int j = 0; j < count_; j++) {
                const F64 k = hn::Set(f64, rows_[j].tap), r = samples(rows_[j].ref + i), d = samples(rows_[j].dis + i);
                const F64 kr = hn::Mul(k, r);
                ref_ref = hn::MulAdd(kr, r, ref_ref);
                ref_dis = hn::MulAdd(kr, d, ref_dis);
                dis_dis = hn::MulAdd(hn::Mul(k, d), d, dis_dis);
            }
            hn::StoreU(ref_ref, f64, products_[0].at(i));
            hn::StoreU(ref_dis, f64, products_[1].at(i));
            hn::StoreU(dis_dis, f64, products_[2].at(i));
        }
        U32 ref = hn::Zero(u32), dis = ref;
        for (int i = 0; i < count_; i++) {
            const U32 k = hn::Set(u32, rows_[i].tap);
            ref = hn::Add(ref, hn::Mul(k, load_samples(rows_[i].ref + x)));
            dis = hn::Add(dis, hn::Mul(k, load_samples(rows_[i].dis + x)));
        }
        store(ref, means_[0].at(x));
        store(dis, means_[1].at(x));
    }

    static HWY_INLINE F64 samples(const uint16_t* in) {
        constexpr hn::Rebind<uint16_t, decltype(f64)> d16;
        constexpr hn::Rebind<int32_t, decltype(f64)> d32;
        return hn::PromoteTo(f64, hn::PromoteTo(d32, hn::LoadU(d16, in)));
    }

    void filter_column_down(size_t x) {
        uint32_t ref = 0, dis = 0;
        uint64_t ref_ref = 0, ref_dis = 0, dis_dis = 0;
        for (int i = 0; i < count_; i++) {
            const uint32_t r = rows_[i].ref[x], d = rows_[i].dis[x], kr = rows_[i].tap * r, kd = rows_[i].tap * d;
            ref += kr;
            dis += kd;
            ref_ref += uint64_t{kr} * r;
            ref_dis += uint64_t{kr} * d;
            dis_dis += uint64_t{kd} * d;
        }
        *means_[0].at(x) = ref;
        *means_[1].at(x) = dis;
        *products_[0].at(x) = static_cast<Product>(ref_ref);
        *products_[1].at(x) = static_cast<Product>(ref_dis);
        *products_[2].at(x) = static_cast<Product>(dis_dis);
    }

    /// Moments of windows along a row.
    static HWY_INLINE U32 along(const uint32_t* in) {
        U32 sum = hn::Zero(u32);
        HWY_UNROLL(9)
        for (int u = 0; u < kTaps; u++)
            sum = hn::Add(sum, hn::Mul(hn::LoadU(u32, in + u), hn::Set(u32, static_cast<uint32_t>(tap(u - kReach)))));
        return sum;
    }
    static HWY_INLINE void along(const uint32_t* in, F64& low, F64& high) {
        const U32 sum = along(in);
        low = lower_doubles(sum);
        high = upper_doubles(sum);
    }
    static HWY_INLINE void along(const double* in, F64& low, F64& high) {
        low = high = hn::Zero(f64);
        HWY_UNROLL(9)
        for (int u = 0; u < kTaps; u++) {
            const F64 k = hn::Set(f64, static_cast<double>(tap(u - kReach)));
            low = hn::MulAdd(hn::LoadU(f64, in + u), k, low);
            high = hn::MulAdd(hn::LoadU(f64, in + u + hn::Lanes(f64)), k, high);
        }
    }

    void add_row(int row_weight, Sums& sums) const {
        const size_t n = hn::Lanes(u32);
        for (size_t begin = 0; begin < w_; begin += kMostTerms) {
            S64 sum = hn::Zero(s64);
            for (size_t x = begin; x < std::min(w_, begin + kMostTerms); x += n)
                sum = hn::Add(sum, fixed_similarities(x, row_weight));
            sums.similarity.add(sum_of_lanes(sum));
        }
    }

    /// Of the windows around a vector of positions from x on, those beyond the row left out.
    HWY_INLINE S64 fixed_similarities(size_t x, int row_weight) const {
        F64 ref0, ref1, dis0, dis1, ref_ref0, ref_ref1, ref_dis0, ref_dis1, dis_dis0, dis_dis1;
        along(means_[0].window(x), ref0, ref1);
        along(means_[1].window(x), dis0, dis1);
        along(products_[0].window(x), ref_ref0, ref_ref1);
        along(products_[1].window(x), ref_dis0, ref_dis1);
        along(products_[2].window(x), dis_dis0, dis_dis1);
        const size_t half = hn::Lanes(f64);
        const F64 row = hn::Set(f64, static_cast<double>(row_weight));
        const F64 weights0 = hn::Mul(hn::LoadU(f64, weights_.data() + x), row),
                  weights1 = hn::Mul(hn::LoadU(f64, weights_.data() + x + half), row);
        return hn::Add(fixed(similarities(constants_, weights0, ref0, dis0, ref_ref0, ref_dis0, dis_dis0), x),
                       fixed(similarities(constants_, weights1, ref1, dis1, ref_ref1, ref_dis1, dis_dis1), x + half));
    }

    /// fixed_point() in every lane; those of positions beyond the row are 0.
    HWY_INLINE S64 fixed(F64 values, size_t x) const {
        const S64 bits = hn::BitCast(s64, hn::Add(values, hn::Set(f64, FixedPoint<kFractionBits>::kAnchor)));
        const S64 fixed = hn::Sub(bits, hn::Set(s64, FixedPoint<kFractionBits>::kAnchorBits));
        return hn::IfThenElseZero(hn::FirstN(s64, x < w_ ? w_ - x : 0), fixed);
    }

    size_t variants_;
    size_t w_;
    int h_;
    Constants constants_;
    Row rows_[kTaps];
    int count_ = 0;  ///< of the rows
    Columns<uint32_t> means_[2];
    Columns<Product> products_[3];
    std::vector<double> weights_;  ///< of columns, zeros behind
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    if (format.bpc <= kWindowDepth)
        return std::make_unique<VectorExtractor<uint8_t, uint32_t, uint32_t>>(variants.size(), format);
    if (format.bpc <= kRowDepth)
        return std::make_unique<VectorExtractor<uint16_t, uint32_t, double>>(variants.size(), format);
    return std::make_unique<VectorExtractor<uint16_t, double, double>>(variants.size(), format);
}

}  // namespace
}  // namespace vmaf::fixed_ssim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<fixed_ssim::Sums>, HWY_TARGET> = fixed_ssim::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> fixed_ssim::make_simd(Variants variants, const PictureFormat& format,
                                                 const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
