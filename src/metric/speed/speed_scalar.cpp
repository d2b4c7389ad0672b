// SpEED on the CPU, step by step as docs/numerics/speed.md has it: the readable reference.
#include "base/mirror.h"
#include "metric/speed/speed_pass.h"

namespace vmaf::speed {
namespace {

/// A plane of floats.
class Image {
 public:
    Image(int w, int h) : w_(w), h_(h), samples_(static_cast<size_t>(w) * static_cast<size_t>(h)) {}

    int w() const { return w_; }
    int h() const { return h_; }
    float& at(int x, int y) {
        return samples_[static_cast<size_t>(y) * static_cast<size_t>(w_) + static_cast<size_t>(x)];
    }
    float at(int x, int y) const { return const_cast<Image*>(this)->at(x, y); }

 private:
    int w_, h_;
    std::vector<float> samples_;
};

/// A filter around (x, y) of a w x h plane whose samples at(x, y) gives: down the columns, then along the row.
template <class At>
float filtered(const std::vector<float>& taps, int x, int y, int w, int h, At at) {
    const int count = static_cast<int>(taps.size()), radius = count / 2;
    float sum = 0;
    for (int i = 0; i < count; i++) {
        const int column = mirror_centre(x + i - radius, w);
        float of_column = 0;
        for (int j = 0; j < count; j++)
            of_column += taps[static_cast<size_t>(j)] * at(column, mirror_centre(y + j - radius, h));
        sum += taps[static_cast<size_t>(i)] * of_column;
    }
    return sum;
}

/// The scaled plane, sample by sample.
template <class T>
class Scaler {
 public:
    Scaler(const Plan& plan, const ResamplingTable& x, const ResamplingTable& y, const Source<T>& source)
        : plan_(plan), x_(x), y_(y), source_(source) {}

    float at(int x, int y) const {
        if (!plan_.resamples()) return sample(x, y);
        return resampled(x_, y_, x, y, [this](int column, int row) { return sample(column, row); });
    }

 private:
    float sample(int x, int y) const {
        const int value = source_.plane.row(y)[x], other = source_.subtracted.data ? source_.subtracted.row(y)[x] : 0;
        return static_cast<float>(value - other) * plan_.unit - plan_.offset;
    }

    const Plan& plan_;
    const ResamplingTable &x_, &y_;
    const Source<T>& source_;
};

/// Sums over windows of w x h of what at(column, row) gives, for all windows of a displacement: put(column, row, sum).
template <class At, class Put>
void sum_windows(Displacement d, int w, int h, std::vector<double>& columns, At at, Put put) {
    const int first = d.first(), end = d.last() + w;
    for (int row = 0; row < kSide - d.rows; row++) {
        for (int x = first; x < end; x++) {
            double& sum = columns[static_cast<size_t>(x)];
            if (row > 0) {
                sum = sum - at(x, row - 1) + at(x, row - 1 + h);
                continue;
            }
            sum = 0;
            for (int y = 0; y < h; y++) sum += at(x, y);
        }
        double sum = 0;
        for (int x = first; x < first + w; x++) sum += columns[static_cast<size_t>(x)];
        for (int x = first; x <= d.last(); x++) {
            put(x, row, sum);
            if (x < d.last()) sum = sum - columns[static_cast<size_t>(x)] + columns[static_cast<size_t>(x + w)];
        }
    }
}

class ScalarAnalyser {
 public:
    explicit ScalarAnalyser(const Plan& plan)
        : plan_(plan),
          x_table_(plan.x.resampling(plan.settings.resampling)),
          y_table_(plan.y.resampling(plan.settings.resampling)),
          smoothed_(plan.x.reduced, plan.y.reduced),
          detail_(plan.x.reduced, plan.y.reduced),
          columns_(static_cast<size_t>(plan.x.covered())) {}

    template <class T>
    void analyse(const Source<T>& source, Analysis& out) {
        smooth(Scaler<T>(plan_, x_table_, y_table_, source));
        subtract_local_mean();
        find_covariance();
        out.singular = !decompose();
        if (!out.singular) find_locals(out.locals);
    }

    float difference(const Analysis& ref, const Analysis& dis) const {
        float sum = 0;
        for (size_t i = 0; i < static_cast<size_t>(plan_.blocks()); i++)
            sum += local_difference(plan_.weights, ref.locals[i], dis.locals[i]);
        return sum;
    }

 private:
    template <class T>
    void smooth(const Scaler<T>& scaler) {
        for (int y = 0; y < smoothed_.h(); y++)
            for (int x = 0; x < smoothed_.w(); x++)
                smoothed_.at(x, y) = filtered(plan_.smoothing, kReduction * x, kReduction * y, plan_.x.scaled,
                                              plan_.y.scaled, [&](int i, int j) { return scaler.at(i, j); });
    }

    void subtract_local_mean() {
        for (int y = 0; y < detail_.h(); y++)
            for (int x = 0; x < detail_.w(); x++)
                detail_.at(x, y) = smoothed_.at(x, y) - filtered(plan_.local_mean, x, y, detail_.w(), detail_.h(),
                                                                 [&](int i, int j) { return smoothed_.at(i, j); });
    }

    void find_covariance() {
        const int w = plan_.x.window(), h = plan_.y.window();
        const auto sample = [&](int x, int y) { return static_cast<double>(detail_.at(x, y)); };
        sum_windows({0, 0}, w, h, columns_, sample,
                    [&](int x, int y, double sum) { sums_.of_window[kSide * y + x] = sum; });
        for (int i = 0; i < kDisplacements; i++) {
            const Displacement d = displacement(i);
            sum_windows(
                d, w, h, columns_, [&](int x, int y) { return sample(x, y) * sample(x + d.columns, y + d.rows); },
                [&](int x, int y, double sum) {
                    sums_.of_product[kSide * y + x][kSide * (y + d.rows) + x + d.columns] = sum;
                });
        }
        for (int a = 0; a < kOrder; a++)
            for (int b = 0; b < kOrder; b++) covariance_[a][b] = covariance(sums_, double{1} * w * h, a, b);
    }

    /// Eigenvalues and factors of the covariance; false if it is singular.
    bool decompose() {
        Matrix work;
        Vector off_diagonal, v, x;
        for (int a = 0; a < kOrder; a++)
            for (int b = 0; b < kOrder; b++) work[a][b] = covariance_[a][b];
        make_tridiagonal(work, eigenvalues_, off_diagonal, v, x, Alone{});
        diagonalise(eigenvalues_, off_diagonal, Alone{});
        if (has_tiny_eigenvalue(eigenvalues_)) return false;
        factorise(covariance_, factors_, scratch_, Alone{});
        return !has_tiny_pivot(factors_.r);
    }

    void find_locals(std::vector<Local>& out) const {
        for (int i = 0; i < plan_.blocks(); i++) {
            const int left = i % plan_.x.blocks * kSide, top = i / plan_.x.blocks * kSide;
            float y[kOrder];
            for (int k = 0; k < kOrder; k++) y[k] = detail_.at(left + k % kSide, top + k / kSide);
            Local& local = out[static_cast<size_t>(i)];
            local.variance = variance(factors_, y);
            local.entropy = entropy(eigenvalues_, local.variance, plan_.settings.sigma);
        }
    }

    const Plan& plan_;
    ResamplingTable x_table_, y_table_;
    Image smoothed_, detail_;
    std::vector<double> columns_;
    WindowSums sums_;
    Matrix covariance_;
    Vector eigenvalues_;
    Factors factors_;
    FactorScratch scratch_;
};

}  // namespace

std::unique_ptr<Extractor> make_scalar_extractor(size_t variants, const Plan& plan) {
    return std::make_unique<PassExtractor<ScalarAnalyser>>(variants, plan);
}

}  // namespace vmaf::speed
