// float_ssim on vectors: rows are decimated, and the windows take them.
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
#include "metric/float/rows-inl.h"
#include "metric/ssim/ssim_windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ssim::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

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

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(size_t variants, const Geometry& geometry, unsigned bpc)
        : variants_(variants),
          geometry_(geometry),
          decimator_(geometry_, bpc),
          ref_(geometry.x.extended),
          dis_(geometry.x.extended),
          windows_(geometry.x.extended) {}

    bool checks_samples() const override { return true; }

    void extract(const FramePictures& frame, std::byte* out) override {
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < geometry_.y.extended; y++) {
                decimator_.row(ref, y, ref_);
                decimator_.row(dis, y, dis_);
                windows_.push(ref_.data(), dis_.data());
            }
        });
        const Sums sums = windows_.finish();
        decimator_.finish(frame);
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    Geometry geometry_;
    Decimator decimator_;
    Line ref_, dis_;  ///< the latest decimated rows
    Windows<kFactorsAndSsim> windows_;
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
