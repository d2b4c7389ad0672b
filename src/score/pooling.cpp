// Pools values in frame order; the sums are plain doubles, as in libvmaf.
#include "score/pooling.h"

#include <algorithm>

namespace vmaf {

void Pooler::add(double value) {
    min_ = count_ ? std::min(min_, value) : value;
    max_ = count_ ? std::max(max_, value) : value;
    sum_ += value;
    inverse_sum_ += 1. / (value + 1.);
    count_++;
}

Pooled Pooler::result() const {
    const auto n = static_cast<double>(count_);
    return {min_, max_, sum_ / n, n / inverse_sum_ - 1.};
}

}  // namespace vmaf
