// SpEED on vectors: of the planes only what the reduced plane needs is filtered; from there on all data is small.
//
// Lanes are columns, or blocks, so that every sum runs in the order of docs/numerics/speed.md.
#include "metric/speed/speed_simd.h"

#include <algorithm>
#include <vector>

#include "base/mirror.h"
#include "metric/speed/speed_pass.h"
#include "simd/dispatch.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metric/speed/speed_simd.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
#include "metric/speed/speed_matrix-inl.h"

#ifndef VMAF_SPEED_SIMD_ONCE
#define VMAF_SPEED_SIMD_ONCE
namespace vmaf::speed {
namespace {

/// Rows of T with a margin on either side, of values that are 0 unless written.
template <class T>
class Rows {
 public:
    Rows() = default;
    Rows(int w, int h, int margin)
        : margin_(margin), pitch_(w + 2 * margin), values_(static_cast<size_t>(pitch_) * static_cast<size_t>(h)) {}

    T* row(int y) { return values_.data() + static_cast<ptrdiff_t>(y) * pitch_ + margin_; }
    const T* row(int y) const { return const_cast<Rows*>(this)->row(y); }

 private:
    int margin_ = 0;
    ptrdiff_t pitch_ = 0;
    std::vector<T> values_;
};

/// Room beyond the ends of a row: for a vector, and for the reach of a filter.
constexpr int kSlack = kPitch;

}  // namespace
}  // namespace vmaf::speed
#endif

HWY_BEFORE_NAMESPACE();
namespace vmaf::speed::HWY_NAMESPACE {
namespace {

template <class T>
HWY_INLINE S32 load_samples(const T* p) {
    return hn::BitCast(s32, hn::PromoteTo(u32, hn::LoadU(hn::Rebind<T, decltype(u32)>(), p)));
}

/// Calls body(x) so that vectors from x on cover 0 .. count - 1 without going beyond; the last two may overlap. There
/// are columns for one vector.
template <class Body>
HWY_INLINE void for_vectors(int count, Body body) {
    const int n = lanes();
    int x = 0;
    for (; x + n <= count; x += n) body(x);
    if (x < count) body(count - n);
}

/// Makes the rows of the reduced plane, smoothed: down the columns on vectors, then along the few columns that count.
class Smoother {
 public:
    explicit Smoother(const Plan& plan)
        : plan_(plan),
          taps_(static_cast<int>(plan.smoothing.size())),
          radius_(taps_ / 2),
          columns_(std::max(plan.x.scaled, plan.x.reduced * taps_), 1, std::max(radius_, kSlack)) {
        if (plan.resamples()) make_tables();
    }

    template <class T>
    void smooth(const Source<T>& source, int y, float* out) {
        if (plan_.resamples())
            add_resampled_rows(source, y);
        else
            add_rows(source, y);
        const float* columns = columns_.row(0);
        const int step = plan_.resamples() ? taps_ : kReduction, first = plan_.resamples() ? 0 : -radius_;
        for (int x = 0; x < plan_.x.reduced; x++) {
            float sum = 0;
            for (int i = 0; i < taps_; i++)
                sum += plan_.smoothing[static_cast<size_t>(i)] * columns[x * step + first + i];
            out[x] = sum;
        }
    }

 private:
    int source_row(int y, int tap) const { return mirror_centre(kReduction * y + tap - radius_, plan_.y.scaled); }

    /// Samples as floats without their unit and offset, which are exact: whole steps of the picture's depth.
    template <class T>
    HWY_INLINE F32 steps(const T* plane, const T* subtracted, int x, F32 offset) const {
        const S32 samples = load_samples(plane + x);
        if (subtracted) return hn::ConvertTo(f32, hn::Sub(samples, load_samples(subtracted + x)));
        return hn::Sub(hn::ConvertTo(f32, samples), offset);
    }

    /// Sums of all columns. A tap times the unit, a power of two, rounds as the tap times the sample does.
    template <class T>
    void add_rows(const Source<T>& source, int y) {
        const T *planes[kMostSmoothingTaps], *subtracted[kMostSmoothingTaps];
        for (int j = 0; j < taps_; j++) {
            planes[j] = source.plane.row(source_row(y, j));
            subtracted[j] = source.subtracted.data ? source.subtracted.row(source_row(y, j)) : nullptr;
        }
        float* sums = columns_.row(0);
        const F32 offset = hn::Set(f32, plan_.offset / plan_.unit), unit = hn::Set(f32, plan_.unit);
        for_vectors(plan_.x.scaled, [&](int x) HWY_ATTR {
            F32 sum = hn::Zero(f32);
            for (int j = 0; j < taps_; j++) {
                const F32 tap = hn::Set(f32, plan_.smoothing[static_cast<size_t>(j)]);
                const F32 sample = hn::Mul(steps(planes[j], subtracted[j], x, offset), unit);
                sum = hn::Add(sum, hn::Mul(tap, sample));
            }
            hn::StoreU(sum, f32, sums + x);
        });
        for (int i = 1; i <= radius_; i++) {
            sums[-i] = sums[mirror_centre(-i, plan_.x.scaled)];
            sums[plan_.x.scaled - 1 + i] = sums[mirror_centre(plan_.x.scaled - 1 + i, plan_.x.scaled)];
        }
    }

    /// Sums of the columns under the filter, one sample of the reduced plane after the other.
    template <class T>
    void add_resampled_rows(const Source<T>& source, int y) {
        float* sums = columns_.row(0);
        std::fill(sums, sums + plan_.x.reduced * taps_ + kSlack, 0.f);
        for (int j = 0; j < taps_; j++) {
            const int row = source_row(y, j) * y_table_.taps;
            for (int k = 0; k < y_table_.taps; k++)
                convert(source, y_table_.index[static_cast<size_t>(row + k)], lines_.row(k));
            const F32 tap = hn::Set(f32, plan_.smoothing[static_cast<size_t>(j)]);
            for (int x = 0; x < plan_.x.reduced * taps_; x += lanes()) {
                const F32 sample = resampled(&y_table_.weight[static_cast<size_t>(row)], x);
                hn::StoreU(hn::Add(hn::LoadU(f32, sums + x), hn::Mul(tap, sample)), f32, sums + x);
            }
        }
    }

    template <class T>
    void convert(const Source<T>& source, int y, float* out) const {
        const T* plane = source.plane.row(y);
        const T* subtracted = source.subtracted.data ? source.subtracted.row(y) : nullptr;
        const F32 offset = hn::Set(f32, plan_.offset / plan_.unit), unit = hn::Set(f32, plan_.unit);
        for_vectors(plan_.x.source, [&](int x) HWY_ATTR {
            hn::StoreU(hn::Mul(steps(plane, subtracted, x, offset), unit), f32, out + x);
        });
    }

    HWY_INLINE F32 resampled(const float* row_weights, int x) const {
        F32 sum = hn::Zero(f32), weights = sum;
        for (int j = 0; j < y_table_.taps; j++)
            for (int i = 0; i < x_table_.taps; i++) {
                const F32 weight = hn::Mul(hn::LoadU(f32, x_weight_.row(i) + x), hn::Set(f32, row_weights[j]));
                const F32 sample = hn::GatherIndex(f32, lines_.row(j), hn::LoadU(s32, x_index_.row(i) + x));
                weights = hn::Add(weights, weight);
                sum = hn::Add(sum, hn::Mul(sample, weight));
            }
        return y_table_.normalises ? hn::Div(sum, weights) : sum;
    }

    /// Tables of the columns under the filter.
    void make_tables() {
        x_table_ = plan_.x.resampling(plan_.settings.resampling);
        y_table_ = plan_.y.resampling(plan_.settings.resampling);
        const int columns = plan_.x.reduced * taps_;
        x_index_ = {columns, x_table_.taps, kSlack};
        x_weight_ = {columns, x_table_.taps, kSlack};
        lines_ = {plan_.x.source, y_table_.taps, kSlack};
        for (int x = 0; x < columns; x++) {
            const int column = mirror_centre(kReduction * (x / taps_) + x % taps_ - radius_, plan_.x.scaled);
            for (int i = 0; i < x_table_.taps; i++) {
                x_index_.row(i)[x] = x_table_.index[static_cast<size_t>(column * x_table_.taps + i)];
                x_weight_.row(i)[x] = x_table_.weight[static_cast<size_t>(column * x_table_.taps + i)];
            }
        }
    }

    const Plan& plan_;
    int taps_, radius_;
    Rows<float> columns_;  ///< one row: column sums
    ResamplingTable x_table_, y_table_;
    Rows<int32_t> x_index_;  ///< tap by tap, those of all columns under the filter
    Rows<float> x_weight_;
    Rows<float> lines_;  ///< the plane's rows under a scaled row
};

class VectorAnalyser {
 public:
    explicit VectorAnalyser(const Plan& plan)
        : plan_(plan),
          smoother_(plan),
          smoothed_(plan.x.reduced, plan.y.reduced, kSlack),
          columns_(plan.x.reduced, 1, kSlack),
          detail_(plan.x.reduced, plan.y.reduced, kSlack),
          wide_(plan.x.reduced, plan.y.reduced, kSlack),
          window_columns_(plan.x.covered(), kDirections * kSide, kSlack) {}

    template <class T>
    void analyse(const Source<T>& source, Analysis& out) {
        for (int y = 0; y < plan_.y.reduced; y++) smoother_.smooth(source, y, smoothed_.row(y));
        for (int y = 0; y < plan_.y.reduced; y++) subtract_local_mean(y);
        sum_samples();
        for (int rows = 0; rows < kSide; rows++) sum_products(rows);
        out.singular = !decompose();
        if (!out.singular) find_locals(out.locals);
    }

    float difference(const Analysis& ref, const Analysis& dis) const {
        const int blocks = plan_.blocks(), n = lanes();
        HWY_ALIGN float differences[kPitch];
        float sum = 0;
        for (int i = 0; i < blocks; i += n) {
            F32 r, re, d, de;
            hn::LoadInterleaved2(f32, &ref.locals[static_cast<size_t>(i)].variance, r, re);
            hn::LoadInterleaved2(f32, &dis.locals[static_cast<size_t>(i)].variance, d, de);
            hn::Store(local_differences(plan_.weights, r, re, d, de), f32, differences);
            for (int k = 0; k < std::min(n, blocks - i); k++) sum += differences[k];
        }
        return sum;
    }

 private:
    static constexpr int kDirections = 2 * kSide - 1;  ///< columns between two windows, -4 to 4

    void subtract_local_mean(int y) {
        const int taps = static_cast<int>(plan_.local_mean.size()), radius = taps / 2, w = plan_.x.reduced;
        const float* filter = plan_.local_mean.data();
        float* columns = columns_.row(0);
        for (int x = 0; x < w; x += lanes()) {
            F32 sum = hn::Zero(f32);
            for (int j = 0; j < taps; j++) {
                const float* row = smoothed_.row(mirror_centre(y + j - radius, plan_.y.reduced));
                sum = hn::Add(sum, hn::Mul(hn::Set(f32, filter[j]), hn::LoadU(f32, row + x)));
            }
            hn::StoreU(sum, f32, columns + x);
        }
        for (int i = 1; i <= radius; i++) {
            columns[-i] = columns[mirror_centre(-i, w)];
            columns[w - 1 + i] = columns[mirror_centre(w - 1 + i, w)];
        }
        float* out = detail_.row(y);
        for (int x = 0; x < w; x += lanes()) {
            F32 sum = hn::Zero(f32);
            for (int i = 0; i < taps; i++)
                sum = hn::Add(sum, hn::Mul(hn::Set(f32, filter[i]), hn::LoadU(f32, columns + x - radius + i)));
            hn::StoreU(hn::Sub(hn::LoadU(f32, smoothed_.row(y) + x), sum), f32, out + x);
        }
        std::copy(out, out + w, wide_.row(y));
    }

    /// Column sums of value(x, y) over the windows that start at rows 0 to kSide - 1 - rows; all columns that blocks cover.
    template <class Value>
    HWY_INLINE void sum_columns(int rows, int direction, Value value) {
        const int h = plan_.y.window();
        for (int x = 0; x < plan_.x.covered(); x += static_cast<int>(hn::Lanes(f64))) {
            F64 sum = hn::Zero(f64);
            for (int y = 0; y < h; y++) sum = hn::Add(sum, value(x, y));
            hn::StoreU(sum, f64, window_columns_.row(direction) + x);
            for (int row = 1; row < kSide - rows; row++) {
                sum = hn::Add(hn::Sub(sum, value(x, row - 1)), value(x, row - 1 + h));
                hn::StoreU(sum, f64, window_columns_.row(kDirections * row + direction) + x);
            }
        }
    }

    /// The windows that start at `row` from their column sums; put(x, sum) takes them. `sum` is the first one's.
    template <class Put>
    void slide(int row, int direction, int first, int last, double sum, Put put) const {
        const double* columns = window_columns_.row(kDirections * row + direction);
        const int w = plan_.x.window();
        for (int x = first; x <= last; x++) {
            put(x, sum);
            if (x < last) sum = sum - columns[x] + columns[x + w];
        }
    }

    void sum_samples() {
        sum_columns(0, 0, [&](int x, int y) HWY_ATTR { return hn::LoadU(f64, wide_.row(y) + x); });
        for (int row = 0; row < kSide; row++) {
            double sum = 0;
            for (int x = 0; x < plan_.x.window(); x++) sum += window_columns_.row(kDirections * row)[x];
            slide(row, 0, 0, kSide - 1, sum, [&](int x, double s) { sums_.of_window[kSide * row + x] = s; });
        }
    }

    /// Of windows that start `rows` rows apart, in all directions; those that go backwards in a row are not used.
    void sum_products(int rows) {
        for (int i = 0; i < kDirections; i++) {
            const int between = i - (kSide - 1);
            sum_columns(rows, i, [&](int x, int y) HWY_ATTR {
                return hn::Mul(hn::LoadU(f64, wide_.row(y) + x), hn::LoadU(f64, wide_.row(y + rows) + x + between));
            });
        }
        for (int row = 0; row < kSide - rows; row++) {
            double sums[kDirections] = {};
            const double* columns[kDirections];
            for (int i = 0; i < kDirections; i++)
                columns[i] = window_columns_.row(kDirections * row + i) + Displacement{rows, i - (kSide - 1)}.first();
            for (int x = 0; x < plan_.x.window(); x++)
                for (int i = 0; i < kDirections; i++) sums[i] += columns[i][x];
            for (int i = rows > 0 ? 0 : kSide - 1; i < kDirections; i++) {
                const Displacement d{rows, i - (kSide - 1)};
                slide(row, i, d.first(), d.last(), sums[i], [&](int x, double sum) {
                    sums_.of_product[kSide * row + x][kSide * (row + d.rows) + x + d.columns] = sum;
                });
            }
        }
    }

    /// Eigenvalues and factors of the covariance; false if it is singular.
    bool decompose() {
        HWY_ALIGN Matrix c = {}, work;
        HWY_ALIGN Vector off_diagonal;
        const double samples = double{1} * plan_.x.window() * plan_.y.window();
        for (int a = 0; a < kOrder; a++)
            for (int b = a; b < kOrder; b++) c[a][b] = c[b][a] = covariance(sums_, samples, a, b);
        std::copy(&c[0][0], &c[0][0] + kOrder * kPitch, &work[0][0]);
        make_tridiagonal(work, eigenvalues_, off_diagonal);
        diagonalise(eigenvalues_, off_diagonal, Alone{});
        if (has_tiny_eigenvalue(eigenvalues_)) return false;
        factorise(c, factors_, scratch_);
        return !has_tiny_pivot(factors_.r);
    }

    void find_locals(std::vector<Local>& out) {
        const int n = lanes();
        for (int i = 0; i < plan_.blocks(); i += 2 * n) {
            load_blocks(i);
            rotate_blocks(factors_, group_);
            solve_blocks(factors_, group_);
            for (int lane = 0; lane < 2 * n && i + lane < plan_.blocks(); lane += n) {
                const F32 variance = variances(group_, lane);
                hn::StoreInterleaved2(variance, entropies(eigenvalues_, variance, plan_.settings.sigma), f32,
                                      &out[static_cast<size_t>(i + lane)].variance);
            }
        }
    }

    /// The samples of two vectors of blocks; behind the last block, again those of the last one.
    void load_blocks(int first) {
        for (int lane = 0; lane < 2 * lanes(); lane++) {
            const int block = std::min(first + lane, plan_.blocks() - 1);
            const int left = block % plan_.x.blocks * kSide, top = block / plan_.x.blocks * kSide;
            for (int k = 0; k < kOrder; k++) group_.samples[k][lane] = detail_.row(top + k / kSide)[left + k % kSide];
        }
    }

    const Plan& plan_;
    Smoother smoother_;
    Rows<float> smoothed_, columns_, detail_;
    Rows<double> wide_;            ///< the detail again
    Rows<double> window_columns_;  ///< column sums by row at which the window starts, then by direction
    WindowSums sums_;
    HWY_ALIGN Vector eigenvalues_;
    HWY_ALIGN Factors factors_;
    HWY_ALIGN FactorScratch scratch_;
    BlockGroup group_;
};

std::unique_ptr<Extractor> make(size_t variants, const Plan& plan) {
    return std::make_unique<PassExtractor<VectorAnalyser>>(variants, plan);
}

}  // namespace
}  // namespace vmaf::speed::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

namespace vmaf {

template <>
constexpr speed::Plan::Maker simd::kCompiled<speed::Plan, HWY_TARGET> = speed::HWY_NAMESPACE::make;

#if HWY_ONCE
namespace speed {

std::unique_ptr<Extractor> make_vector_extractor(size_t variants, const Plan& plan, const CpuFeatures& cpu) {
    const Plan::Maker make = simd::best<Plan>(cpu);
    return make ? make(variants, plan) : nullptr;
}

}  // namespace speed
#endif

}  // namespace vmaf
