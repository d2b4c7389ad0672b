// Pictures over memory that stays the client's.
#pragma once

#include "libvmaf/libvmaf_ext.h"
#include "picture/picture.h"

namespace vmaf {

/// A picture whose samples are the frame's; `frame.release` is called with its last reference. Throws Error(EINVAL) for what can't be a
/// picture, with release not called then, and std::bad_alloc.
Picture wrap(const VmafFrame& frame);

}  // namespace vmaf
