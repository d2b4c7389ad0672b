// The sliding windows of float_ssim and float_ms_ssim on vectors: rows of a plane pair are filtered along, kept in a ring of
// eleven, filtered down and compared. Included below foreach_target.h, once for every instruction set.
//
// Lanes are columns, so that every sum runs in the order of docs/numerics/ssim.md; float vectors split into two of doubles.
#if defined(VMAF_SSIM_WINDOWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_SSIM_WINDOWS_INL_H_
#undef VMAF_SSIM_WINDOWS_INL_H_
#else
#define VMAF_SSIM_WINDOWS_INL_H_
#endif

#include <algorithm>
#include <utility>

#include "metric/float/rows.h"
#include "metric/ssim/ssim_math.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ssim::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// windowed() of ssim_math.h in every lane; at(u) gives the samples under tap u. To begin with the first product instead of 0
/// can change the sign of a zero alone, which no term shows.
template <class At>
HWY_INLINE F32 windows(At&& at) {
    const F32 first = hn::Mul(at(0), hn::Set(f32, tap(0)));
    F64 low = lower_half(first), high = upper_half(first);
    HWY_UNROLL(10)
    for (int u = 1; u < kTaps; u++) {
        const F32 product = hn::Mul(at(u), hn::Set(f32, tap(u)));
        low = hn::Add(low, lower_half(product));
        high = hn::Add(high, upper_half(product));
    }
    return joined(low, high);
}

/// Sums of a row's similarity terms, a lane each.
template <int kTerms>
class LaneSums {
 public:
    LaneSums() {
        for (auto& lanes : lanes_) lanes = hn::Zero(s64);
    }

    HWY_INLINE void add(int term, F64 values, hn::Mask<decltype(s64)> wanted) {
        const S64 bits = hn::BitCast(s64, hn::Add(values, hn::Set(f64, FixedPoint<kFractionBits>::kAnchor)));
        const S64 fixed =
            hn::IfThenElseZero(wanted, hn::Sub(bits, hn::Set(s64, FixedPoint<kFractionBits>::kAnchorBits)));
        const S64 sum = lanes_[term];
        lanes_[term] = hn::Add(sum, fixed);
    }
    void add_to(TermSums<kTerms>& sums) const {
        int64_t totals[kTerms];
        for (int term = 0; term < kTerms; term++) {
            const S64 sum = lanes_[term];
            totals[term] = sum_of_lanes(sum);
        }
        sums.add(totals);
    }

 private:
    Held<decltype(s64)> lanes_[kTerms];
};

/// Terms of half a vector of positions. `double_product` and `double_deviations` are twice the factors' products.
template <int kTerms>
HWY_INLINE void add_terms_of_half(F64 double_product, F64 energy, F64 double_deviations, F64 variance, F64 structure,
                                  LaneSums<kTerms>& sums, hn::Mask<decltype(s64)> wanted) {
    const F64 luminance = hn::Div(hn::Add(double_product, hn::Set(f64, static_cast<double>(kC1))), energy);
    const F64 contrast = hn::Div(hn::Add(double_deviations, hn::Set(f64, static_cast<double>(kC2))), variance);
    sums.add(kLuminance, luminance, wanted);
    sums.add(kContrast, contrast, wanted);
    sums.add(kStructure, structure, wanted);
    if constexpr (kTerms == kFactorsAndSsim) sums.add(kSsim, hn::Mul(hn::Mul(luminance, contrast), structure), wanted);
}

/// similarity() of ssim_math.h in every lane, of which the first `count` are added.
template <int kTerms>
HWY_INLINE void add_similarity(F32 mean_ref, F32 mean_dis, F32 ref_ref, F32 dis_dis, F32 ref_dis, size_t count,
                               LaneSums<kTerms>& sums) {
    const F32 zero = hn::Zero(f32), c3 = hn::Set(f32, kC3);
    const F32 ref_square = hn::Mul(mean_ref, mean_ref), dis_square = hn::Mul(mean_dis, mean_dis);
    const F32 ref_variance = hn::Max(zero, hn::Sub(ref_ref, ref_square)),
              dis_variance = hn::Max(zero, hn::Sub(dis_dis, dis_square));
    const F32 covariance = hn::Sub(ref_dis, hn::Mul(mean_ref, mean_dis));
    const F32 deviations = hn::Sqrt(hn::Mul(ref_variance, dis_variance));
    const auto flat = hn::And(hn::Lt(covariance, zero), hn::Le(deviations, zero));
    const F32 common = hn::IfThenZeroElse(flat, covariance);
    const F32 structure = hn::Div(hn::Add(common, c3), hn::Add(deviations, c3));
    const F32 energy = hn::Add(hn::Add(ref_square, dis_square), hn::Set(f32, kC1));
    const F32 variance = hn::Add(hn::Add(ref_variance, dis_variance), hn::Set(f32, kC2));
    const F64 two = hn::Set(f64, 2.0);
    const size_t half = hn::Lanes(f64);
    add_terms_of_half(hn::Mul(hn::Mul(two, lower_half(mean_ref)), lower_half(mean_dis)), lower_half(energy),
                      hn::Mul(two, lower_half(deviations)), lower_half(variance), lower_half(structure), sums,
                      hn::FirstN(s64, std::min(count, half)));
    add_terms_of_half(hn::Mul(hn::Mul(two, upper_half(mean_ref)), upper_half(mean_dis)), upper_half(energy),
                      hn::Mul(two, upper_half(deviations)), upper_half(variance), upper_half(structure), sums,
                      hn::FirstN(s64, count - std::min(count, half)));
}

/// Takes the rows of both planes from the top, and keeps those that further windows see, filtered along.
template <int kTerms>
class Windows {
 public:
    /// For rows of `samples`, at least kTaps.
    explicit Windows(int samples) : samples_(samples), positions_(samples - kTaps + 1) {
        for (Line& line : products_) line = Line(samples);
        for (Rows& rows : filtered_) rows = Rows(positions_, kTaps, 0);
    }

    /// The next row of either plane; what lies behind, up to two vectors, may be anything.
    void push(const float* ref, const float* dis) {
        const int y = rows_++;
        multiply(ref, dis);
        filter_along(ref, filtered_[0].row(y));
        filter_along(dis, filtered_[1].row(y));
        for (int i = 0; i < kProducts; i++) filter_along(products_[i].data(), filtered_[2 + i].row(y));
        if (y >= kTaps - 1) add_row(y - kTaps + 1);
    }

    /// The sums over all windows of the rows so far. The next row is the first of other planes.
    TermSums<kTerms> finish() {
        rows_ = 0;
        return std::exchange(sums_, {});
    }

 private:
    static constexpr int kProducts = 3, kPlanes = 5;

    void multiply(const float* ref, const float* dis) {
        for (int x = 0; x < samples_; x += static_cast<int>(hn::Lanes(f32))) {
            const F32 r = hn::LoadU(f32, ref + x), d = hn::LoadU(f32, dis + x);
            hn::StoreU(hn::Mul(r, r), f32, products_[0].data() + x);
            hn::StoreU(hn::Mul(d, d), f32, products_[1].data() + x);
            hn::StoreU(hn::Mul(r, d), f32, products_[2].data() + x);
        }
    }

    void filter_along(const float* in, float* out) const {
        for (int x = 0; x < positions_; x += static_cast<int>(hn::Lanes(f32)))
            hn::StoreU(windows([&](int u) HWY_ATTR { return hn::LoadU(f32, in + x + u); }), f32, out + x);
    }

    /// Adds the windows whose rows begin at y.
    void add_row(int y) {
        const float* rows[kPlanes][kTaps];
        for (int plane = 0; plane < kPlanes; plane++)
            for (int v = 0; v < kTaps; v++) rows[plane][v] = filtered_[plane].row(y + v);
        const size_t positions = static_cast<size_t>(positions_), n = hn::Lanes(f32);
        for (size_t begin = 0; begin < positions; begin += kMostTerms) {
            LaneSums<kTerms> partial;
            for (size_t x = begin; x < std::min(positions, begin + kMostTerms); x += n) {
                const auto down = [&](int plane) HWY_ATTR {
                    return windows([&](int v) HWY_ATTR { return hn::LoadU(f32, rows[plane][v] + x); });
                };
                add_similarity(down(0), down(1), down(2), down(3), down(4), std::min(n, positions - x), partial);
            }
            partial.add_to(sums_);
        }
    }

    int samples_, positions_;
    int rows_ = 0;
    Line products_[kProducts];
    Rows filtered_[kPlanes];  ///< the latest kTaps rows
    TermSums<kTerms> sums_;
};

}  // namespace
}  // namespace vmaf::ssim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
