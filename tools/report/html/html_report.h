// The page that --html writes: one file that needs nothing else, with and without scripts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libvmaf/libvmaf_ext.h"
#include "report/html/worst_frames.h"

namespace vmaf::tool::html {

/// A line of the tables that say what was scored: plain text.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// One of the files.
struct Video {
    std::string path;               ///< as the user wrote it
    std::optional<uint64_t> bytes;  ///< size of the file; absent: it is none
    std::optional<double>
        seconds;              ///< that the whole video lasts; with the size of a compressed file it gives a bit rate
    bool compressed = false;  ///< the size is that of an encode, not of raw samples
    Facts facts;              ///< format, frame rate, decoder, ...

    std::optional<double> bits_per_second() const;
};

/// One distorted video and its scores.
struct Encode {
    Video video;
    VmafContext* context = nullptr;  ///< flushed; borrowed
    Facts facts;                     ///< how the pair was brought together: conversions, offsets, frames
    OpenPictures pictures;           ///< empty: no pictures, for the reason below
    std::string no_pictures;         ///< a sentence
};

struct HtmlInput {
    Video reference;
    std::vector<Encode> encodes;  ///< at least one, in the order of the command line
    std::vector<std::string> command;
    std::optional<double> frame_rate;           ///< frames a second of the reference
    unsigned first_frame = 0;                   ///< number of the reference's frame that is frame 0 of the run
    std::optional<std::vector<unsigned>> cuts;  ///< first frames of scenes; absent: for the reason below
    std::string no_cuts;                        ///< a sentence
    int precision = 0;                          ///< of values, as in VmafReportOptions
    Facts facts;                                ///< of the run as a whole
};

/// Writes the page to `path`, "-" for standard output, as a whole or not at all. Throws Error.
void write_html(const std::string& path, const HtmlInput& input);

}  // namespace vmaf::tool::html
