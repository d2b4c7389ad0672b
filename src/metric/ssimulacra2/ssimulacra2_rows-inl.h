// ssimulacra2's pixels and the blur along rows on vectors, for ssimulacra2_simd.cpp.
#if defined(VMAF_METRIC_SSIMULACRA2_SSIMULACRA2_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_METRIC_SSIMULACRA2_SSIMULACRA2_ROWS_INL_H_
#undef VMAF_METRIC_SSIMULACRA2_SSIMULACRA2_ROWS_INL_H_
#else
#define VMAF_METRIC_SSIMULACRA2_SSIMULACRA2_ROWS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <vector>

#include "metric/float/rows-inl.h"
#include "metric/ssimulacra2/ssimulacra2_math.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ssimulacra2::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE F32 set(float value) { return hn::Set(f32, value); }

/// Rows of a strip at most; a strip's steps are this many and kAhead more.
constexpr int kMostRows = 16;
static_assert(kTileHeight % kMostRows == 0);

// Pixels.

HWY_INLINE F32 cube_root_plus(F32 x, float offset) {
    const S32 bits = as_s32(x);
    const S32 guess = hn::Sub(hn::Set(s32, kGuessBits), hn::Mul(hn::ShiftRight<23>(bits), hn::Set(s32, kGuessShare)));
    F32 q = hn::BitCast(f32, hn::IfThenZeroElse(hn::Eq(bits, hn::Zero(s32)), guess));
    const F32 third = hn::Mul(set(kThird), x);
    for (int round = 0; round < kNewtonRounds; round++) {
        const F32 square = hn::Mul(q, q);
        q = hn::NegMulAdd(third, hn::Mul(square, square), hn::Mul(set(kFourThirds), q));
    }
    const F32 square = hn::Mul(q, q);
    q = hn::MulAdd(set(kThird), hn::NegMulAdd(x, hn::Mul(square, square), q), q);
    return hn::MulAdd(hn::Mul(q, q), x, set(offset));
}

HWY_INLINE F32 lms_root(int of, F32 r, F32 g, F32 b) {
    const F32 sum = hn::MulAdd(set(lms_share(of, 0)), r,
                               hn::MulAdd(set(lms_share(of, 1)), g, hn::MulAdd(set(lms_share(of, 2)), b, set(kBias))));
    return cube_root_plus(hn::Max(sum, hn::Zero(f32)), -kRootOfBias);
}

using ChannelRows = std::array<float*, kChannels>;

void to_xyb_row(const ChannelRows& rgb, int w, const ChannelRows& out) {
    for (int x = 0; x < w; x += lanes()) {
        const F32 r = hn::LoadU(f32, rgb[0] + x), g = hn::LoadU(f32, rgb[1] + x), b = hn::LoadU(f32, rgb[2] + x);
        const F32 l = lms_root(0, r, g, b), m = lms_root(1, r, g, b), s = lms_root(2, r, g, b);
        const F32 half = set(0.5f), y = hn::Mul(half, hn::Add(l, m));
        hn::StoreU(hn::Add(hn::Mul(hn::Mul(half, hn::Sub(l, m)), set(kScaleX)), set(kOffsetX)), f32, out[0] + x);
        hn::StoreU(hn::Add(y, set(kOffsetY)), f32, out[1] + x);
        hn::StoreU(hn::Add(hn::Sub(s, y), set(kOffsetB)), f32, out[2] + x);
    }
}

/// Row of the next scale, of `w` samples.
void halve_rows(const float* top, const float* bottom, int w, float* out) {
    for (int x = 0; x < w; x += lanes()) {
        F32 top_left, top_right, bottom_left, bottom_right;
        hn::LoadInterleaved2(f32, top + 2 * x, top_left, top_right);
        hn::LoadInterleaved2(f32, bottom + 2 * x, bottom_left, bottom_right);
        const F32 sum = hn::Add(hn::Add(hn::Add(top_left, top_right), bottom_left), bottom_right);
        hn::StoreU(hn::Mul(sum, set(0.25f)), f32, out + x);
    }
}

// Along rows.

/// A strip of a plane on its side: vector x has sample x of every row. Around them is 0.
class Side {
 public:
    explicit Side(int w) : w_(w), samples_(static_cast<size_t>((kBefore + w + kBehindEnd) * lanes())) {}

    F32 at(int x) const { return hn::LoadU(f32, vector(x)); }
    float* vector(int x) { return samples_.data() + (kBefore + x) * lanes(); }
    const float* vector(int x) const { return samples_.data() + (kBefore + x) * lanes(); }

    /// Takes a strip's rows; row(i) for i below lanes().
    template <class Row>
    void turn(Row row) {
        for (int i = 0; i < lanes(); i += 4) {
            const float* const rows[4] = {row(i), row(i + 1), row(i + 2), row(i + 3)};
            for (int x = 0; x < w_; x += 4)
                turn_block([&](int k) { return rows[k] + x; }, [&](int k) { return vector(x + k) + i; });
        }
        std::fill(vector(w_), samples_.data() + samples_.size(), 0.f);
    }

    /// Writes rows back.
    template <class Row>
    void turn_back(Row row) const {
        for (int i = 0; i < lanes(); i += 4) {
            float* const rows[4] = {row(i), row(i + 1), row(i + 2), row(i + 3)};
            for (int x = 0; x < w_; x += 4)
                turn_block([&](int k) { return vector(x + k) + i; }, [&](int k) { return rows[k] + x; });
        }
    }

 private:
    static constexpr int kBefore = kBehind - kFirstStep, kBehindEnd = kAhead + kMostRows;

    /// Four by four samples: those of from(k) go to one place each of to(0) .. to(3).
    template <class From, class To>
    static HWY_INLINE void turn_block(From from, To to) {
        const hn::FixedTag<float, 4> four;
        const auto v0 = hn::LoadU(four, from(0)), v1 = hn::LoadU(four, from(1)), v2 = hn::LoadU(four, from(2)),
                   v3 = hn::LoadU(four, from(3));
        const auto low02 = hn::InterleaveLower(four, v0, v2), low13 = hn::InterleaveLower(four, v1, v3),
                   high02 = hn::InterleaveUpper(four, v0, v2), high13 = hn::InterleaveUpper(four, v1, v3);
        hn::StoreU(hn::InterleaveLower(four, low02, low13), four, to(0));
        hn::StoreU(hn::InterleaveUpper(four, low02, low13), four, to(1));
        hn::StoreU(hn::InterleaveLower(four, high02, high13), four, to(2));
        hn::StoreU(hn::InterleaveUpper(four, high02, high13), four, to(3));
    }

    int w_;
    std::vector<float> samples_;
};

/// What is blurred of a and b.
enum Quantity { kA, kB, kAA, kBB, kAB, kQuantities };

template <Quantity kWhich>
HWY_INLINE F32 quantity(const Side& a, const Side& b, int x) {
    if constexpr (kWhich == kA) return a.at(x);
    if constexpr (kWhich == kB) return b.at(x);
    if constexpr (kWhich == kAA) return hn::Mul(a.at(x), a.at(x));
    if constexpr (kWhich == kBB) return hn::Mul(b.at(x), b.at(x));
    return hn::Mul(a.at(x), b.at(x));
}

struct ResonatorLanes {
    HeldF32 last, before_last;

    HWY_INLINE ResonatorLanes() : last(hn::Zero(f32)), before_last(hn::Zero(f32)) {}
    HWY_INLINE F32 step_across(const GroupFactors& f, F32 sum) {
        const F32 held = before_last, latest = last;
        const F32 out =
            hn::MulAdd(set(f.last[0]), latest, hn::MulAdd(set(f.before_last[0]), held, hn::Mul(sum, set(f.in[0]))));
        before_last = latest;
        last = out;
        return out;
    }
    /// Adds output j to sum[j], or sets it.
    template <bool kSet>
    HWY_INLINE void group(const GroupFactors& f, F32 in0, F32 in1, F32 in2, F32 in3, F32& sum0, F32& sum1, F32& sum2,
                          F32& sum3) {
        const F32 held = before_last, latest = last;
        const auto end = [&](int j, F32 value) HWY_ATTR {
            return hn::MulAdd(set(f.last[j]), latest, hn::MulAdd(set(f.before_last[j]), held, value));
        };
        const F32 f0 = set(f.in[0]), f1 = set(f.in[1]), f2 = set(f.in[2]), f3 = set(f.in[3]);
        const F32 out0 = end(0, hn::Mul(in0, f0));
        const F32 out1 = end(1, hn::MulAdd(f0, in1, hn::Mul(in0, f1)));
        const F32 out2 = end(2, hn::MulAdd(f0, in2, hn::MulAdd(f1, in1, hn::Mul(in0, f2))));
        const F32 out3 = end(3, hn::MulAdd(f0, in3, hn::MulAdd(f1, in2, hn::MulAdd(f2, in1, hn::Mul(in0, f3)))));
        sum0 = kSet ? out0 : hn::Add(out0, sum0);
        sum1 = kSet ? out1 : hn::Add(out1, sum1);
        sum2 = kSet ? out2 : hn::Add(out2, sum2);
        sum3 = kSet ? out3 : hn::Add(out3, sum3);
        before_last = out2;
        last = out3;
    }
};

template <Quantity kWhich>
void blur_across(const Side& a, const Side& b, int w, Side& out) {
    constexpr GroupFactors kFactors[kResonators] = {group_factors(0), group_factors(1), group_factors(2)};
    ResonatorLanes first, second, third;
    const auto sum_at = [&](int n) HWY_ATTR {
        return hn::Add(quantity<kWhich>(a, b, n - kBehind), quantity<kWhich>(a, b, n + kAhead));
    };
    for (int n = kFirstStep; n < w;) {
        if (!group_at(n, w)) {
            const F32 sum = sum_at(n);
            const F32 out0 = first.step_across(kFactors[0], sum), out1 = second.step_across(kFactors[1], sum),
                      out2 = third.step_across(kFactors[2], sum);
            if (n >= 0) hn::StoreU(hn::Add(out0, hn::Add(out1, out2)), f32, out.vector(n));
            n++;
            continue;
        }
        const F32 in0 = sum_at(n), in1 = sum_at(n + 1), in2 = sum_at(n + 2), in3 = sum_at(n + 3);
        F32 sum0, sum1, sum2, sum3;
        third.group<true>(kFactors[2], in0, in1, in2, in3, sum0, sum1, sum2, sum3);
        second.group<false>(kFactors[1], in0, in1, in2, in3, sum0, sum1, sum2, sum3);
        first.group<false>(kFactors[0], in0, in1, in2, in3, sum0, sum1, sum2, sum3);
        hn::StoreU(sum0, f32, out.vector(n));
        hn::StoreU(sum1, f32, out.vector(n + 1));
        hn::StoreU(sum2, f32, out.vector(n + 2));
        hn::StoreU(sum3, f32, out.vector(n + 3));
        n += kGroup;
    }
}

}  // namespace
}  // namespace vmaf::ssimulacra2::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggled for every instruction set
