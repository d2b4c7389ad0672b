// Where the decoding of a stream can begin.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "input/media/libav.h"

namespace vmaf::tool {

/// What a packet is to a decoder that has seen none before it.
enum class Access {
    kNone,     ///< it may need packets before it
    kStart,    ///< from here on all can be decoded, save kLeading
    kLeading,  ///< comes behind a start and is shown before it; may need what precedes the start
};

/// Tells starts by what packets hold, whatever the container says of them: H.264 IDR pictures; HEVC IDR and CRA pictures; key frames of VP8,
/// VP9 and AV1 that forget all before them; every frame of codecs without prediction between frames. Where parameter sets of H.264 and HEVC lie
/// among the frames, a start has those of the first packet, and there is none any more once others have come. One thread at a time.
class AccessFinder {
 public:
    /// `mid_stream`: the first packet will be a start, with packets before it that are passed over.
    AccessFinder(const AVCodecParameters& parameters, bool mid_stream);

    /// Of the next packet in the order of decoding. The first one is a start.
    Access next(const AVPacket& packet);
    /// True if the last packet lies between the first one and the first that is neither that nor kLeading.
    bool behind_first() const { return behind_first_; }
    /// Frames that the last packet shows, as far as it tells itself.
    unsigned shown() const { return shown_; }

 private:
    Access look(std::string_view data, bool key);
    Access look_nals(std::string_view data);
    Access look_vp8(std::string_view data);
    Access look_vp9(std::string_view data);
    Access look_av1(std::string_view data) const;
    bool go_to_nal(std::string_view& rest, size_t& size) const;
    Access picture_access(std::string_view nal, const std::set<std::string>& sets);

    const AVCodecID codec_;
    const bool intra_only_;
    unsigned length_bytes_ = 0;  ///< before each NAL unit; 0: start codes
    bool first_ = true, behind_first_ = false;
    const bool mid_stream_;
    std::set<std::string> first_sets_;  ///< the parameter sets in the first packet
    bool other_sets_ = false;           ///< there have been others
    unsigned shown_ = 0;
};

}  // namespace vmaf::tool
