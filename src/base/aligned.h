// Memory that vector instructions reach without crossing cache lines.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace vmaf {

inline constexpr std::size_t kVectorAlignment = 64;

template <class T>
struct AlignedAllocator {
    using value_type = T;

    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}

    T* allocate(std::size_t n) {
        return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{kVectorAlignment}));
    }
    void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{kVectorAlignment}); }

    bool operator==(const AlignedAllocator&) const = default;
};

/// A vector whose first element lies on a cache line.
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace vmaf
