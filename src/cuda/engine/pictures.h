// Pictures in page-locked and in device memory, as the library hands them out to clients.
#pragma once

#include <memory>

#include "cuda/driver/context.h"
#include "picture/picture.h"

namespace vmaf::cuda {

/// Rows of pictures that the engine allocates start at multiples of this many bytes.
inline constexpr size_t kRowAlignment = 128;

/// A picture in page-locked host memory, uninitialised, or in device memory, zeroed. The memory goes with the last reference, which
/// may end on any thread and after the session; it keeps the context.
Picture allocate_picture(std::shared_ptr<const Context> context, const PictureFormat& format, VmafRef::Memory memory);

/// A plain copy in ordinary memory of the first `planes` planes of a picture in device memory, which lies in `layout` and may be of another
/// context; the copy follows the default stream. The context must be current.
Picture copy_to_host(const Context& context, const PictureView& picture, SampleLayout layout, unsigned planes);

}  // namespace vmaf::cuda
