// From a picture to rows of ten-bit levels and of the spatial mask on vectors, and the words in which cambi's vector text is
// written. Part of cambi_simd.cpp.
#if defined(VMAF_METRIC_CAMBI_PREPARATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_METRIC_CAMBI_PREPARATION_INL_H_
#undef VMAF_METRIC_CAMBI_PREPARATION_INL_H_
#else
#define VMAF_METRIC_CAMBI_PREPARATION_INL_H_
#endif

#include <algorithm>
#include <vector>

#include "metric/cambi/cambi.h"
#include "metric/cambi/cambi_rows.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::cambi::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

using Mask16 = hn::Mask<decltype(u16)>;

HWY_INLINE size_t lanes() { return hn::Lanes(u16); }
HWY_INLINE U16 load(const uint16_t* p) { return hn::LoadU(u16, p); }
HWY_INLINE void store(U16 v, uint16_t* p) { hn::StoreU(v, u16, p); }
HWY_INLINE U16 ones_where(Mask16 mask) { return hn::VecFromMask(u16, mask); }

/// Calls body(x) for every vector of a row in Rows, the last of which may go beyond w.
template <class Body>
HWY_INLINE void for_vectors(int w, Body body) {
    for (int x = 0; x < w; x += static_cast<int>(lanes())) body(x);
}

HWY_INLINE U16 mode3(U16 a, U16 b, U16 c) {
    const U16 smallest = hn::Min(hn::Min(a, b), c);
    const U16 without_a = hn::IfThenElse(hn::Eq(b, c), b, smallest);
    return hn::IfThenElse(hn::Or(hn::Eq(a, b), hn::Eq(a, c)), a, without_a);
}

/// The even columns of a row.
HWY_INLINE void halve(const uint16_t* in, int w, uint16_t* out) {
    for_vectors(halved(w), [&](int x) HWY_ATTR {
        U16 even, odd;
        hn::LoadInterleaved2(u16, in + 2 * x, even, odd);
        store(even, out + x);
    });
}

/// ten_bits() of neighbouring samples.
HWY_INLINE U16 ten_bits_at(const uint8_t* p, unsigned) {
    return hn::ShiftLeft<2>(hn::PromoteTo(u16, hn::LoadU(u8_half, p)));
}
HWY_INLINE U16 ten_bits_at(const uint16_t* p, unsigned bpc) {
    const U16 value = hn::Min(load(p), hn::Set(u16, static_cast<uint16_t>((1u << bpc) - 1)));
    if (bpc <= 10) return hn::ShiftLeftSame(value, static_cast<int>(10 - bpc));
    return hn::AverageRound(hn::ShiftRightSame(value, static_cast<int>(bpc - 11)), hn::Zero(u16));
}

/// Rows of ten-bit levels in the size that is scored, and of the spatial mask.
class Preparation {
 public:
    void start(const PictureView& picture, const Geometry& geometry, bool smooth) {
        w_ = geometry.w, h_ = geometry.h, smooth_ = smooth;
        picture_ = picture;
        const auto picked = [&](std::vector<int>& samples, unsigned in, int out) {
            if (samples.size() != static_cast<size_t>(out) || in_w_ != picture.format.w || in_h_ != picture.format.h)
                samples = picked_samples(static_cast<int>(in), out);
        };
        picked(columns_, picture.format.w, w_);
        picked(rows_, picture.format.h, h_);
        in_w_ = picture.format.w, in_h_ = picture.format.h;
        raw_.resize(w_, 2);
        levels_.resize(w_, kRing);
        flat_.resize(w_, kRing);
        flat_.fill(0);
        columns_sum_.resize(w_, 1);
        columns_sum_.fill(0);
        mask_.resize(w_, 1);
        threshold_ = mask_threshold(w_, h_);
        ready_levels_ = ready_flat_ = 0;
    }

    /// The levels of row y; rows are asked for from the top down, together with mask(y).
    uint16_t* levels(int y) { return levels_.row(y); }

    uint16_t* mask(int y) {
        prepare_levels(std::min(h_, y + kMaskRadius + 2));
        const int end = std::min(h_, y + kMaskRadius + 1);
        for (; ready_flat_ < end; ready_flat_++) find_flat(ready_flat_);
        if (y - kMaskRadius - 1 >= 0) add_columns<false>(flat_.row(y - kMaskRadius - 1));
        const uint16_t* sums = columns_sum_.row(0);
        uint16_t* out = mask_.row(0);
        const U16 threshold = hn::Set(u16, static_cast<uint16_t>(threshold_));
        for_vectors(w_, [&](int x) HWY_ATTR {
            U16 sum = load(sums + x);
            for (int i = 1; i <= kMaskRadius; i++) sum = hn::Add(sum, hn::Add(load(sums + x - i), load(sums + x + i)));
            store(ones_where(hn::Gt(sum, threshold)), out + x);
        });
        return out;
    }

 private:
    static constexpr int kRing = 2 * kMaskRadius + 2;

    void prepare_levels(int end) {
        for (; ready_levels_ < end; ready_levels_++) {
            const int y = ready_levels_;
            if (!smooth_) {
                convert(y, levels_.row(y));
                continue;
            }
            if (y == 0) convert(0, raw_.row(0));
            if (y + 1 < h_) convert(y + 1, raw_.row(y + 1));
            smooth_row(raw_.row(y), raw_.row(std::min(y + 1, h_ - 1)), levels_.row(y));
        }
    }

    void convert(int y, uint16_t* out) const {
        with_sample_type(picture_.format.bpc,
                         [&]<class T>(std::type_identity<T>) { convert_row(picture_.plane<T>(0).row(rows_[y]), out); });
        out[w_] = out[w_ - 1];  // the right neighbour of the last column
    }

    template <class T>
    void convert_row(const T* in, uint16_t* out) const {
        const unsigned bpc = picture_.format.bpc;
        int x = 0;
        if (static_cast<unsigned>(w_) == picture_.format.w)
            for (; x + static_cast<int>(lanes()) <= w_; x += static_cast<int>(lanes()))
                store(ten_bits_at(in + x, bpc), out + x);
        for (; x < w_; x++) out[x] = static_cast<uint16_t>(ten_bits(in[columns_[x]], bpc));
    }

    void smooth_row(const uint16_t* here, const uint16_t* below, uint16_t* out) const {
        for_vectors(w_, [&](int x) HWY_ATTR {
            const U16 upper = hn::Add(load(here + x), load(here + x + 1));
            const U16 lower = hn::Add(load(below + x), load(below + x + 1));
            store(hn::ShiftRight<2>(hn::Add(upper, lower)), out + x);
        });
        out[w_] = out[w_ - 1];
    }

    /// Finds the flat pixels of a row and adds them to the columns' sums.
    void find_flat(int y) {
        const uint16_t *here = levels_.row(y), *below = levels_.row(std::min(y + 1, h_ - 1));
        uint16_t* out = flat_.row(y);
        for_vectors(w_, [&](int x) HWY_ATTR {
            const U16 value = load(here + x);
            const Mask16 flat = hn::And(hn::Eq(value, load(here + x + 1)), hn::Eq(value, load(below + x)));
            store(hn::ShiftRight<15>(ones_where(flat)), out + x);
        });
        std::fill_n(out + w_, Rows::kMargin, uint16_t{0});
        add_columns<true>(out);
    }

    template <bool kAdd>
    void add_columns(const uint16_t* flat) {
        uint16_t* sums = columns_sum_.row(0);
        for_vectors(w_, [&](int x) HWY_ATTR {
            const U16 sum = load(sums + x), change = load(flat + x);
            store(kAdd ? hn::Add(sum, change) : hn::Sub(sum, change), sums + x);
        });
    }

    int w_ = 0, h_ = 0;
    bool smooth_ = false;
    PictureView picture_;
    unsigned in_w_ = 0, in_h_ = 0;
    std::vector<int> columns_, rows_;
    int threshold_ = 0, ready_levels_ = 0, ready_flat_ = 0;
    Rows raw_, levels_, flat_, columns_sum_, mask_;
};

}  // namespace
}  // namespace vmaf::cambi::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
