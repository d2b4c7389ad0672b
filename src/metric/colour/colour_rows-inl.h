// A picture's rows in linear light, on vectors: colour_math.h in every lane. Included below foreach_target.h, once for every instruction set.
#if defined(VMAF_COLOUR_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_COLOUR_ROWS_INL_H_
#undef VMAF_COLOUR_ROWS_INL_H_
#else
#define VMAF_COLOUR_ROWS_INL_H_
#endif

#include "metric/colour/colour_math.h"
#include "metric/float/rows-inl.h"
#include "simd/exact_math-inl.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::colour::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE F32 power_2_4(F32 x) {
    const F32 a = hn::Mul(x, float_inverse_roots<5>(f32, x));
    return hn::Mul(hn::Mul(a, a), a);
}

HWY_INLINE F32 power_20_9(F32 x) {
    const F32 r = float_inverse_roots<9>(f32, x), a = hn::Mul(x, r), square = hn::Mul(r, r);
    return hn::Mul(hn::Mul(hn::Mul(a, a), a), hn::Mul(square, square));
}

HWY_INLINE F32 srgb_curve(F32 c) {
    F32 numerator = hn::Set(f32, srgb_numerator(kSrgbPowers - 1));
    F32 denominator = hn::Set(f32, srgb_denominator(kSrgbPowers - 1));
    for (int power = kSrgbPowers - 2; power >= 0; power--) {
        numerator = hn::MulAdd(numerator, c, hn::Set(f32, srgb_numerator(power)));
        denominator = hn::MulAdd(denominator, c, hn::Set(f32, srgb_denominator(power)));
    }
    return hn::Div(numerator, denominator);
}

template <Transfer kTransfer>
HWY_INLINE F32 light(F32 c) {
    c = hn::Min(hn::Max(c, hn::Zero(f32)), hn::Set(f32, 1.f));
    if constexpr (kTransfer == Transfer::kSrgb)
        return hn::IfThenElse(hn::Le(c, hn::Set(f32, kSrgbLinearEnd)), hn::Mul(c, hn::Set(f32, kSrgbLinearUnit)),
                              srgb_curve(c));
    if constexpr (kTransfer == Transfer::kBt709) {
        const F32 base = hn::Mul(hn::Add(c, hn::Set(f32, kBt709Offset)), hn::Set(f32, kBt709Unit));
        return hn::IfThenElse(hn::Lt(c, hn::Set(f32, kBt709LinearEnd)), hn::Mul(c, hn::Set(f32, kBt709LinearUnit)),
                              power_20_9(base));
    }
    if constexpr (kTransfer == Transfer::kBt1886) return power_2_4(c);
    return c;
}

/// Reads rows of one picture format.
class RowReader {
 public:
    explicit RowReader(const Conversion& conversion)
        : c_(conversion),
          luma_(conversion.w),
          columns_(conversion.chroma_w),
          u_(conversion.w + 2),
          v_(conversion.w + 2) {}

    /// Row y; up to a vector is written behind it.
    void read(const PictureView& picture, int y, float* r, float* g, float* b) {
        with_sample_type(picture.format.bpc, [&]<class T>(std::type_identity<T>) {
            convert_row(picture.plane<T>(0).row(y), c_.w, kAsTheyAre, luma_.data());
            if (!c_.has_chroma()) return;
            read_chroma(picture.plane<T>(1), y, u_.data());
            read_chroma(picture.plane<T>(2), y, v_.data());
        });
        switch (c_.transfer) {
            case Transfer::kSrgb: return to_light<Transfer::kSrgb>(r, g, b);
            case Transfer::kBt709: return to_light<Transfer::kBt709>(r, g, b);
            case Transfer::kBt1886: return to_light<Transfer::kBt1886>(r, g, b);
            default: return to_light<Transfer::kLinear>(r, g, b);
        }
    }

 private:
    static constexpr SampleScale kAsTheyAre{8, 0};

    template <class T>
    void read_chroma(const Plane<T>& plane, int y, float* out) {
        float* const columns = c_.shift_x ? columns_.data() : out;
        if (c_.shift_y)
            read_down(plane, y, columns);
        else
            convert_row(plane.row(y), c_.chroma_w, kAsTheyAre, columns);
        if (c_.shift_x) read_across(out);
    }

    template <class T>
    void read_down(const Plane<T>& plane, int y, float* out) {
        const float(&taps)[4] = c_.down.taps[y % 2];
        const T* row[4];
        for (int tap = 0; tap < 4; tap++)
            row[tap] = plane.row(mirror_face(y / 2 + c_.down.first[y % 2] + tap, c_.chroma_h));
        int x = 0;
        for (; x + lanes() <= c_.chroma_w; x += lanes()) {
            const auto product = [&](int tap) HWY_ATTR {
                return hn::Mul(hn::Set(f32, taps[tap]), hn::ConvertTo(f32, as_s32(load_samples(row[tap] + x))));
            };
            hn::StoreU(hn::Add(hn::Add(hn::Add(product(0), product(1)), product(2)), product(3)), f32, out + x);
        }
        for (; x < c_.chroma_w; x++) out[x] = filtered(taps, row[0][x], row[1][x], row[2][x], row[3][x]);
    }

    void read_across(float* out) {
        columns_.reflect_faces(3, c_.chroma_w);
        const float* const columns = columns_.data();
        for (int i = 0; 2 * i < c_.w; i += lanes()) {
            const auto phase = [&](int k) HWY_ATTR {
                const float(&taps)[4] = c_.across.taps[k];
                const float* const from = columns + i + c_.across.first[k];
                const auto product = [&](int tap) HWY_ATTR {
                    return hn::Mul(hn::Set(f32, taps[tap]), hn::LoadU(f32, from + tap));
                };
                return hn::Add(hn::Add(hn::Add(product(0), product(1)), product(2)), product(3));
            };
            hn::StoreInterleaved2(phase(0), phase(1), f32, out + 2 * i);
        }
    }

    template <Transfer kTransfer>
    void to_light(float* r, float* g, float* b) {
        const F32 luma_zero = hn::Set(f32, c_.luma_zero), luma_unit = hn::Set(f32, c_.luma_unit);
        const F32 chroma_zero = hn::Set(f32, c_.chroma_zero), chroma_unit = hn::Set(f32, c_.chroma_unit);
        const auto times = [](float factor, F32 v) HWY_ATTR { return hn::Mul(hn::Set(f32, factor), v); };
        for (int x = 0; x < c_.w; x += lanes()) {
            const F32 y = hn::Mul(hn::Sub(hn::LoadU(f32, luma_.data() + x), luma_zero), luma_unit);
            F32 red = y, green = y, blue = y;
            if (c_.gbr) {
                blue = hn::Mul(hn::Sub(hn::LoadU(f32, u_.data() + x), luma_zero), luma_unit);
                red = hn::Mul(hn::Sub(hn::LoadU(f32, v_.data() + x), luma_zero), luma_unit);
            } else if (c_.has_chroma()) {
                const F32 u = hn::Mul(hn::Sub(hn::LoadU(f32, u_.data() + x), chroma_zero), chroma_unit);
                const F32 v = hn::Mul(hn::Sub(hn::LoadU(f32, v_.data() + x), chroma_zero), chroma_unit);
                red = hn::Add(y, times(c_.red_of_v, v));
                green = hn::Sub(hn::Sub(y, times(c_.green_of_u, u)), times(c_.green_of_v, v));
                blue = hn::Add(y, times(c_.blue_of_u, u));
            }
            hn::StoreU(light<kTransfer>(red), f32, r + x);
            hn::StoreU(light<kTransfer>(green), f32, g + x);
            hn::StoreU(light<kTransfer>(blue), f32, b + x);
        }
    }

    Conversion c_;
    Line luma_, columns_, u_, v_;
};

}  // namespace
}  // namespace vmaf::colour::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
