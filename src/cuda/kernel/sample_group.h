// Eight neighbouring samples of a row in registers: how strip-wise kernels read planes, whatever the sample type and
// however near the edge. Included by .cu files alone.
#pragma once

#include "cuda/kernel/kernel.h"

namespace vmaf::cuda {

inline constexpr int kGroup = 8;

/// As loaded, in memory order.
template <class T>
struct SampleGroup {
    uint32_t words[kGroup * sizeof(T) / 4];

    __device__ int operator[](int i) const {
        if constexpr (sizeof(T) == 1) return static_cast<int>(__byte_perm(words[i / 4], 0, 0x4440 + i % 4));
        return static_cast<int>(i % 2 ? words[i / 2] >> 16 : words[i / 2] & 0xffff);
    }
    __device__ void set(int i, T value) {
        constexpr int kPerWord = 4 / sizeof(T);
        words[i / kPerWord] |= static_cast<uint32_t>(value) << (8 * sizeof(T) * (i % kPerWord));
    }
};

/// `samples` is aligned to the group.
__device__ __forceinline__ SampleGroup<uint8_t> load_group(const uint8_t* samples) {
    const uint2 v = __ldg(reinterpret_cast<const uint2*>(samples));
    return {{v.x, v.y}};
}
__device__ __forceinline__ SampleGroup<uint16_t> load_group(const uint16_t* samples) {
    const uint4 v = __ldg(reinterpret_cast<const uint4*>(samples));
    return {{v.x, v.y, v.z, v.w}};
}

/// The columns x .. x + 7 of a plane w wide, x a multiple of 8, for reading one row after another. Columns beyond an
/// edge are those that `border` names, as far as `reach` beyond it; further ones are 0.
class GroupColumns {
 public:
    template <class Border>
    __device__ GroupColumns(int x, int w, int reach, Border border)
        : x_(x), inside_(x >= 0 && x + kGroup <= w), needed_(x + kGroup > -reach && x < w + reach) {
        if (!inside_ && needed_)
            for (int i = 0; i < kGroup; i++) columns_[i] = border(x + i, w);
    }

    template <class T>
    __device__ __forceinline__ SampleGroup<T> load(const T* row) const {
        if (inside_) return load_group(row + x_);
        SampleGroup<T> group = {};
        if (needed_)
            for (int i = 0; i < kGroup; i++) group.set(i, row[columns_[i]]);
        return group;
    }

 private:
    int x_;
    bool inside_, needed_;
    int columns_[kGroup];
};

}  // namespace vmaf::cuda
