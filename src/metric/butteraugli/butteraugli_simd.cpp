// butteraugli's steps over rows on vectors.
#include <type_traits>

#include "metric/butteraugli/butteraugli_pass.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/butteraugli/butteraugli_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/colour/colour_rows-inl.h"
#include "metric/float/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::butteraugli::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE F32 load(const float* p) { return hn::LoadU(f32, p); }
HWY_INLINE void store(F32 v, float* p) { hn::StoreU(v, f32, p); }
HWY_INLINE F32 all(float v) { return hn::Set(f32, v); }
HWY_INLINE F32 square(F32 v) { return hn::Mul(v, v); }

#if HWY_NATIVE_FMA
HWY_INLINE F32 fused(F32 a, F32 b, F32 c) { return hn::MulAdd(a, b, c); }
#else
/// a + b, whose last bit is set if anything was lost: rounded once more, it is as if the exact sum had been rounded.
HWY_INLINE F64 sum_to_odd(F64 a, F64 b) {
    const F64 sum = hn::Add(a, b), shifted = hn::Sub(sum, a);
    const F64 lost = hn::Add(hn::Sub(a, hn::Sub(sum, shifted)), hn::Sub(b, shifted));
    const U64 bits = as_u64(sum), one = hn::Set(u64, 1);
    // Away from 0 if the signs agree, towards 0 if not; from an even last bit, either sets it.
    const U64 against = hn::ShiftRight<63>(hn::Xor(bits, as_u64(lost)));
    const U64 odd = hn::Or(hn::Sub(bits, against), one);
    return hn::IfThenElse(hn::Eq(lost, hn::Zero(f64)), sum, hn::BitCast(f64, odd));
}
HWY_INLINE F32 fused(F32 a, F32 b, F32 c) {
    return simd::HWY_NAMESPACE::joined(sum_to_odd(hn::Mul(lower_half(a), lower_half(b)), lower_half(c)),
                                       sum_to_odd(hn::Mul(upper_half(a), upper_half(b)), upper_half(c)));
}
#endif

/// row(x) of every vector of w samples.
template <class Row>
HWY_INLINE void for_row(int w, Row row) {
    for (int x = 0; x < w; x += lanes()) row(x);
}

#if HWY_NATIVE_FMA
class VectorReader final : public LightReader {
 public:
    explicit VectorReader(const colour::Conversion& conversion) : reader_(conversion) {}

    void read(const PictureView& picture, int y, float* const out[kChannels]) override {
        reader_.read(picture, y, out[0], out[1], out[2]);
    }

 private:
    colour::HWY_NAMESPACE::RowReader reader_;
};

std::unique_ptr<LightReader> make_reader(const colour::Conversion& conversion) {
    return std::make_unique<VectorReader>(conversion);
}
#else
std::unique_ptr<LightReader> make_reader(const colour::Conversion& conversion) {
    return make_scalar_reader(conversion);
}
#endif

// Blurs.

/// `kVectors` vectors at x.
template <int kReach, int kVectors>
HWY_INLINE void blur_vectors(const float* const* around, const Blur& blur, int x, float* out) {
    HeldF32 sum[kVectors];
    const auto at = [&](int j, int v) HWY_ATTR { return load(around[kReach + j] + x + v * lanes()); };
    if constexpr (kReach == kFusedReach) {
        for (int v = 0; v < kVectors; v++) {
            const F32 inner =
                fused(hn::Add(at(-1, v), at(1, v)), all(blur.tap[1]), hn::Mul(at(0, v), all(blur.tap[0])));
            sum[v] = fused(hn::Add(at(-2, v), at(2, v)), all(blur.tap[2]), inner);
        }
    } else {
        HeldF32 part[kVectors][kPartSums];
        HWY_UNROLL(16)
        for (int j = kReach; j > 0; j--) {
            const int k = (kReach - j) % kPartSums;
            for (int v = 0; v < kVectors; v++) {
                const F32 pair = hn::Mul(hn::Add(at(-j, v), at(j, v)), all(blur.tap[j]));
                part[v][k] = kReach - j < kPartSums ? pair : hn::Add(F32(part[v][k]), pair);
            }
        }
        for (int v = 0; v < kVectors; v++) {
            sum[v] = hn::Mul(at(0, v), all(blur.tap[0]));
            for (int k = 0; k < kPartSums && k < kReach; k++) sum[v] = hn::Add(F32(sum[v]), F32(part[v][k]));
        }
    }
    for (int v = 0; v < kVectors; v++) store(sum[v], out + x + v * lanes());
}

template <int kReach>
void blur(const float* const* around, const Blur& blur, int w, float* out) {
    int x = 0;
    for (; x + 2 * lanes() <= w; x += 2 * lanes()) blur_vectors<kReach, 2>(around, blur, x, out);
    for (; x < w; x += lanes()) blur_vectors<kReach, 1>(around, blur, x, out);
}

void blur_edge(const float* const* place, const Blur& blur, const Edge& edge, int w, float* out) {
    for_row(w, [&](int x) HWY_ATTR {
        F32 sum = hn::Zero(f32);
        for (int j = edge.first; j < edge.end; j++)
            sum = hn::Add(sum, hn::Mul(load(place[j] + x), all(blur.raw[j < 0 ? -j : j])));
        store(hn::Mul(sum, all(edge.gain)), out + x);
    });
}

// Receptors.

HWY_INLINE F32 log2_near(F32 x) {
    const S32 bits = as_s32(x), exponent = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(s32, Log2::kTwoThirds)));
    const F32 u = hn::Sub(hn::BitCast(f32, hn::Sub(bits, hn::ShiftLeft<23>(exponent))), all(1));
    const F32 over = fused(fused(all(Log2::kOver[2]), u, all(Log2::kOver[1])), u, all(Log2::kOver[0]));
    const F32 under = fused(fused(all(Log2::kUnder[2]), u, all(Log2::kUnder[1])), u, all(Log2::kUnder[0]));
    return hn::Add(hn::Div(over, under), hn::ConvertTo(f32, exponent));
}

HWY_INLINE F32 absorbed(const Receptor& of, F32 r, F32 g, F32 b) {
    return fused(all(of.r), r, fused(all(of.g), g, fused(all(of.b), b, all(of.dark))));
}

HWY_INLINE F32 response(const Receptor& of, F32 r, F32 g, F32 b, F32 smooth_r, F32 smooth_g, F32 smooth_b) {
    const F32 dark = all(of.dark), adapted = hn::Max(absorbed(of, smooth_r, smooth_g, smooth_b), dark);
    const F32 gamma = fused(all(Gamma::kGain), log2_near(hn::Add(adapted, all(Gamma::kBias))), all(Gamma::kLevel));
    const F32 sensitivity = hn::Max(hn::Div(gamma, adapted), all(Gamma::kLeastSensitivity));
    return hn::Max(hn::Mul(absorbed(of, r, g, b), sensitivity), dark);
}

void opponents(float* const planes[kChannels], const float* const smooth[kChannels], float luminance, int w) {
    const F32 unit = all(luminance);
    for_row(w, [&](int x) HWY_ATTR {
        const F32 r = hn::Mul(load(planes[0] + x), unit), g = hn::Mul(load(planes[1] + x), unit),
                  b = hn::Mul(load(planes[2] + x), unit);
        const F32 smooth_r = hn::Mul(load(smooth[0] + x), unit), smooth_g = hn::Mul(load(smooth[1] + x), unit),
                  smooth_b = hn::Mul(load(smooth[2] + x), unit);
        const F32 c0 = response(receptor(0), r, g, b, smooth_r, smooth_g, smooth_b);
        const F32 c1 = response(receptor(1), r, g, b, smooth_r, smooth_g, smooth_b);
        store(hn::Sub(c0, c1), planes[kX] + x);
        store(hn::Add(c0, c1), planes[kY] + x);
        store(response(receptor(2), r, g, b, smooth_r, smooth_g, smooth_b), planes[kB] + x);
    });
}

void halve(const float* upper, const float* lower, int w, float* out) {
    int x = 0;
    for (; x + lanes() <= w; x += lanes()) {
        F32 a, b, c, d;
        hn::LoadInterleaved2(f32, upper + 2 * x, a, b);
        hn::LoadInterleaved2(f32, lower + 2 * x, c, d);
        store(hn::Mul(all(0.25f), hn::Add(hn::Add(a, b), hn::Add(c, d))), out + x);
    }
    for (; x < w; x++) out[x] = mean_of_four(upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
}

// Bands.

HWY_INLINE F32 zeroed_near_zero(F32 v, float d) {
    const F32 limit = all(d), opposite = all(-d);
    return hn::IfThenElse(hn::Gt(v, limit), hn::Sub(v, limit),
                          hn::IfThenElseZero(hn::Lt(v, opposite), hn::Add(v, limit)));
}

HWY_INLINE F32 doubled_near_zero(F32 v, float d) {
    const F32 limit = all(d), opposite = all(-d);
    return hn::IfThenElse(hn::Gt(v, limit), hn::Add(v, limit),
                          hn::IfThenElse(hn::Lt(v, opposite), hn::Sub(v, limit), hn::Add(v, v)));
}

HWY_INLINE F32 bent(F32 v, float d) {
    const F32 limit = all(d), slope = all(kBend);
    const F32 above = hn::Add(hn::Mul(hn::Sub(v, limit), slope), limit);
    const F32 below = hn::Sub(hn::Mul(hn::Add(v, limit), slope), limit);
    return hn::IfThenElse(hn::Ge(v, limit), above, hn::IfThenElse(hn::Lt(v, all(-d)), below, v));
}

HWY_INLINE F32 suppression(F32 y) {
    const F32 share = hn::Div(all(kSuppression), hn::Add(square(y), all(kSuppression)));
    return hn::Add(hn::Mul(share, all(kSuppressed)), all(kUnsuppressed));
}

// Differences.

HWY_INLINE F32 turned(F32 v, F32 of) { return hn::Xor(v, hn::And(of, hn::SignBit(f32))); }

HWY_INLINE F32 uneven_difference(F32 a, F32 b, F32 weight) {
    const F32 size = hn::Abs(a), other = turned(b, a);
    const F32 outside = hn::Max(hn::Sub(hn::Mul(all(kUnevenLow), size), other), hn::Sub(other, size));
    const F32 v = hn::Max(outside, hn::Zero(f32));
    return hn::Mul(weight, hn::Add(square(hn::Sub(a, b)), square(v)));
}

HWY_INLINE F32 pair_difference(F32 a, F32 b, const PairWeights& weights) {
    const F32 size = hn::Abs(a), other = turned(b, a), zero = hn::Zero(f32);
    const F32 outside = hn::Sub(hn::Max(hn::Sub(hn::Mul(all(kTooSmall), size), other), zero),
                                hn::Max(hn::Sub(other, hn::Mul(all(kTooBig), size)), zero));
    const F32 over = hn::Add(hn::Mul(all(weights.even), hn::Sub(size, other)), hn::Mul(all(weights.uneven), outside));
    const F32 under = hn::Add(all(weights.norm), hn::Mul(all(0.5f), hn::Add(size, hn::Abs(b))));
    return turned(hn::Div(over, under), a);
}

template <Channel kOf>
HWY_INLINE F32 low_value(F32 low, F32 y) {
    if constexpr (kOf == kB) low = fused(all(kLowYInB), y, low);
    return hn::Mul(low, all(kLowScale[kOf]));
}

/// body(std::integral_constant<Channel>) for the row's channel.
template <class Row, class Body>
HWY_INLINE void for_channel(const Row& row, Body body) {
    switch (row.channel) {
        case kX: return body(std::integral_constant<Channel, kX>());
        case kY: return body(std::integral_constant<Channel, kY>());
        default: return body(std::integral_constant<Channel, kB>());
    }
}

template <Channel kOf>
HWY_INLINE void split_low_of(const LowSplit& row) {
    for_row(row.w, [&](int x) HWY_ATTR {
        const F32 low = load(row.low + x);
        F32 y = low;
        if constexpr (kOf == kY)
            store(low, row.low_of_y + x);
        else
            y = load(row.low_of_y + x);
        store(hn::Sub(load(row.plane + x), low), row.plane + x);
        store(low_value<kOf>(low, y), row.low + x);
    });
}

void split_low(const LowSplit& row) {
    for_channel(row, [&](auto of) HWY_ATTR { split_low_of<of()>(row); });
}

template <Channel kOf>
HWY_INLINE void low_of(const LowRow& row) {
    for_row(row.w, [&](int x) HWY_ATTR {
        const F32 difference = hn::Sub(load(row.low[0] + x), load(row.low[1] + x));
        const F32 term = hn::Mul(all(kLowWeight[kOf]), square(difference));
        store(kOf == kY ? term : hn::Add(load(row.map + x), term), row.map + x);
    });
}

void low(const LowRow& row) {
    for_channel(row, [&](auto of) HWY_ATTR { low_of<of()>(row); });
}

template <Channel kOf>
HWY_INLINE F32 mid_band(F32 v) {
    if constexpr (kOf == kX) return zeroed_near_zero(v, kMidZeroX);
    if constexpr (kOf == kY) return doubled_near_zero(v, kMidDoubleY);
    return v;
}

template <Channel kOf>
HWY_INLINE void split_mid_of(const MidSplit& row) {
    if constexpr (kOf == kB) return;  // the band is what is blurred
    for_row(row.w, [&](int x) HWY_ATTR {
        const F32 blurred = load(row.blurred + x);
        F32 left = hn::Sub(load(row.plane + x), blurred);
        if constexpr (kOf == kX) left = hn::Mul(left, suppression(load(row.left_of_y + x)));
        store(left, row.plane + x);
        store(mid_band<kOf>(blurred), row.blurred + x);
    });
}

void split_mid(const MidSplit& row) {
    for_channel(row, [&](auto of) HWY_ATTR { split_mid_of<of()>(row); });
}

template <Channel kOf>
HWY_INLINE void mid_of(const MidRow& row) {
    for_row(row.w, [&](int x) HWY_ATTR {
        const F32 a = load(row.band[0] + x), b = load(row.band[1] + x);
        if constexpr (kOf != kB) store(pair_difference(a, b, row.lines), row.numbers + x);
        const F32 term = hn::Mul(all(kMidWeight[kOf]), square(hn::Sub(a, b)));
        store(hn::Add(kOf == kY ? hn::Zero(f32) : load(row.map + x), term), row.map + x);
    });
}

void mid(const MidRow& row) {
    for_channel(row, [&](auto of) HWY_ATTR { mid_of<of()>(row); });
}

template <Channel kOf>
HWY_INLINE void split(F32 v, F32 blurred, F32& high, F32& ultra) {
    if constexpr (kOf == kY) {
        const F32 bounded = bent(blurred, kHighBendY);
        high = doubled_near_zero(hn::Mul(all(kHighGainY), bounded), kHighDoubleY);
        ultra = hn::Mul(all(kUltraGainY), bent(hn::Sub(v, bounded), kUltraBendY));
    } else {
        high = zeroed_near_zero(blurred, kHighZeroX);
        ultra = zeroed_near_zero(hn::Sub(v, blurred), kUltraZeroX);
    }
}

template <Channel kOf>
HWY_INLINE void add_mask(F32 high, F32 ultra, float root_of_bias, float* mask) {
    const F32 part = square(hn::Mul(all(kOf == kY ? kMaskY : kMaskX), hn::Add(ultra, high)));
    if constexpr (kOf == kY) return store(part, mask);
    const F32 both = hn::Sqrt(hn::Add(part, load(mask)));
    store(hn::Sub(hn::Sqrt(hn::Add(hn::Mul(all(kMaskGain), both), all(kMaskBias))), all(root_of_bias)), mask);
}

template <Channel kOf>
HWY_INLINE void split_fine_of(const FineSplit& row) {
    for_row(row.w, [&](int x) HWY_ATTR {
        F32 high, ultra;
        split<kOf>(load(row.plane + x), load(row.blurred + x), high, ultra);
        add_mask<kOf>(high, ultra, row.root_of_bias, row.mask + x);
        store(ultra, row.plane + x);
        store(high, row.blurred + x);
    });
}

void split_fine(const FineSplit& row) { row.channel == kY ? split_fine_of<kY>(row) : split_fine_of<kX>(row); }

void fine(const FineRow& row) {
    const F32 weight = all(row.channel == kY ? kHighWeight[kY] : kHighWeight[kX]);
    for_row(row.w, [&](int x) HWY_ATTR {
        const F32 high_a = load(row.high[0] + x), high_b = load(row.high[1] + x);
        store(hn::Add(load(row.map + x), uneven_difference(high_a, high_b, weight)), row.map + x);
        store(pair_difference(high_a, high_b, row.high_lines), row.high_numbers + x);
        store(pair_difference(load(row.ultra[0] + x), load(row.ultra[1] + x), row.ultra_lines), row.ultra_numbers + x);
    });
}

// Lines.

/// Numbers around a vector of places.
struct Places {
    const float* const* around;
    int x;

    HWY_INLINE F32 at(int right, int down) const { return load(around[kLineReach + down] + x + right); }
    HWY_INLINE F32 pair(int right, int down) const { return hn::Add(at(right, down), at(-right, -down)); }
    /// sum + a pair.
    HWY_INLINE F32 with(F32 sum, int right, int down) const { return hn::Add(sum, pair(right, down)); }
};

HWY_INLINE F32 with_line(F32 sum, F32 line) { return hn::Add(sum, square(line)); }
HWY_INLINE F32 with_line_twice(F32 sum, F32 line) {
    const F32 term = square(line);
    return hn::Add(sum, hn::Add(term, term));
}

HWY_INLINE F32 sparse_lines(const Places& p) {
    const F32 centre = p.at(0, 0);
    F32 sum = square(p.with(p.with(centre, 2, 0), 4, 0));
    sum = with_line(sum, p.with(p.with(centre, 0, 2), 0, 4));
    sum = with_line(sum, p.with(p.with(centre, 2, 2), 3, 3));
    sum = with_line(sum, p.with(p.with(centre, 2, -2), 3, -3));
    for (const int way : {1, -1}) {
        const F32 steep = p.with(centre, way, 2);
        sum = with_line(sum, p.with(steep, way, 4));
        sum = with_line(sum, p.with(steep, way * 2, 3));
        sum = with_line(sum, p.with(steep, way * 2, 4));
    }
    for (const int way : {1, -1}) {
        const F32 shallow = p.with(centre, 2, way);
        sum = with_line(sum, p.with(shallow, 4, way));
        sum = with_line(sum, p.with(shallow, 3, way * 2));
        sum = with_line(sum, p.with(shallow, 4, way * 2));
    }
    return sum;
}

HWY_INLINE F32 dense_lines(const Places& p) {
    const F32 centre = p.at(0, 0), across = p.with(centre, 1, 0), down = p.with(centre, 0, 1);
    F32 sum = square(p.with(p.with(p.with(across, 2, 0), 3, 0), 4, 0));
    for (const int way : {1, -1}) sum = with_line_twice(sum, p.with(p.with(p.with(across, 2, way), 3, way), 4, way));
    sum = with_line(sum, p.with(p.with(p.with(down, 0, 2), 0, 3), 0, 4));
    for (const int way : {1, -1}) sum = with_line_twice(sum, p.with(p.with(p.with(down, way, 2), way, 3), way, 4));
    for (const int way : {1, -1}) {
        const F32 diagonal = p.with(centre, way, 1);
        sum = with_line(sum, p.with(p.with(diagonal, way * 2, 2), way * 3, 3));
        sum = with_line(sum, p.with(p.with(diagonal, way, 2), way * 2, 3));
        sum = with_line(sum, p.with(p.with(diagonal, way * 2, 1), way * 3, 2));
    }
    return sum;
}

void sparse(const float* const* around, int w, float* map) {
    for_row(w, [&](int x) HWY_ATTR { store(hn::Add(load(map + x), sparse_lines({around, x})), map + x); });
}

void dense(const float* const* around, int w, float* map) {
    for_row(w, [&](int x) HWY_ATTR { store(hn::Add(load(map + x), dense_lines({around, x})), map + x); });
}

// Masking.

void mask_difference(const float* ref, const float* dis, int w, float* map) {
    for_row(w, [&](int x) HWY_ATTR {
        const F32 term = hn::Mul(all(kMaskDifference), square(hn::Sub(load(ref + x), load(dis + x))));
        store(hn::Add(load(map + x), term), map + x);
    });
}

/// Least::see().
HWY_INLINE void see(F32 sample, F32& first, F32& middle, F32& third) {
    const F32 second = hn::Max(first, sample);
    first = hn::Min(first, sample);
    const F32 last = hn::Max(middle, second);
    middle = hn::Min(middle, second);
    third = hn::Min(third, last);
}

HWY_INLINE F32 activity(const float* const masks[3], int x) {
    F32 first = load(masks[1] + x), middle = hn::Add(first, first), third = middle;
    for (int row = 0; row < 3; row++)
        for (const int right : {-kActivityStep, 0, kActivityStep})
            if (right != 0 || row != 1) see(load(masks[row] + x + right), first, middle, third);
    return hn::Add(hn::Add(hn::Mul(all(0.45f), first), hn::Mul(all(0.3f), middle)), hn::Mul(all(0.25f), third));
}

HWY_INLINE F32 masked_weight(const Masking& of, F32 e) {
    const F32 share = hn::Div(all(of.a), hn::Add(hn::Mul(all(of.b), e), all(of.c)));
    return square(hn::Mul(all(Masking::kScale), hn::Add(all(1), share)));
}

void visible(const VisibleRow& row) {
    for_row(row.w, [&](int x) HWY_ATTR {
        const F32 e = activity(row.masks, x), ac = hn::Add(load(row.ac + x), load(row.lines + x));
        F32 v = hn::Sqrt(hn::Add(hn::Mul(load(row.low + x), masked_weight(low_masking(), e)),
                                 hn::Mul(ac, masked_weight(ac_masking(), e))));
        if (row.half) v = hn::Add(hn::Mul(all(kWholeShare), v), hn::Mul(all(kHalfShare), load(row.half + x)));
        store(v, row.out + x);
    });
}

// The norm.

float powers(const float* row, int w, double (*sums)[kRowSums]) {
    constexpr hn::Rebind<float, decltype(f64)> f32_of_f64;
    const int step = static_cast<int>(hn::Lanes(f64));
    for (int x = 0; x < w; x += step) {
        const F64 d = hn::PromoteTo(f64, hn::LoadU(f32_of_f64, row + x));
        const F64 third = hn::Mul(d, hn::Mul(d, d)), sixth = hn::Mul(third, third);
        const auto add = [&](F64 power, double* sum)
                             HWY_ATTR { hn::StoreU(hn::Add(hn::LoadU(f64, sum), power), f64, sum); };
        add(third, sums[0] + x % kRowSums);
        add(sixth, sums[1] + x % kRowSums);
        add(hn::Mul(sixth, sixth), sums[2] + x % kRowSums);
    }
    F32 most = hn::Zero(f32);
    for_row(w, [&](int x) HWY_ATTR { most = hn::Max(most, load(row + x)); });
    return hn::GetLane(hn::MaxOfLanes(f32, most));
}

constexpr RowLoops kLoops{
    .make_reader = make_reader,
    .blur = {blur<kReach[kSmooth]>, blur<kReach[kUltra]>, blur<kReach[kMask]>, blur<kReach[kHigh]>, blur<kReach[kLow]>},
    .blur_edge = blur_edge,
    .opponents = opponents,
    .halve = halve,
    .split_low = split_low,
    .split_mid = split_mid,
    .split_fine = split_fine,
    .low = low,
    .mid = mid,
    .fine = fine,
    .sparse = sparse,
    .dense = dense,
    .mask_difference = mask_difference,
    .visible = visible,
    .powers = powers};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return make_extractor(variants, format, kLoops);
}

}  // namespace
}  // namespace vmaf::butteraugli::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<butteraugli::Sums>, HWY_TARGET> = butteraugli::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> butteraugli::make_simd(Variants variants, const PictureFormat& format,
                                                  const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
