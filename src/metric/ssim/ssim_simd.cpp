// float_ssim on vectors: rows are decimated, filtered along, kept in a ring of eleven, filtered down and compared.
//
// Lanes are columns, so that every sum runs in the order of docs/numerics/ssim.md; float vectors split into two of
// doubles.
#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/mirror.h"
#include "metric/ssim/ssim.h"
#include "metric/ssim/ssim_math.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/ssim/ssim_simd.cpp"
#include "hwy/foreach_target.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ssim::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

HWY_INLINE F32 joined(F64 low, F64 high) {
    return hn::Combine(f32, hn::DemoteTo(f32_half, high), hn::DemoteTo(f32_half, low));
}

HWY_INLINE U32 load_samples(const uint8_t* p) { return hn::PromoteTo(u32, hn::LoadU(u8_quarter, p)); }
HWY_INLINE U32 load_samples(const uint16_t* p) { return hn::PromoteTo(u32, hn::LoadU(u16_half, p)); }
HWY_INLINE F32 to_float(U32 v) { return hn::ConvertTo(f32, hn::BitCast(s32, v)); }

/// Calls body(x) so that vectors from x on cover the columns 0 .. w - 1 without going beyond; the last two may overlap.
/// False: there are too few columns for a vector.
template <class Body>
HWY_INLINE bool for_vectors(size_t w, Body body) {
    const size_t n = hn::Lanes(f32);
    if (w < n) return false;
    size_t x = 0;
    for (; x + n <= w; x += n) body(x);
    if (x < w) body(w - n);
    return true;
}

/// A row with room for whole vectors.
class Line {
 public:
    explicit Line(int w = 0) : values_(static_cast<size_t>(w) + 2 * hn::Lanes(f32)) {}
    float* data() { return values_.data(); }
    const float* data() const { return values_.data(); }

 private:
    std::vector<float> values_;
};

/// Makes rows of the decimated and extended plane.
class Decimator {
 public:
    Decimator(const Geometry& geometry, unsigned bpc)
        : geometry_(geometry),
          unit_(sample_unit(bpc)),
          margin_(static_cast<size_t>(geometry.scale)),
          sums_(columns()),
          counts_(columns()),
          rows_(margin_),
          row_(geometry.x.decimated) {}

    /// Throws check_samples()'s Error if a sample lies above its depth, once all rows of both planes are made.
    void finish(const FramePictures& frame) {
        const unsigned bits = std::exchange(bits_, 0);
        if (words_exceed_samples(frame.ref.format.bpc) &&
            (bits | unread_bits(frame.ref) | unread_bits(frame.dis)) > peak_sample(frame.ref.format.bpc))
            check_samples(frame, planes_read(kLumaOnly, frame.ref.format));
    }

    template <class T>
    void row(Plane<T> plane, int y, Line& out) {
        const Axis& x = geometry_.x;
        y = mirror_face(y - geometry_.y.padding, geometry_.y.decimated);
        if (x.extended == x.decimated) return decimated_row(plane, y, out.data());
        decimated_row(plane, y, row_.data());
        for (int i = 0; i < x.extended; i++) out.data()[i] = row_.data()[mirror_face(i - x.padding, x.decimated)];
    }

 private:
    /// Those of the picture, a margin on either side, and what working on four boxes or two vectors at a time reaches
    /// beyond.
    size_t columns() const { return static_cast<size_t>(geometry_.x.source) + 6 * margin_ + 2 * hn::Lanes(f32); }

    /// Samples below the last box, or-ed together.
    unsigned unread_bits(const PictureView& picture) const {
        const Plane<uint16_t> plane = picture.plane<uint16_t>(0);
        unsigned bits = 0;
        for (int y = geometry_.y.decimated * geometry_.scale - geometry_.scale / 2; y < geometry_.y.source; y++)
            bits |= or_of_samples(plane.row(y), plane.w);
        return bits;
    }

    void add_bits(U32 bits) { bits_ |= hn::GetLane(hn::MaxOfLanes(u32, bits)); }

    template <class T>
    const T* row(int j) const {
        return static_cast<const T*>(rows_[static_cast<size_t>(j)]);
    }

    template <class T>
    void decimated_row(Plane<T> plane, int y, float* out) {
        const int scale = geometry_.scale;
        if (scale == 1) return convert(plane.row(y), plane.w, out);
        for (int j = 0; j < scale; j++)
            rows_[j] = plane.row(mirror_face(y * scale - scale / 2 + j, geometry_.y.source));
        // The weight is a power of two: no product rounds, so integers do.
        const bool exact = (scale & (scale - 1)) == 0 && scale <= 16;
        if (exact) {
            add_rows<T>(plane.w, counts_.data() + margin_);
            extend(counts_);
            add_neighbours(out);
        } else {
            add_weighted_rows<T>(plane.w, sums_.data() + margin_);
            extend(sums_);
            add_boxes(out);
        }
    }

    template <class T>
    void convert(const T* in, size_t w, float* out) {
        U32 bits = hn::Zero(u32);
        const auto at = [&](size_t x) HWY_ATTR {
            const U32 samples = load_samples(in + x);
            bits = hn::Or(bits, samples);
            hn::StoreU(hn::Mul(to_float(samples), hn::Set(f32, unit_)), f32, out + x);
        };
        if (for_vectors(w, at)) return add_bits(bits);
        for (size_t x = 0; x < w; x++) {
            out[x] = static_cast<float>(in[x]) * unit_;
            bits_ |= in[x];
        }
    }

    template <class T>
    void add_rows(size_t w, uint32_t* out) {
        const int scale = geometry_.scale;
        U32 bits = hn::Zero(u32);
        const auto at = [&](size_t x) HWY_ATTR {
            U32 sum = hn::Zero(u32);
            for (int j = 0; j < scale; j++) {
                const U32 samples = load_samples(row<T>(j) + x);
                bits = hn::Or(bits, samples);
                sum = hn::Add(sum, samples);
            }
            hn::StoreU(sum, u32, out + x);
        };
        if (for_vectors(w, at)) return add_bits(bits);
        for (size_t x = 0; x < w; x++) {
            out[x] = 0;
            for (int j = 0; j < scale; j++) {
                out[x] += row<T>(j)[x];
                bits_ |= row<T>(j)[x];
            }
        }
    }

    template <class T>
    void add_weighted_rows(size_t w, double* out) {
        const int scale = geometry_.scale;
        const float weight = box_weight(scale);
        U32 bits = hn::Zero(u32);
        const auto at = [&](size_t x) HWY_ATTR {
            F64 low = hn::Zero(f64), high = low;
            for (int j = 0; j < scale; j++) {
                const U32 samples = load_samples(row<T>(j) + x);
                bits = hn::Or(bits, samples);
                const F32 sample = hn::Mul(to_float(samples), hn::Set(f32, unit_));
                const F32 product = hn::Mul(sample, hn::Set(f32, weight));
                low = hn::Add(low, lower_half(product));
                high = hn::Add(high, upper_half(product));
            }
            hn::StoreU(low, f64, out + x);
            hn::StoreU(high, f64, out + x + hn::Lanes(f64));
        };
        if (for_vectors(w, at)) return add_bits(bits);
        for (size_t x = 0; x < w; x++) {
            out[x] = 0;
            for (int j = 0; j < scale; j++) {
                out[x] += static_cast<double>(static_cast<float>(row<T>(j)[x]) * unit_ * weight);
                bits_ |= row<T>(j)[x];
            }
        }
    }

    /// Reflects the columns behind the margin so far that whole boxes lie inside.
    template <class Sum>
    void extend(std::vector<Sum>& columns) const {
        const int scale = geometry_.scale, w = geometry_.x.source;
        Sum* column = columns.data() + margin_;
        const int end = geometry_.x.decimated * scale - scale / 2;
        for (int i = 1; i <= scale / 2; i++) column[-i] = column[mirror_face(-i, w)];
        for (int i = w; i < end; i++) column[i] = column[mirror_face(i, w)];
    }

    /// Boxes of a power of two of columns: neighbours are added until one sum is left of each.
    void add_neighbours(float* out) {
        const size_t boxes = static_cast<size_t>(geometry_.x.decimated), n = hn::Lanes(u32);
        uint32_t* sums = counts_.data() + margin_ - geometry_.scale / 2;
        for (size_t left = static_cast<size_t>(geometry_.scale) / 2; left > 0; left /= 2)
            for (size_t x = 0; x < boxes * left; x += n) {
                const U32 low = hn::LoadU(u32, sums + 2 * x), high = hn::LoadU(u32, sums + 2 * x + n);
                hn::StoreU(hn::Add(hn::ConcatEven(u32, high, low), hn::ConcatOdd(u32, high, low)), u32, sums + x);
            }
        const F32 weight = hn::Set(f32, unit_ * box_weight(geometry_.scale));
        for (size_t x = 0; x < boxes; x += n)
            hn::StoreU(hn::Mul(to_float(hn::LoadU(u32, sums + x)), weight), f32, out + x);
    }

    /// Boxes of any number of columns, four at a time.
    void add_boxes(float* out) const {
        const ptrdiff_t scale = geometry_.scale, boxes = geometry_.x.decimated;
        const double* in = sums_.data() + margin_ - scale / 2;
        for (ptrdiff_t x = 0; x < boxes; x += 4, in += 4 * scale) {
            double sum[4] = {};
            for (ptrdiff_t i = 0; i < scale; i++)
                for (ptrdiff_t k = 0; k < 4; k++) sum[k] += in[k * scale + i];
            for (ptrdiff_t k = 0; k < 4; k++) out[x + k] = static_cast<float>(sum[k]);
        }
    }

    const Geometry& geometry_;
    float unit_;
    size_t margin_;
    unsigned bits_ = 0;              ///< of all samples read, or-ed together; lanes of vectors may have been or-ed, too
    std::vector<double> sums_;       ///< of weighted columns
    std::vector<uint32_t> counts_;   ///< of columns
    std::vector<const void*> rows_;  ///< under the boxes
    Line row_;
};

/// windowed() of ssim_math.h in every lane; at(u) gives the samples under tap u.
template <class At>
HWY_INLINE F32 windows(At&& at) {
    F64 low = hn::Zero(f64), high = low;
    HWY_UNROLL(11)
    for (int u = 0; u < kTaps; u++) {
        const F32 product = hn::Mul(at(u), hn::Set(f32, tap(u)));
        low = hn::Add(low, lower_half(product));
        high = hn::Add(high, upper_half(product));
    }
    return joined(low, high);
}

/// Sums of a row's similarity terms, a lane each.
struct RowSums {
    HWY_ALIGN int64_t lanes[4][hn::MaxLanes(s64)] = {};

    HWY_INLINE void add(int term, F64 values, hn::Mask<decltype(s64)> wanted) {
        const S64 bits = hn::BitCast(s64, hn::Add(values, hn::Set(f64, FixedPoint<kFractionBits>::kAnchor)));
        const S64 fixed =
            hn::IfThenElseZero(wanted, hn::Sub(bits, hn::Set(s64, FixedPoint<kFractionBits>::kAnchorBits)));
        hn::Store(hn::Add(hn::Load(s64, lanes[term]), fixed), s64, lanes[term]);
    }
    int64_t total(int term) const { return sum_of_lanes(hn::Load(s64, lanes[term])); }
};

/// Terms of half a vector of positions. `numerator` of luminance and contrast: 2 product + c.
HWY_INLINE void add_terms(F64 double_product, F64 energy, F64 double_deviations, F64 variance, F64 structure,
                          RowSums& sums, hn::Mask<decltype(s64)> wanted) {
    const F64 luminance = hn::Div(hn::Add(double_product, hn::Set(f64, static_cast<double>(kC1))), energy);
    const F64 contrast = hn::Div(hn::Add(double_deviations, hn::Set(f64, static_cast<double>(kC2))), variance);
    sums.add(0, hn::Mul(hn::Mul(luminance, contrast), structure), wanted);
    sums.add(1, luminance, wanted);
    sums.add(2, contrast, wanted);
    sums.add(3, structure, wanted);
}

/// similarity() of ssim_math.h in every lane, of which the first `count` are added.
HWY_INLINE void add_similarity(F32 mean_ref, F32 mean_dis, F32 ref_ref, F32 dis_dis, F32 ref_dis, size_t count,
                               RowSums& sums) {
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
    add_terms(hn::Mul(hn::Mul(two, lower_half(mean_ref)), lower_half(mean_dis)), lower_half(energy),
              hn::Mul(two, lower_half(deviations)), lower_half(variance), lower_half(structure), sums,
              hn::FirstN(s64, std::min(count, half)));
    add_terms(hn::Mul(hn::Mul(two, upper_half(mean_ref)), upper_half(mean_dis)), upper_half(energy),
              hn::Mul(two, upper_half(deviations)), upper_half(variance), upper_half(structure), sums,
              hn::FirstN(s64, count - std::min(count, half)));
}

enum Plane5 { kRef, kDis, kRefRef, kDisDis, kRefDis, kPlanes };

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(size_t variants, const Geometry& geometry, unsigned bpc)
        : variants_(variants), geometry_(geometry), decimator_(geometry_, bpc) {
        for (Line& line : lines_) line = Line(geometry.x.extended);
        for (auto& rows : ring_)
            for (Line& line : rows) line = Line(geometry.x.positions);
    }

    bool checks_samples() const override { return true; }

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < geometry_.y.extended; y++) {
                decimator_.row(ref, y, lines_[kRef]);
                decimator_.row(dis, y, lines_[kDis]);
                filter_along(y % kTaps);
                if (y >= kTaps - 1) add_row(y - kTaps + 1, sums);
            }
        });
        decimator_.finish(frame);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    void filter_along(int slot) {
        const size_t w = static_cast<size_t>(geometry_.x.extended), n = hn::Lanes(f32);
        for (size_t x = 0; x < w; x += n) {
            const F32 ref = hn::LoadU(f32, lines_[kRef].data() + x), dis = hn::LoadU(f32, lines_[kDis].data() + x);
            hn::StoreU(hn::Mul(ref, ref), f32, lines_[kRefRef].data() + x);
            hn::StoreU(hn::Mul(dis, dis), f32, lines_[kDisDis].data() + x);
            hn::StoreU(hn::Mul(ref, dis), f32, lines_[kRefDis].data() + x);
        }
        for (int plane = 0; plane < kPlanes; plane++) {
            const float* in = lines_[plane].data();
            float* out = ring_[plane][slot].data();
            for (size_t x = 0; x < static_cast<size_t>(geometry_.x.positions); x += n)
                hn::StoreU(windows([&](int u) HWY_ATTR { return hn::LoadU(f32, in + x + u); }), f32, out + x);
        }
    }

    /// Adds the windows whose rows begin at y.
    void add_row(int y, Sums& sums) const {
        const float* rows[kPlanes][kTaps];
        for (int plane = 0; plane < kPlanes; plane++)
            for (int v = 0; v < kTaps; v++) rows[plane][v] = ring_[plane][(y + v) % kTaps].data();
        const size_t positions = static_cast<size_t>(geometry_.x.positions), n = hn::Lanes(f32);
        for (size_t begin = 0; begin < positions; begin += kMostTerms) {
            RowSums partial;
            for (size_t x = begin; x < std::min(positions, begin + kMostTerms); x += n) {
                const auto down = [&](int plane) HWY_ATTR {
                    return windows([&](int v) HWY_ATTR { return hn::LoadU(f32, rows[plane][v] + x); });
                };
                add_similarity(down(kRef), down(kDis), down(kRefRef), down(kDisDis), down(kRefDis),
                               std::min(n, positions - x), partial);
            }
            sums.ssim.add(partial.total(0));
            sums.luminance.add(partial.total(1));
            sums.contrast.add(partial.total(2));
            sums.structure.add(partial.total(3));
        }
    }

    size_t variants_;
    Geometry geometry_;
    Decimator decimator_;
    Line lines_[kPlanes];        ///< the latest decimated rows and their products
    Line ring_[kPlanes][kTaps];  ///< the latest rows filtered along, by row modulo kTaps
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return std::make_unique<VectorExtractor>(variants.size(), Geometry(variants[0], format), format.bpc);
}

}  // namespace
}  // namespace vmaf::ssim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<ssim::Sums>, HWY_TARGET> = ssim::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> ssim::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
