// Pooling of a column's values over frames: minimum, maximum, mean, harmonic mean.
#pragma once

#include <cstddef>

namespace vmaf {

struct Pooled {
    double min, max, mean;
    double harmonic_mean;  ///< n / sum(1 / (value + 1)) - 1
};

/// Accumulates values in the order given.
class Pooler {
 public:
    void add(double value);
    size_t count() const { return count_; }
    /// Requires count() > 0.
    Pooled result() const;

 private:
    size_t count_ = 0;
    double min_ = 0, max_ = 0, sum_ = 0, inverse_sum_ = 0;
};

}  // namespace vmaf
