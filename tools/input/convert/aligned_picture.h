// A picture of the command's own, in host memory as zimg takes it.
#pragma once

#include <cstddef>
#include <memory>

#include "libvmaf/picture.h"
#include "picture/picture_format.h"

namespace vmaf::tool {

/// Of data and rows, in bytes; that of the library's own pictures as well.
inline constexpr size_t kConverterAlignment = 32;

/// Owns its planes.
class AlignedPicture {
 public:
    /// Planes with a bit in `planes` get memory. Throws std::bad_alloc.
    AlignedPicture(const PictureFormat& format, unsigned planes);

    /// Data and strides alone: not a picture of the library.
    VmafPicture& view() { return view_; }

 private:
    struct Freer {
        void operator()(void* memory) const;
    };
    std::unique_ptr<void, Freer> memory_[3];
    VmafPicture view_ = {};
};

}  // namespace vmaf::tool
