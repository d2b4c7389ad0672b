// The video decoders of an NVIDIA GPU, as its driver tells of them.
#pragma once

#include <string>

namespace vmaf::tool {

/// Engines and what they decode, in a sentence: "7 engines: H.264 8 bit, HEVC 8 to 12 bit, ...". Where they can't be asked, why and what
/// helps. `device`: as CUDA counts them. The scores need none of them.
std::string decoder_words(unsigned device);

}  // namespace vmaf::tool
