// A build without a JPEG library: pages have no pictures, and say so.
#include "base/error.h"
#include "report/html/jpeg.h"

namespace vmaf::tool::html {

std::vector<uint8_t> encode_jpeg(const RgbImage&) { fail(ENOSYS, "this build has no JPEG library"); }

}  // namespace vmaf::tool::html
