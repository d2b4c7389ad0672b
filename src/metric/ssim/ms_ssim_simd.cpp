// float_ms_ssim on vectors: each scale's rows go to its windows, and through the low-pass filter to the next scale.
//
// Lanes are columns of the filtered plane, so that every sum runs in the order of docs/numerics/ms_ssim.md.
#include <type_traits>
#include <vector>

#include "base/mirror.h"
#include "metric/ssim/ms_ssim.h"
#include "metric/vector_code.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/ssim/ms_ssim_simd.cpp"
#include "hwy/foreach_target.h"
#include "metric/float/rows-inl.h"
#include "metric/ssim/ssim_windows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::ms_ssim::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

/// What lies under the columns of the low-pass filter around a row's even samples.
struct Neighbours {
    explicit Neighbours(const ColumnHalves& row) {
        for (int u = -kReach; u <= kReach; u++) under[kReach + u] = row.beside(u);
    }

    const float* under[2 * kReach + 1];
};

/// low_pass_row() of ms_ssim_math.h in every lane, for columns from x on.
template <int kRow>
HWY_INLINE void low_pass_row(const Neighbours& samples, int x, F64& low, F64& high) {
    low = high = hn::Zero(f64);
    HWY_UNROLL(9)
    for (int u = -kReach; u <= kReach; u++) {
        const F32 sample = hn::LoadU(f32, samples.under[kReach + u] + x);
        const F32 product = hn::Mul(sample, hn::Set(f32, low_pass_tap(kRow, u)));
        low = u == -kReach ? lower_half(product) : hn::Add(low, lower_half(product));
        high = u == -kReach ? upper_half(product) : hn::Add(high, upper_half(product));
    }
}

/// Filters a plane whose rows come from the top. A row of it adds to the sums of up to five filtered ones, whose own rows it lies
/// at most kReach from: those sums are filled in ascending order.
class LowPass {
 public:
    /// For a plane of w x h samples.
    LowPass(int w, int h)
        : w_(w),
          out_w_(halved(w)),
          out_h_(halved(h)),
          kept_(kReach, ColumnHalves(w)),
          sums_(kSums + 1, std::vector<double>(static_cast<size_t>(out_w_ + kMostLanes))),
          out_(out_w_) {}

    /// Keeps row y, which comes without margins, until kReach others have come.
    void keep(Line& line, int y) {
        line.reflect_faces(kReach, w_);
        kept_[static_cast<size_t>(y % kReach)].split(line, kReach, out_w_);
    }

    /// Adds kept row y as row `r` of the plane, which is another one beyond its borders.
    void add(int y, int r) {
        const Neighbours samples(kept_[static_cast<size_t>(y % kReach)]);
        if (r % 2 == 0)
            add_even(samples, r / 2);
        else
            add_odd(samples, (r - 1) / 2);
    }

    /// The filtered row around row r - kReach, which add(y, r) has completed.
    Line& out() { return out_; }

 private:
    static constexpr int kSums = kReach + 1;

    /// Sums of filtered row y; of a row that there is not, some memory.
    double* sums(int y) { return sums_[static_cast<size_t>(y >= 0 && y < out_h_ ? y % kSums : kSums)].data(); }

    static HWY_INLINE void add_to(double* sums, F64 low, F64 high) {
        const size_t half = hn::Lanes(f64);
        hn::StoreU(hn::Add(hn::LoadU(f64, sums), low), f64, sums);
        hn::StoreU(hn::Add(hn::LoadU(f64, sums + half), high), f64, sums + half);
    }

    /// Row 2 y: at the distances 0, 2 and 4 of filtered rows.
    void add_even(const Neighbours& samples, int y) {
        double *first = sums(y + 2), *above = sums(y + 1), *here = sums(y), *below = sums(y - 1), *last = sums(y - 2);
        const size_t half = hn::Lanes(f64);
        for (int x = 0; x < out_w_; x += lanes()) {
            F64 low, high;
            low_pass_row<4>(samples, x, low, high);
            const F64 done_low = hn::Add(hn::LoadU(f64, last + x), low);
            const F64 done_high = hn::Add(hn::LoadU(f64, last + x + half), high);
            hn::StoreU(joined(done_low, done_high), f32, out_.data() + x);
            hn::StoreU(low, f64, first + x);
            hn::StoreU(high, f64, first + x + half);
            low_pass_row<2>(samples, x, low, high);
            add_to(above + x, low, high);
            add_to(below + x, low, high);
            low_pass_row<0>(samples, x, low, high);
            add_to(here + x, low, high);
        }
    }

    /// Row 2 y + 1: at the distances 1 and 3.
    void add_odd(const Neighbours& samples, int y) {
        double *far_above = sums(y + 2), *above = sums(y + 1), *below = sums(y), *far_below = sums(y - 1);
        for (int x = 0; x < out_w_; x += lanes()) {
            F64 low, high;
            low_pass_row<3>(samples, x, low, high);
            add_to(far_above + x, low, high);
            add_to(far_below + x, low, high);
            low_pass_row<1>(samples, x, low, high);
            add_to(above + x, low, high);
            add_to(below + x, low, high);
        }
    }

    int w_, out_w_, out_h_;
    std::vector<ColumnHalves> kept_;         ///< the latest kReach rows
    std::vector<std::vector<double>> sums_;  ///< of filtered rows, by row modulo kSums
    Line out_;
};

/// A scale: the windows over its planes, and the way to the next.
class Scale {
 public:
    /// `next` outlives it; null: there is none.
    Scale(int w, int h, Scale* next) : h_(h), next_(next), windows_(w), ref_(w, h), dis_(w, h) {}

    /// The next row of either plane.
    void push(Line& ref, Line& dis) {
        const int y = rows_++;
        windows_.push(ref.data(), dis.data());
        if (!next_) return;
        ref_.keep(ref, y);
        dis_.keep(dis, y);
        if (y < kReach - 1) return;  // the rows above the first are these, reflected
        for (const int end = y == h_ - 1 ? h_ + kReach : y + 1; filtered_ < end; filtered_++) filter(filtered_);
    }

    /// The sums over all windows. The next row is the first of other planes.
    ssim::TermSums<ssim::kFactors> finish() {
        rows_ = 0;
        filtered_ = -kReach;
        return windows_.finish();
    }

 private:
    void filter(int r) {
        const int y = mirror_face(r, h_);
        ref_.add(y, r);
        dis_.add(y, r);
        const int filtered = (r - kReach) / 2;
        if (r % 2 == 0 && r >= kReach && filtered < halved(h_)) next_->push(ref_.out(), dis_.out());
    }

    int h_;
    int rows_ = 0, filtered_ = -kReach;
    Scale* next_;
    ssim::HWY_NAMESPACE::Windows<ssim::kFactors> windows_;
    LowPass ref_, dis_;
};

class VectorExtractor final : public Extractor {
 public:
    VectorExtractor(size_t variants, const PictureFormat& format)
        : variants_(variants),
          w_(static_cast<int>(format.w)),
          h_(static_cast<int>(format.h)),
          samples_(format.bpc, 0),
          ref_(w_),
          dis_(w_) {
        const Scales sizes(format);
        for (int s = kScales; s-- > 0;)
            scales_[s] = std::make_unique<Scale>(sizes.x[s].decimated, sizes.y[s].decimated,
                                                 s + 1 < kScales ? scales_[s + 1].get() : nullptr);
    }

    void extract(const FramePictures& frame, std::byte* out) override {
        with_sample_type(frame.ref.format.bpc, [&]<class T>(std::type_identity<T>) {
            const Plane<T> ref = frame.ref.plane<T>(0), dis = frame.dis.plane<T>(0);
            for (int y = 0; y < h_; y++) {
                convert_row(ref.row(y), w_, samples_, ref_.data());
                convert_row(dis.row(y), w_, samples_, dis_.data());
                scales_[0]->push(ref_, dis_);
            }
        });
        Sums sums;
        for (int s = 0; s < kScales; s++) sums.scale[s] = scales_[s]->finish();
        for (size_t i = 0; i < variants_; i++) store_sums(out, i, sums);
    }

 private:
    size_t variants_;
    int w_, h_;
    SampleScale samples_;
    Line ref_, dis_;  ///< the latest rows
    std::unique_ptr<Scale> scales_[kScales];
};

std::unique_ptr<Extractor> make(Variants variants, const PictureFormat& format) {
    return std::make_unique<VectorExtractor>(variants.size(), format);
}

}  // namespace
}  // namespace vmaf::ms_ssim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr MakeExtractor simd::kCompiled<VectorCode<ms_ssim::Sums>, HWY_TARGET> = ms_ssim::HWY_NAMESPACE::make;

#if HWY_ONCE
std::unique_ptr<Extractor> ms_ssim::make_simd(Variants variants, const PictureFormat& format, const CpuFeatures& cpu) {
    return make_on_vectors<Sums>(variants, format, cpu);
}
#endif

}  // namespace vmaf
