// A client of the libvmaf C API, and of nothing else, that prints every value it gets: tests compare the lines, and the
// recorder builds it against other libraries.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "clip.h"

namespace vmaf::testdata {

/// What to score. Names are those of the C API: built-in versions, "extractor=option:value:option:value", full feature
/// names.
struct Job {
    std::vector<std::string> models, collections, extractors, names;
    unsigned threads = 0, subsample = 1;
    uint64_t cpumask = 0;
};

/// Allocates and fills the pictures of the next frame; false at the end of the clip.
using Source = std::function<bool(VmafPicture& ref, VmafPicture& dis)>;

/// Frames of a generated clip. Chroma of odd sizes loses its last column or row, as VmafPicture asks.
Source clip_source(const Clip& clip);

/// Frames of raw files whose planes have the sizes of VmafPicture's.
Source file_source(const std::string& ref, const std::string& dis, unsigned w, unsigned h, VmafPixelFormat format,
                   unsigned bpc);

struct Line {
    std::string key;    ///< "FRAME NAME", or "pooled MODEL METHOD"
    std::string value;  ///< 17 significant digits; "none", or "error CODE" where the library has no value
};

struct Outcome {
    std::vector<Line> lines;
    std::set<std::string> missing;  ///< models and extractors that the library refused
};

/// Scores all frames. Throws std::runtime_error if a call fails that has no reason to.
Outcome score(const Job& job, const Source& next);

}  // namespace vmaf::testdata
