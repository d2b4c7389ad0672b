// The matrices of SpEED on vectors, and what they say of blocks. Part of the text speed_simd.cpp.
//
// Lanes are columns of a matrix, or blocks: every sum runs in the order of docs/numerics/speed.md.
#if defined(VMAF_SPEED_MATRIX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_SPEED_MATRIX_INL_H_
#undef VMAF_SPEED_MATRIX_INL_H_
#else
#define VMAF_SPEED_MATRIX_INL_H_
#endif

#include <algorithm>

#include "hwy/highway.h"
#include "metric/speed/speed_math.h"
#include "simd/exact_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::speed::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

/// No vector is longer than a plane is wide: 80 samples after scaling by 4 at most.
constexpr hn::CappedTag<float, kPitch / 2> f32;
constexpr hn::Half<decltype(f32)> f32_half;
constexpr hn::Repartition<double, decltype(f32)> f64;
constexpr hn::RebindToSigned<decltype(f32)> s32;
constexpr hn::RebindToUnsigned<decltype(f32)> u32;

using F32 = hn::Vec<decltype(f32)>;
using F64 = hn::Vec<decltype(f64)>;
using S32 = hn::Vec<decltype(s32)>;

HWY_INLINE int lanes() { return static_cast<int>(hn::Lanes(f32)); }

HWY_INLINE F64 lower(F32 v) { return hn::PromoteTo(f64, hn::LowerHalf(v)); }
HWY_INLINE F64 upper(F32 v) { return hn::PromoteTo(f64, hn::UpperHalf(f32_half, v)); }
HWY_INLINE F32 joined(F64 low, F64 high) {
    return hn::Combine(f32, hn::DemoteTo(f32_half, high), hn::DemoteTo(f32_half, low));
}

/// Calls body(j) for the vectors that hold columns `begin` to kOrder - 1. Lanes in front of `begin` hold values that
/// nobody reads.
template <class Body>
HWY_INLINE void for_columns(int begin, Body body) {
    const int n = lanes();
    for (int j = begin / n * n; j < kOrder; j += n) body(j);
}

// ---- eigenvalues

/// make_tridiagonal() of speed_math.h.
HWY_NOINLINE void make_tridiagonal(Matrix& a, Vector& diagonal, Vector& off_diagonal) {
    HWY_ALIGN Vector v = {}, x = {};
    for (int i = 0; i < kOrder - 2; i++) {
        const int k = i + 1;
        const Reflection r = reflection(a, i);
        off_diagonal[i] = r.off_diagonal;
        if (r.tau == 0) continue;
        for_columns(k, [&](int j) HWY_ATTR {
            hn::Store(hn::Div(hn::Load(f32, a[i] + j), hn::Set(f32, r.divisor)), f32, v + j);
        });
        v[k] = 1;
        for_columns(k, [&](int j) HWY_ATTR {
            F32 sum = hn::Zero(f32);
            for (int l = k; l < kOrder; l++)
                sum = hn::Add(sum, hn::Mul(hn::Mul(hn::Set(f32, r.tau), hn::Load(f32, a[l] + j)), hn::Set(f32, v[l])));
            hn::Store(sum, f32, x + j);
        });
        const auto alpha = hn::Set(f32, axis_correction(r.tau, x, v, k));
        for_columns(k, [&](int j) HWY_ATTR {
            hn::Store(hn::Add(hn::Load(f32, x + j), hn::Mul(alpha, hn::Load(f32, v + j))), f32, x + j);
        });
        for (int l = k; l < kOrder; l++)
            for_columns(k, [&](int j) HWY_ATTR {
                const F32 change = hn::Add(hn::Mul(hn::Set(f32, x[l]), hn::Load(f32, v + j)),
                                           hn::Mul(hn::Set(f32, v[l]), hn::Load(f32, x + j)));
                hn::Store(hn::Sub(hn::Load(f32, a[l] + j), change), f32, a[l] + j);
            });
    }
    off_diagonal[kOrder - 2] = a[kOrder - 1][kOrder - 2];
    for (int i = 0; i < kOrder; i++) diagonal[i] = a[i][i];
}

// ---- factors

/// Rows `row` to row + 3 of out = sum over l >= k of left[row][l] in[l], columns from `begin` on.
HWY_INLINE void multiply_four_rows(const Matrix& left, const Matrix& in, int k, int row, int begin, Matrix& out) {
    for_columns(begin, [&](int j) HWY_ATTR {
        F32 sum0 = hn::Zero(f32), sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (int l = k; l < kOrder; l++) {
            const F32 element = hn::Load(f32, in[l] + j);
            sum0 = hn::Add(sum0, hn::Mul(hn::Set(f32, left[row][l]), element));
            sum1 = hn::Add(sum1, hn::Mul(hn::Set(f32, left[row + 1][l]), element));
            sum2 = hn::Add(sum2, hn::Mul(hn::Set(f32, left[row + 2][l]), element));
            sum3 = hn::Add(sum3, hn::Mul(hn::Set(f32, left[row + 3][l]), element));
        }
        hn::Store(sum0, f32, out[row] + j);
        hn::Store(sum1, f32, out[row + 1] + j);
        hn::Store(sum2, f32, out[row + 2] + j);
        hn::Store(sum3, f32, out[row + 3] + j);
    });
}

HWY_INLINE void multiply_row(const Matrix& left, const Matrix& in, int k, int row, int begin, Matrix& out) {
    for_columns(begin, [&](int j) HWY_ATTR {
        F32 sum = hn::Zero(f32);
        for (int l = k; l < kOrder; l++)
            sum = hn::Add(sum, hn::Mul(hn::Set(f32, left[row][l]), hn::Load(f32, in[l] + j)));
        hn::Store(sum, f32, out[row] + j);
    });
}

/// Rows k to kOrder - 1 of out = left in, where columns of `left` and rows of `in` count from k on.
HWY_INLINE void multiply(const Matrix& left, const Matrix& in, int k, int begin, Matrix& out) {
    int row = k;
    for (; row + 4 <= kOrder; row += 4) multiply_four_rows(left, in, k, row, begin, out);
    for (; row < kOrder; row++) multiply_row(left, in, k, row, begin, out);
}

/// factorise() of speed_math.h.
HWY_NOINLINE void factorise(const Matrix& c, Factors& out, FactorScratch& scratch) {
    HWY_ALIGN Matrix reflection;
    std::copy(&c[0][0], &c[0][0] + kOrder * kPitch, &scratch.z[0][0][0]);
    for (int i = 0; i < kOrder; i++)
        for (int j = 0; j < kPitch; j++) scratch.q[0][i][j] = i == j ? 1.f : 0.f;
    for (int k = 0; k < kOrder - 1; k++) {
        const Matrix &z = scratch.z[k % 2], &q = scratch.q[k % 2];
        Matrix &next_z = scratch.z[1 - k % 2], &next_q = scratch.q[1 - k % 2];
        column_reflection(z, k, sign(c[k][k]), scratch.v, Alone{});
        for (int i = k; i < kOrder; i++) {
            for_columns(k, [&](int j) HWY_ATTR {
                hn::Store(hn::Mul(hn::Set(f32, -2 * scratch.v[i]), hn::Load(f32, scratch.v + j)), f32,
                          reflection[i] + j);
            });
            reflection[i][i] += 1;
        }
        multiply(reflection, z, k, k, next_z);
        multiply(reflection, q, k, 0, next_q);
        for (int i = 0; i < k; i++) std::copy(q[i], q[i] + kOrder, next_q[i]);
    }
    const Matrix& q = scratch.q[(kOrder - 1) % 2];
    std::copy(&q[0][0], &q[0][0] + kOrder * kPitch, &out.q[0][0]);
    multiply(q, c, 0, 0, out.r);
}

// ---- blocks

/// Two vectors of blocks: sample k of all of them, then of the next sample.
struct BlockGroup {
    static constexpr int kMost = kPitch;
    HWY_ALIGN float samples[kOrder][kMost];
    HWY_ALIGN float scaled[kOrder][kMost];  ///< the samples times the orthogonal factor, then the solution
};

HWY_INLINE void rotate_blocks(const Factors& factors, BlockGroup& group) {
    const int n = lanes();
    for (int i = 0; i < kOrder; i++) {
        F32 sum0 = hn::Zero(f32), sum1 = sum0;
        for (int l = 0; l < kOrder; l++) {
            const F32 element = hn::Set(f32, factors.q[i][l]);
            sum0 = hn::Add(sum0, hn::Mul(element, hn::Load(f32, group.samples[l])));
            sum1 = hn::Add(sum1, hn::Mul(element, hn::Load(f32, group.samples[l] + n)));
        }
        hn::Store(sum0, f32, group.scaled[i]);
        hn::Store(sum1, f32, group.scaled[i] + n);
    }
}

HWY_INLINE void solve_blocks(const Factors& factors, BlockGroup& group) {
    const int n = lanes();
    for (int i = kOrder - 1; i >= 0; i--) {
        F32 x0 = hn::Load(f32, group.scaled[i]), x1 = hn::Load(f32, group.scaled[i] + n);
        for (int l = i + 1; l < kOrder; l++) {
            const F32 element = hn::Set(f32, factors.r[i][l]);
            x0 = hn::Sub(x0, hn::Mul(hn::Load(f32, group.scaled[l]), element));
            x1 = hn::Sub(x1, hn::Mul(hn::Load(f32, group.scaled[l] + n), element));
        }
        const F32 pivot = hn::Set(f32, factors.r[i][i]);
        hn::Store(hn::Div(x0, pivot), f32, group.scaled[i]);
        hn::Store(hn::Div(x1, pivot), f32, group.scaled[i] + n);
    }
}

HWY_INLINE F32 variances(const BlockGroup& group, int lane) {
    const F32 order = hn::Set(f32, static_cast<float>(kOrder));
    F32 sum = hn::Zero(f32);
    for (int i = 0; i < kOrder; i++) {
        const F32 product = hn::Mul(hn::Load(f32, group.scaled[i] + lane), hn::Load(f32, group.samples[i] + lane));
        sum = hn::Add(sum, hn::Div(product, order));
    }
    return sum;
}

HWY_INLINE F32 entropies(const Vector& eigenvalues, F32 variance, float sigma) {
    F32 sum = hn::Zero(f32);
    const F64 gaussian = hn::Set(f64, kGaussianEntropy);
    for (int k = 0; k < kOrder; k++) {
        const F32 eigenvalue = hn::Set(f32, eigenvalues[k] < 0 ? 0 : eigenvalues[k]);
        const F32 argument = hn::Add(hn::Mul(eigenvalue, variance), hn::Set(f32, sigma));
        const F64 low = hn::Add(simd::HWY_NAMESPACE::binary_logarithms(f64, lower(argument)), gaussian);
        const F64 high = hn::Add(simd::HWY_NAMESPACE::binary_logarithms(f64, upper(argument)), gaussian);
        sum = joined(hn::Add(lower(sum), low), hn::Add(upper(sum), high));
    }
    return sum;
}

// ---- score

/// 1 + the weighted sum of both variances, in double.
HWY_INLINE F64 mixed(F64 ref, F64 dis, double ref_weight) {
    return hn::Add(hn::Set(f64, 1.0),
                   hn::Add(hn::Mul(hn::Set(f64, ref_weight), ref), hn::Mul(hn::Set(f64, 1 - ref_weight), dis)));
}

/// weight_arguments() of speed_math.h for half a vector: `one_more` are 1 + the variances, `sum` is theirs.
HWY_INLINE void weight(int mode, F64 ref, F64 dis, F64 ref_one_more, F64 dis_one_more, F64 sum, F64& ref_out,
                       F64& dis_out) {
    const F64 mean = hn::Add(hn::Set(f64, 1.0), hn::Mul(sum, hn::Set(f64, 0.5)));
    ref_out = mode == 2 ? dis_one_more : mode == 3 ? mean : ref_one_more;
    switch (mode) {
        case 1: dis_out = ref_one_more; break;
        case 3:
        case 4: dis_out = mean; break;
        case 5: dis_out = mixed(ref, dis, 0.75); break;
        case 6: dis_out = mixed(ref, dis, 0.25); break;
        default: dis_out = dis_one_more;
    }
}

/// local_difference() of speed_math.h for a vector of blocks.
HWY_INLINE F32 local_differences(const Weighting& weighting, F32 ref, F32 ref_entropy, F32 dis, F32 dis_entropy) {
    const F32 one = hn::Set(f32, 1.f), ref_one_more = hn::Add(one, ref), dis_one_more = hn::Add(one, dis);
    const F32 sum = hn::Add(ref, dis);
    F64 ref_low, dis_low, ref_high, dis_high;
    weight(weighting.mode, lower(ref), lower(dis), lower(ref_one_more), lower(dis_one_more), lower(sum), ref_low,
           dis_low);
    weight(weighting.mode, upper(ref), upper(dis), upper(ref_one_more), upper(dis_one_more), upper(sum), ref_high,
           dis_high);
    const auto weighted = [](F32 entropy, F64 low, F64 high) HWY_ATTR {
        return joined(hn::Mul(lower(entropy), simd::HWY_NAMESPACE::binary_logarithms(f64, low)),
                      hn::Mul(upper(entropy), simd::HWY_NAMESPACE::binary_logarithms(f64, high)));
    };
    const F32 difference =
        hn::Abs(hn::Sub(weighted(ref_entropy, ref_low, ref_high), weighted(dis_entropy, dis_low, dis_high)));
    const F32 base = hn::Set(f32, weighting.base_entropy);
    return hn::IfThenZeroElse(hn::And(hn::Lt(ref_entropy, base), hn::Lt(dis_entropy, base)), difference);
}

}  // namespace
}  // namespace vmaf::speed::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
