// What vector code of the metrics on floats does with rows: samples become floats, filters run down columns and along every
// other sample. Included below foreach_target.h, once for every instruction set.
#if defined(VMAF_FLOAT_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_FLOAT_ROWS_INL_H_
#undef VMAF_FLOAT_ROWS_INL_H_
#else
#define VMAF_FLOAT_ROWS_INL_H_
#endif

#include <cstdint>
#include <vector>

#include "metric/float/rows.h"
#include "metric/float/samples.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::simd::HWY_NAMESPACE {

HWY_INLINE int lanes() { return static_cast<int>(hn::Lanes(f32)); }

HWY_INLINE U32 load_samples(const uint8_t* p) { return hn::PromoteTo(u32, hn::LoadU(u8_quarter, p)); }
HWY_INLINE U32 load_samples(const uint16_t* p) { return hn::PromoteTo(u32, hn::LoadU(u16_half, p)); }

/// Converts w samples and reads no more than these.
template <class T>
HWY_INLINE void convert_row(const T* in, int w, SampleScale scale, float* out) {
    const F32 unit = hn::Set(f32, scale.unit), level = hn::Set(f32, scale.level);
    int x = 0;
    for (; x + lanes() <= w; x += lanes()) {
        const F32 sample = hn::ConvertTo(f32, as_s32(load_samples(in + x)));
        hn::StoreU(hn::Sub(hn::Mul(sample, unit), level), f32, out + x);
    }
    for (; x < w; x++) out[x] = scale(in[x]);
}

/// Down the columns: row[k] is the row under tap k.
HWY_INLINE void filter_down(const float* const* row, const float* filter, int taps, int w, float* out) {
    for (int x = 0; x < w; x += lanes()) {
        F32 sum = hn::Zero(f32);
        for (int k = 0; k < taps; k++) sum = hn::Add(sum, hn::Mul(hn::Set(f32, filter[k]), hn::LoadU(f32, row[k] + x)));
        hn::StoreU(sum, f32, out + x);
    }
}

/// Along a row: the first tap of out[x] is at in[x].
HWY_INLINE void filter_along(const float* in, const float* filter, int taps, int w, float* out) {
    const float* shifted[2 * kMostReach + 1];
    for (int k = 0; k < taps; k++) shifted[k] = in + k;
    filter_down(shifted, filter, taps, w, out);
}

/// Even and odd samples of a line apart, so that a filter along every other sample works on whole vectors.
class ColumnHalves {
 public:
    explicit ColumnHalves(int w) : even_(static_cast<size_t>(w / 2 + kMostReach + kMostLanes)), odd_(even_) {}

    /// Takes what lies at most `reach` samples from the even ones, w of which are wanted. The line has its margins.
    void split(const Line& line, int reach, int w) {
        const float* in = line.data() - kMostReach;
        const int first = (kMostReach - reach) / 2, end = w + (kMostReach + reach) / 2 + 1;
        for (int x = first; x < end; x += lanes()) {
            F32 a, b;
            hn::LoadInterleaved2(f32, in + 2 * x, a, b);
            hn::StoreU(a, f32, even_.data() + x);
            hn::StoreU(b, f32, odd_.data() + x);
        }
    }

    /// beside(i)[x] is sample 2 x + i of the line.
    const float* beside(int i) const {
        const int at = kMostReach + i;
        return (at % 2 ? odd_ : even_).data() + at / 2;
    }

    /// out[x], x below w, is the line filtered around sample 2 x. The line has its margins.
    void filter_across(const Line& line, const float* filter, int taps, int w, float* out) {
        split(line, taps / 2, w);
        for (int x = 0; x < w; x += lanes()) {
            F32 sum = hn::Zero(f32);
            for (int i = 0; i < taps; i++)
                sum = hn::Add(sum, hn::Mul(hn::Set(f32, filter[i]), hn::LoadU(f32, beside(i - taps / 2) + x)));
            hn::StoreU(sum, f32, out + x);
        }
    }

 private:
    std::vector<float> even_, odd_;
};

}  // namespace vmaf::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
