// float_ansnr on vectors: rows of both pictures as floats, the terms of a row, and their sums.
#include "base/mirror.h"
#include "metric/ansnr/ansnr.h"
#include "metric/ansnr/ansnr_math.h"
#include "metric/float/row_sums.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/ansnr/ansnr_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/float/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ansnr::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// filtered() of whole vectors; rows[kReach + y] + x is the sample at (0, y).
template <int kReach, class Tap>
HWY_INLINE F32 filtered_at(Tap tap, const float* const* rows, int x) {
    F32 sum = hn::Zero(f32);
    for (int j = -kReach; j <= kReach; j++) {
        F32 of_row = hn::Zero(f32);
        for (int i = -kReach; i <= kReach; i++)
            of_row = hn::Add(of_row, hn::Mul(hn::Set(f32, tap(i, j)), hn::LoadU(f32, rows[kReach + j] + x + i)));
        sum = hn::Add(sum, of_row);
    }
    return sum;
}

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(size_t variants, const PictureFormat& format)
        : variants_(variants),
          w_(static_cast<int>(format.w)),
          h_(static_cast<int>(format.h)),
          scale_(format.bpc, 128),
          ref_(w_, 2 * kRefReach + 1, kDisReach),
          dis_(w_, 2 * kDisReach + 1, kDisReach),
          signal_(w_),
          noise_(w_) {}

    void extract(const FramePictures& frame, std::byte* out) override {
        Sums sums;
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            sums = plane_sums(frame.ref.plane<T>(0), frame.dis.plane<T>(0));
        });
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    template <class T>
    Sums plane_sums(const Plane<T>& ref, const Plane<T>& dis) {
        int ref_ready = 0, dis_ready = 0;
        for (int y = 0; y < h_; y++) {
            for (; ref_ready <= std::min(y + kRefReach, h_ - 1); ref_ready++) convert(ref, ref_ready, ref_);
            for (; dis_ready <= std::min(y + kDisReach, h_ - 1); dis_ready++) convert(dis, dis_ready, dis_);
            put_terms(y, signal_.next(), noise_.next());
        }
        return {signal_.total(), noise_.total()};
    }

    template <class T>
    void convert(const Plane<T>& plane, int y, Rows& rows) const {
        convert_row(plane.row(static_cast<unsigned>(y)), w_, scale_, rows.row(y));
        extend(rows.row(y), kDisReach, w_, mirror_centre_low_face_high);
    }

    void put_terms(int y, float* signal, float* noise) const {
        const float *ref[2 * kRefReach + 1], *dis[2 * kDisReach + 1];
        for (int j = -kRefReach; j <= kRefReach; j++)
            ref[kRefReach + j] = ref_.row(mirror_centre_low_face_high(y + j, h_));
        for (int j = -kDisReach; j <= kDisReach; j++)
            dis[kDisReach + j] = dis_.row(mirror_centre_low_face_high(y + j, h_));
        for (int x = 0; x < w_; x += lanes()) {
            const F32 r = filtered_at<kRefReach>(ref_tap, ref, x), d = filtered_at<kDisReach>(dis_tap, dis, x);
            const F32 difference = hn::Sub(r, d);
            hn::StoreU(hn::Mul(r, r), f32, signal + x);
            hn::StoreU(hn::Mul(difference, difference), f32, noise + x);
        }
    }

    size_t variants_;
    int w_, h_;
    SampleScale scale_;
    Rows ref_, dis_;
    RowSums signal_, noise_;
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return std::make_unique<VectorExtractor>(variants.size(), format);
}

}  // namespace
}  // namespace vmaf::ansnr::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<ansnr::Sums>, HWY_TARGET> = ansnr::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> ansnr::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
