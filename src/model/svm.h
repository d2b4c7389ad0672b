// Support-vector regression with a radial-basis kernel: the heart of a model's prediction.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace vmaf {

/// The fitted function y = sum_k c_k exp(-gamma |x - v_k|^2) - rho. Immutable; predict() is thread-safe.
class Svm {
 public:
    /// `vectors` holds the support vectors one after the other, all of the same length; as many as coefficients, at least one.
    Svm(double gamma, double rho, std::vector<double> coefficients, std::vector<double> vectors);

    size_t width() const { return vectors_.size() / coefficients_.size(); }
    size_t size() const { return coefficients_.size(); }

    /// The regression at `x`, which has width() values. docs/numerics/model.md fixes the order of every sum.
    double predict(std::span<const double> x) const noexcept;

    bool operator==(const Svm&) const = default;

 private:
    double gamma_, rho_;
    std::vector<double> coefficients_, vectors_;
};

/// Parses the text form of LIBSVM for vectors of `width` values. Takes what it stores off `budget`, a count of doubles.
/// Throws Error(EINVAL) naming the line and the reason.
Svm parse_svm(std::string_view text, size_t width, size_t& budget);

}  // namespace vmaf
