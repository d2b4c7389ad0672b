// A build without CUDA decodes nothing on a GPU.
#include "base/error.h"
#include "input/media/surface.h"
#include "nvdec.h"

namespace vmaf::tool {

Libav<AVBufferRef> open_decoding_device(unsigned) { fail(ENOSYS, "this build has no CUDA"); }
DecodingRoom decoding_room(unsigned) { fail(ENOSYS, "this build has no CUDA"); }
void place_surface(const AVFrame&, VmafFrame&) {}
void leave_surface(AVFrame&, Libav<AVBufferRef>&) {}
void crop_surface(AVFrame&) {}

}  // namespace vmaf::tool
