// The frames of an encode that a user wants to see first, and their pictures.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "report/html/jpeg.h"
#include "report/html/scores.h"

namespace vmaf::tool::html {

/// Places in the column's vectors of at most `count` frames with the worst values, worst first, each at least `apart` frames from the others.
/// Empty for a column of which no end is the good one.
std::vector<size_t> worst_places(const Column& column, size_t count, unsigned apart);

/// The pictures of a pair of videos once more, after the run.
class PairPictures {
 public:
    virtual ~PairPictures() = default;
    /// Pictures of frame `frame` of the run, into host memory; the caller owns both. Frames are asked for in ascending order. Throws Error.
    virtual void read(unsigned frame, VmafPicture& reference, VmafPicture& distorted) = 0;

    ColourTags reference_tags, distorted_tags;
};

/// Opens them; throws Error or ExitError, which say why there are none.
using OpenPictures = std::function<std::unique_ptr<PairPictures>()>;

struct Jpeg {
    unsigned w = 0, h = 0;
    std::string base64;
};
struct PicturePairJpeg {
    Jpeg reference, distorted;
};

/// Of each of the frames, in their order; empty ones from the first failure on, whose reason is put into `problem`.
std::vector<PicturePairJpeg> picture_pairs(const OpenPictures& open, const std::vector<unsigned>& frames,
                                           std::string& problem);

}  // namespace vmaf::tool::html
