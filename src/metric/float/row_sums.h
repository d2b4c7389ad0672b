// Sums of floats that have an order, on the CPU: each row's terms from left to right, then the rows' sums from the first to the last.
#pragma once

#include "metric/float/rows.h"

namespace vmaf {

/// Takes terms row by row. Several rows are added up side by side, as each waits for its own sum alone.
class RowSums {
 public:
    explicit RowSums(int w = 0) : w_(w), terms_(w, kRows, 0) {}

    /// Where the next row's terms go; whole vectors may be stored.
    float* next() {
        if (waiting_ == kRows) add();
        return terms_.row(waiting_++);
    }
    /// The sum of all rows since the last call.
    float total() {
        add();
        const float total = total_;
        total_ = 0;
        return total;
    }

 private:
    static constexpr int kRows = 8;

    void add() {
        const float* rows[kRows];
        for (int i = 0; i < kRows; i++) rows[i] = terms_.row(i);
        float sums[kRows] = {};
        for (int x = 0; x < w_; x++)
            for (int i = 0; i < kRows; i++) sums[i] += rows[i][x];
        for (int i = 0; i < waiting_; i++) total_ += sums[i];
        waiting_ = 0;
    }

    int w_, waiting_ = 0;
    Rows terms_;
    float total_ = 0;
};

}  // namespace vmaf
