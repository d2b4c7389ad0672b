// A build without FFmpeg's libraries: no input is media, and files of such formats are told their way out by the reader of Y4M.
#include "base/error.h"
#include "input/media/media.h"

namespace vmaf::tool {

bool looks_like_media(ByteStream&, bool) { return false; }

std::unique_ptr<VideoReader> open_media(std::unique_ptr<ByteStream> stream, const MediaChoice&) {
    fail(ENOSYS, stream->name(), ": this build has no FFmpeg libraries to read it");
}

std::string media_words() { return "Y4M and raw YUV; built without FFmpeg's libraries"; }

}  // namespace vmaf::tool
