// Allocates planes whose rows begin where vector instructions want them.
#include "input/convert/aligned_picture.h"

#include <algorithm>
#include <cstdlib>
#include <new>

namespace vmaf::tool {

void AlignedPicture::Freer::operator()(void* memory) const { std::free(memory); }

AlignedPicture::AlignedPicture(const PictureFormat& format, unsigned planes) {
    for (unsigned p = 0; p < format.planes(); p++) {
        if (!(planes >> p & 1)) continue;
        const size_t bytes = format.plane_w(p) * format.sample_bytes();
        const size_t stride = (bytes + kConverterAlignment - 1) / kConverterAlignment * kConverterAlignment;
        memory_[p].reset(std::aligned_alloc(kConverterAlignment, stride * std::max(format.plane_h(p), 1u)));
        if (!memory_[p]) throw std::bad_alloc();
        view_.data[p] = memory_[p].get();
        view_.stride[p] = static_cast<ptrdiff_t>(stride);
    }
}

}  // namespace vmaf::tool
