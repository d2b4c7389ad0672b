// How many frames are in the making at a time.
#pragma once

#include <cstddef>

#include "picture/picture_format.h"

namespace vmaf::tool {

struct Window {
    size_t ahead;       ///< frames of each input that are read before they are asked for
    unsigned readers;   ///< threads that read an input
    unsigned sharers;   ///< of them, that read a frame together
    unsigned pictures;  ///< in all, of one input: with the readers, the caller and the library
};

/// Where the library works with that many threads on each encode.
Window cpu_window(unsigned threads);

/// Where GPUs do, and for what scores on the CPU beside them. `planes`: bit p: plane p is read. `cores`: that read.
Window gpu_window(const PictureFormat& format, unsigned planes, unsigned cores, size_t encodes, size_t devices);

/// The same where reading is work that several threads share.
Window shared_window(Window window, unsigned cores, size_t encodes);

}  // namespace vmaf::tool
