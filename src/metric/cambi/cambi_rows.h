// Rows of a plane in work, for vector code.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/aligned.h"

namespace vmaf::cambi {

/// In place of the value of a pixel that no window counts.
inline constexpr uint16_t kUncounted = 0xffff;

/// Rows of 16-bit values, each with room on either side for vectors that go beyond it. A ring: row y takes the place of
/// row y - rows.
class Rows {
 public:
    static constexpr size_t kMargin = 256;  ///< two of the longest vectors

    void resize(int w, int rows) {
        // An odd number of cache lines: rows below each other spread over the cache's sets.
        stride_ = ((static_cast<size_t>(w) + 2 * kMargin + 31) / 32 | 1) * 32;
        rows_ = rows;
        values_.resize(stride_ * static_cast<size_t>(rows));
    }
    void fill(uint16_t value) { std::fill(values_.begin(), values_.end(), value); }
    uint16_t* row(int y) { return values_.data() + stride_ * static_cast<size_t>(y % rows_) + kMargin; }

 private:
    size_t stride_ = 0;
    int rows_ = 1;
    AlignedVector<uint16_t> values_;
};

}  // namespace vmaf::cambi
