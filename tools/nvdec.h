// The video decoders of an NVIDIA GPU, as its driver tells of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace vmaf::tool {

/// Engines and what they decode, in a sentence: "7 engines: H.264 8 bit, HEVC 8 to 12 bit, ...". Where they can't be asked, why and what
/// helps. `device`: as CUDA counts them. The scores need none of them.
std::string decoder_words(unsigned device);

/// What a GPU has for decoding.
struct DecodingRoom {
    unsigned engines = 0;
    uint64_t free_bytes = 0;  ///< of its memory
};
/// Throws Error with the reason.
DecodingRoom decoding_room(unsigned device);

/// Why no GPU can decode on this machine, and what helps; empty if the driver's part for it is there.
std::string why_no_decoders();

/// A stream of one decoder's own in a device's primary context, which the library scores in as well.
class DecodingStream {
 public:
    /// Throws Error with the reason.
    explicit DecodingStream(unsigned device);
    ~DecodingStream();

    void* context() const;  ///< a CUcontext
    void* stream() const;   ///< a CUstream

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace vmaf::tool
