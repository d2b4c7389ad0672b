// Rows of floats for vector code, with room for whole vectors and for filters beyond their ends.
#pragma once

#include <cstddef>
#include <vector>

#include "base/mirror.h"

namespace vmaf {

/// Most floats of a vector, and of a filter's reach.
inline constexpr int kMostLanes = 64, kMostReach = 32;

/// The latest rows of a plane, as many as are kept; vectors that start within a row's samples may reach beyond them.
class Rows {
 public:
    Rows() = default;
    Rows(int w, int kept, int margin)
        : kept_(kept > 0 ? kept : 1),
          margin_(margin),
          pitch_(margin + w + margin + kMostLanes),
          samples_(static_cast<size_t>(pitch_) * static_cast<size_t>(kept_)) {}

    /// Of the memory of one.
    static size_t bytes(int w, int kept, int margin) {
        return sizeof(float) * static_cast<size_t>(2 * margin + w + kMostLanes) * static_cast<size_t>(kept);
    }

    float* row(int y) { return samples_.data() + (y % kept_) * pitch_ + margin_; }
    const float* row(int y) const { return samples_.data() + (y % kept_) * pitch_ + margin_; }

 private:
    int kept_ = 1;
    ptrdiff_t margin_ = 0, pitch_ = 0;
    std::vector<float> samples_;
};

/// Makes `reach` samples on either side of a row's first w by a rule of base/mirror.h.
inline void extend(float* row, int reach, int w, int (*border)(int, int)) {
    for (int k = 1; k <= reach; k++) {
        row[-k] = row[border(-k, w)];
        row[w - 1 + k] = row[border(w - 1 + k, w)];
    }
}

/// One row with a margin on either side, for a filter along it, and room for two vectors more.
class Line {
 public:
    explicit Line(int w = 0) : samples_(w + 2 * kMostLanes, 1, kMostReach) {}

    float* data() { return samples_.row(0); }
    const float* data() const { return samples_.row(0); }
    /// Makes `reach` samples on either side of the first w, reflected about the edge sample's centre.
    void reflect_ends(int reach, int w) { extend(data(), reach, w, mirror_centre); }
    /// The same about the edge sample's outer face.
    void reflect_faces(int reach, int w) { extend(data(), reach, w, mirror_face); }

 private:
    Rows samples_;
};

}  // namespace vmaf
