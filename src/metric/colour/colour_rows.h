// A picture's rows in linear light, in plain loops.
#pragma once

#include "base/mirror.h"
#include "metric/colour/colour_math.h"

namespace vmaf::colour {

/// Reads pixels of a picture whose samples are of type T.
template <class T>
class PixelReader {
 public:
    PixelReader(const PictureView& picture, const Conversion& conversion)
        : conversion_(conversion), luma_(picture.plane<T>(0)), u_(picture.plane<T>(1)), v_(picture.plane<T>(2)) {}

    Rgb at(int x, int y) const { return linear_rgb(conversion_, luma_.row(y)[x], chroma(u_, x, y), chroma(v_, x, y)); }

 private:
    float chroma(const Plane<T>& plane, int x, int y) const {
        if (!conversion_.has_chroma()) return conversion_.chroma_zero;
        if (!conversion_.shift_x) return column(plane, x, y);
        const ChromaPhases& across = conversion_.across;
        const int first = x / 2 + across.first[x % 2];
        const auto under = [&](int tap) { return column(plane, mirror_face(first + tap, conversion_.chroma_w), y); };
        return filtered(across.taps[x % 2], under(0), under(1), under(2), under(3));
    }

    /// Chroma column x in luma's row y.
    float column(const Plane<T>& plane, int x, int y) const {
        if (!conversion_.shift_y) return plane.row(y)[x];
        const ChromaPhases& down = conversion_.down;
        const int first = y / 2 + down.first[y % 2];
        const auto under = [&](int tap) -> float {
            return plane.row(mirror_face(first + tap, conversion_.chroma_h))[x];
        };
        return filtered(down.taps[y % 2], under(0), under(1), under(2), under(3));
    }

    const Conversion& conversion_;
    Plane<T> luma_, u_, v_;
};

}  // namespace vmaf::colour
