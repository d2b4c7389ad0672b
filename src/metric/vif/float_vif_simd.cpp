// float_vif on vectors: two rows of the moments at a time, down the columns and then along the rows, from rows that stay in the
// cache; their sums from left to right.
//
// Lanes are columns, so that every filter's sum runs in the order of docs/numerics/float_vif.md.
#include <algorithm>
#include <cmath>
#include <vector>

#include "base/mirror.h"
#include "metric/float/row_sums.h"
#include "metric/vector_code.h"
#include "metric/vif/float_vif.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/vif/float_vif_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/float/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::float_vif::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// 1 + a / (b + c) in double, as floats.
HWY_INLINE F32 one_plus_quotient(F32 a, F32 b, double c) {
    const F64 one = hn::Set(f64, 1), shift = hn::Set(f64, c);
    const F64 low = hn::Add(one, hn::Div(lower_half(a), hn::Add(lower_half(b), shift)));
    const F64 high = hn::Add(one, hn::Div(upper_half(a), hn::Add(upper_half(b), shift)));
    return hn::Combine(f32, hn::DemoteTo(f32_half, high), hn::DemoteTo(f32_half, low));
}

HWY_INLINE F32 approximate_logarithms(F32 x) {
    const U32 bits = hn::IfThenElse(hn::RebindMask(u32, hn::Eq(x, x)), as_u32(x), hn::Set(u32, kNanBits));
    const U32 significand = hn::Or(hn::And(bits, hn::Set(u32, 0x7fffff)), hn::Set(u32, kOneBits));
    const F32 t = hn::Sub(hn::BitCast(f32, significand), hn::Set(f32, 1));
    F32 series = hn::Set(f32, logarithm_term(0));
    for (int i = 1; i < kLogarithmTerms; i++) series = hn::Add(hn::Mul(series, t), hn::Set(f32, logarithm_term(i)));
    const S32 exponent = hn::Sub(as_s32(hn::ShiftRight<23>(bits)), hn::Set(s32, 127));
    return hn::Add(hn::ConvertTo(f32, exponent), hn::Mul(series, t));
}

/// The moments of one row after the vertical filter.
struct MomentLines {
    explicit MomentLines(int w) : line{Line(w), Line(w), Line(w), Line(w), Line(w)} {}

    Line line[5];  ///< in the order of Moments
};

/// Adds up the terms of one scale, row by row.
class TermSums {
 public:
    TermSums(const Plan& plan, int w)
        : noise_(plan.noise),
          gain_limits_(plan.gain_limits),
          terms_(gain_limits_.size() + 1, RowSums(w)),
          out_(terms_.size()),
          exact_reciprocal_(noise_.variance >= 0x1p-60 &&
                            std::exp2(std::floor(std::log2(noise_.variance))) == noise_.variance) {}

    /// The terms of the next row from its moments.
    void add_row(const MomentLines& moments, const std::vector<float>& filter, int w) {
        const int taps = static_cast<int>(filter.size());
        const float* in[5];
        for (int i = 0; i < 5; i++) in[i] = moments.line[i].data() - taps / 2;
        for (size_t i = 0; i < terms_.size(); i++) out_[i] = terms_[i].next();
        for (int x = 0; x < w; x += lanes()) add_terms(in, filter.data(), taps, x);
    }

    /// The sums of all rows since the last call.
    void take(SharedSums& sums) {
        for (size_t i = 0; i < gain_limits_.size(); i++) sums.num[i] = terms_[i].total();
        sums.den = terms_.back().total();
    }

 private:
    HWY_INLINE void add_terms(const float* const (&in)[5], const float* filter, int taps, int x) {
        F32 m0 = hn::Zero(f32), m1 = m0, m2 = m0, m3 = m0, m4 = m0;
        for (int i = 0; i < taps; i++) {
            const F32 tap = hn::Set(f32, filter[i]);
            m0 = hn::Add(m0, hn::Mul(tap, hn::LoadU(f32, in[0] + x + i)));
            m1 = hn::Add(m1, hn::Mul(tap, hn::LoadU(f32, in[1] + x + i)));
            m2 = hn::Add(m2, hn::Mul(tap, hn::LoadU(f32, in[2] + x + i)));
            m3 = hn::Add(m3, hn::Mul(tap, hn::LoadU(f32, in[3] + x + i)));
            m4 = hn::Add(m4, hn::Mul(tap, hn::LoadU(f32, in[4] + x + i)));
        }
        put_terms(m0, m1, m2, m3, m4, x);
    }

    HWY_INLINE void put_terms(F32 mean_ref, F32 mean_dis, F32 ref_ref, F32 dis_dis, F32 ref_dis, int x) {
        const F32 zero = hn::Zero(f32), one = hn::Set(f32, 1), epsilon = hn::Set(f32, kEpsilon);
        F32 ref = hn::Max(hn::Sub(ref_ref, hn::Mul(mean_ref, mean_ref)), zero);
        const F32 dis = hn::Max(hn::Sub(dis_dis, hn::Mul(mean_dis, mean_dis)), zero);
        const F32 covariance = hn::Sub(ref_dis, hn::Mul(mean_ref, mean_dis));
        F32 gain = hn::Div(covariance, hn::Add(ref, epsilon));
        F32 noise = hn::Sub(dis, hn::Mul(gain, covariance));
        const auto no_ref = hn::Lt(ref, epsilon), no_dis = hn::Lt(dis, epsilon);
        ref = hn::IfThenZeroElse(no_ref, ref);
        gain = hn::IfThenZeroElse(hn::Or(no_ref, no_dis), gain);
        noise = hn::IfThenZeroElse(no_dis, hn::IfThenElse(no_ref, dis, noise));
        const auto inverted = hn::Lt(gain, zero);
        gain = hn::IfThenZeroElse(inverted, gain);
        noise = hn::Max(hn::IfThenElse(inverted, dis, noise), epsilon);

        const auto flat = hn::Lt(ref, hn::Set(f32, noise_.flat_below)), opposed = hn::Lt(covariance, zero);
        const F32 flat_num = hn::Sub(one, hn::Mul(dis, hn::Set(f32, noise_.distortion_weight)));
        for (size_t i = 0; i < gain_limits_.size(); i++) {
            const F32 limited = hn::Min(gain, hn::Set(f32, gain_limits_[i]));
            const F32 signal = hn::Mul(hn::Mul(limited, limited), ref);
            const F32 num = approximate_logarithms(one_plus_quotient(signal, noise, noise_.variance));
            hn::StoreU(hn::IfThenElse(flat, flat_num, hn::IfThenZeroElse(opposed, num)), f32, out_[i] + x);
        }
        const F32 den = approximate_logarithms(ref_argument(ref));
        hn::StoreU(hn::IfThenElse(flat, one, den), f32, out_.back() + x);
    }

    /// 1 + ref / variance, for what is not flat. Where the variance is a power of two, one rounding is all that happens.
    HWY_INLINE F32 ref_argument(F32 ref) const {
        if (!exact_reciprocal_) return one_plus_quotient(ref, hn::Zero(f32), noise_.variance);
        return hn::Add(hn::Set(f32, 1), hn::Mul(ref, hn::Set(f32, static_cast<float>(1 / noise_.variance))));
    }

    const Noise noise_;
    const std::vector<float>& gain_limits_;
    std::vector<RowSums> terms_;  ///< those of num by gain limit, then those of den
    std::vector<float*> out_;     ///< where the terms of the row at work go
    bool exact_reciprocal_;
};

/// The rows under a vertical filter.
struct Window {
    Window(const Rows& plane, int y, int rows, int radius, int h) {
        for (int k = 0; k < rows; k++) row[k] = plane.row(mirror_centre(y + k - radius, h));
    }

    const float* row[kMostTaps + 1];
};

/// Moments of two rows from the rows under both.
HWY_INLINE void filter_moments_down(const Window& ref, const Window& dis, const float* filter, int taps, int w,
                                    MomentLines& first, MomentLines& second) {
    for (int x = 0; x < w; x += lanes()) {
        F32 a0 = hn::Zero(f32), a1 = a0, a2 = a0, a3 = a0, a4 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0;
        for (int k = 0; k <= taps; k++) {
            const F32 r = hn::LoadU(f32, ref.row[k] + x), d = hn::LoadU(f32, dis.row[k] + x);
            const F32 rr = hn::Mul(r, r), dd = hn::Mul(d, d), rd = hn::Mul(r, d);
            if (k < taps) {
                const F32 tap = hn::Set(f32, filter[k]);
                a0 = hn::Add(a0, hn::Mul(tap, r));
                a1 = hn::Add(a1, hn::Mul(tap, d));
                a2 = hn::Add(a2, hn::Mul(tap, rr));
                a3 = hn::Add(a3, hn::Mul(tap, dd));
                a4 = hn::Add(a4, hn::Mul(tap, rd));
            }
            if (k > 0) {
                const F32 tap = hn::Set(f32, filter[k - 1]);
                b0 = hn::Add(b0, hn::Mul(tap, r));
                b1 = hn::Add(b1, hn::Mul(tap, d));
                b2 = hn::Add(b2, hn::Mul(tap, rr));
                b3 = hn::Add(b3, hn::Mul(tap, dd));
                b4 = hn::Add(b4, hn::Mul(tap, rd));
            }
        }
        const auto put = [x](MomentLines& out, F32 m0, F32 m1, F32 m2, F32 m3, F32 m4) HWY_ATTR {
            hn::StoreU(m0, f32, out.line[0].data() + x);
            hn::StoreU(m1, f32, out.line[1].data() + x);
            hn::StoreU(m2, f32, out.line[2].data() + x);
            hn::StoreU(m3, f32, out.line[3].data() + x);
            hn::StoreU(m4, f32, out.line[4].data() + x);
        };
        put(first, a0, a1, a2, a3, a4);
        put(second, b0, b1, b2, b3, b4);
    }
}

class SimdExtractor final : public Extractor {
 public:
    SimdExtractor(Variants variants, const PictureFormat& format)
        : plan_(variants, format), first_(plan_.size[0].w), second_(plan_.size[0].w), halves_(plan_.size[0].w) {
        const int most = static_cast<int>(std::max(plan_.filter[0].size(), plan_.filter[1].size()));
        for (int s = 0; s < kScales; s++) {
            const int h = s > 0 || plan_.resamples() ? plan_.size[s].h : std::min(plan_.size[0].h, most + 2);
            for (Rows& level : levels_[s].of) level = Rows(plan_.size[s].w, h, 0);
            sums_.emplace_back(plan_, plan_.size[s].w);
        }
        if (!plan_.resamples()) return;
        x_table_ = {plan_.source.w, plan_.size[0].w, plan_.resampling};
        y_table_ = {plan_.source.h, plan_.size[0].h, plan_.resampling};
        for (Rows& source : source_.of) source = Rows(plan_.source.w, plan_.source.h, 0);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        SharedSums sums[kScales];
        for (int s = 0; s < kScales; s++) {
            sums[s].num.resize(plan_.gain_limits.size());
            loaded_ = s > 0 ? plan_.size[s].h : 0;
            sweep(frame, s);
            sums_[static_cast<size_t>(s)].take(sums[s]);
        }
        plan_.store(sums, out);
    }

 private:
    struct Pair {
        Rows of[2];  ///< reference, distorted
    };

    /// The terms of scale s, and the planes of the next one, while the rows are at hand.
    void sweep(const FramePictures& frame, int s) {
        const Size size = plan_.size[s];
        if (size.w == 0) return;
        const bool counts = s >= plan_.variants.first_scale(), goes_on = s + 1 < kScales;
        int reach = static_cast<int>(plan_.filter[s].size()) / 2;
        if (goes_on) reach = std::max(reach, static_cast<int>(plan_.filter[s + 1].size()) / 2);
        for (int y = 0; y < size.h; y += 2) {
            load_rows(frame, std::min(size.h, y + 2 + reach));
            if (counts) add_rows(s, y);
            if (goes_on && y / 2 < plan_.size[s + 1].h && plan_.size[s + 1].w > 0) decimate(s, y);
        }
    }

    /// Makes rows of scale 0 up to `end`.
    void load_rows(const FramePictures& frame, int end) {
        if (loaded_ >= end) return;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> planes[2] = {frame.ref.plane<T>(0), frame.dis.plane<T>(0)};
            if (plan_.resamples()) return resample(planes);
            for (; loaded_ < end; loaded_++)
                for (int i = 0; i < 2; i++)
                    convert_row(planes[i].row(loaded_), plan_.source.w, plan_.samples, levels_[0].of[i].row(loaded_));
        });
    }

    template <class T>
    void resample(const Plane<T> (&planes)[2]) {
        for (int i = 0; i < 2; i++) {
            Rows &source = source_.of[i], &out = levels_[0].of[i];
            for (int y = 0; y < plan_.source.h; y++)
                convert_row(planes[i].row(y), plan_.source.w, plan_.samples, source.row(y));
            for (int y = 0; y < plan_.size[0].h; y++)
                for (int x = 0; x < plan_.size[0].w; x++)
                    out.row(y)[x] = resampled(x_table_, y_table_, x, y,
                                              [&](int column, int row) { return source.row(row)[column]; });
        }
        loaded_ = plan_.size[0].h;
    }

    void add_rows(int s, int y) {
        const std::vector<float>& filter = plan_.filter[s];
        const int taps = static_cast<int>(filter.size()), radius = taps / 2;
        const Size size = plan_.size[s];
        const Window ref(levels_[s].of[0], y, taps + 1, radius, size.h),
            dis(levels_[s].of[1], y, taps + 1, radius, size.h);
        filter_moments_down(ref, dis, filter.data(), taps, size.w, first_, second_);
        for (int i = 0; i < 2 && y + i < size.h; i++) {
            MomentLines& moments = i ? second_ : first_;
            for (Line& line : moments.line) line.reflect_ends(radius, size.w);
            sums_[static_cast<size_t>(s)].add_row(moments, filter, size.w);
        }
    }

    /// Row y / 2 of both planes of the scale behind s.
    void decimate(int s, int y) {
        const std::vector<float>& filter = plan_.filter[s + 1];
        const int taps = static_cast<int>(filter.size());
        const Size in = plan_.size[s], out = plan_.size[s + 1];
        for (int i = 0; i < 2; i++) {
            const Window window(levels_[s].of[i], y, taps, taps / 2, in.h);
            Line& columns = first_.line[0];
            filter_down(window.row, filter.data(), taps, in.w, columns.data());
            columns.reflect_ends(taps / 2, in.w);
            halves_.filter_across(columns, filter.data(), taps, out.w, levels_[s + 1].of[i].row(y / 2));
        }
    }

    Plan plan_;
    ResamplingTable x_table_, y_table_;
    Pair source_, levels_[kScales];  ///< of scale 0 only the rows under the filters, unless it is resampled
    MomentLines first_, second_;
    ColumnHalves halves_;
    std::vector<TermSums> sums_;  ///< by scale
    int loaded_ = 0;              ///< rows of the scale at work
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return std::make_unique<SimdExtractor>(variants, format);
}

}  // namespace
}  // namespace vmaf::float_vif::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<float_vif::Sums>, HWY_TARGET> = float_vif::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> float_vif::make_simd(Variants variants, const PictureFormat& format,
                                                const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
