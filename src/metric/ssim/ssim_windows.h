// The sliding windows of float_ssim and float_ms_ssim in plain loops: rows of a plane pair -> sums of similarity terms.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "metric/ssim/ssim_math.h"

namespace vmaf::ssim {

/// Takes the rows of both planes from the top, and keeps those that further windows see, filtered along.
template <int kTerms>
class Windows {
 public:
    /// For rows of `samples`, at least kTaps.
    explicit Windows(int samples)
        : positions_(samples - kTaps + 1), ring_(size_t{kTaps} * kPlanes * static_cast<size_t>(positions_)) {}

    /// The next row of either plane.
    void push(const float* ref, const float* dis) {
        const int y = rows_++;
        filter(row(y, 0), [=](int x) { return ref[x]; });
        filter(row(y, 1), [=](int x) { return dis[x]; });
        filter(row(y, 2), [=](int x) { return ref[x] * ref[x]; });
        filter(row(y, 3), [=](int x) { return dis[x] * dis[x]; });
        filter(row(y, 4), [=](int x) { return ref[x] * dis[x]; });
        if (y >= kTaps - 1) add_row(y - kTaps + 1);
    }

    /// The sums over all windows of the rows so far. The next row is the first of other planes.
    TermSums<kTerms> finish() {
        rows_ = 0;
        return std::exchange(sums_, {});
    }

 private:
    static constexpr int kPlanes = 5;

    template <class Sample>
    void filter(float* out, Sample&& sample) const {
        for (int x = 0; x < positions_; x++) out[x] = windowed([&](int u) { return sample(x + u); });
    }

    /// The windows whose rows begin at y.
    void add_row(int y) {
        for (int begin = 0; begin < positions_; begin += kMostTerms) {
            int64_t sums[kTerms] = {};
            for (int x = begin; x < std::min(positions_, begin + kMostTerms); x++)
                add_terms(similarity(moments(x, y)), sums);
            sums_.add(sums);
        }
    }

    Moments moments(int x, int y) const {
        const auto column = [&](int plane) { return windowed([&](int v) { return row(y + v, plane)[x]; }); };
        return {column(0), column(1), column(2), column(3), column(4)};
    }

    const float* row(int y, int plane) const {
        return ring_.data() + static_cast<size_t>(y % kTaps * kPlanes + plane) * static_cast<size_t>(positions_);
    }
    float* row(int y, int plane) { return const_cast<float*>(std::as_const(*this).row(y, plane)); }

    int positions_;
    int rows_ = 0;
    std::vector<float> ring_;  ///< by row modulo kTaps and plane
    TermSums<kTerms> sums_;
};

}  // namespace vmaf::ssim
