// What the parts of a run have in common, as a text: contents of the files, and the options that scores depend on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "options.h"

namespace vmaf::tool {

/// Tells contents apart without reading all of a long file.
struct FileSample {
    uint64_t size;      ///< bytes
    uint64_t checksum;  ///< of blocks from all over the file
};

/// Throws Error if the file can't be read, or is no regular one that every job could open.
FileSample sample_file(const std::string& path);

/// A line for each fact. Names of files don't count: the same contents under another path give the same text.
struct Fingerprint {
    std::string reference, distorted;    ///< sizes and checksums of samples of the contents
    std::vector<std::string> models;     ///< of model files
    std::optional<double> frame_rate;    ///< that extractors take
    std::vector<std::string> arguments;  ///< Options::settings

    std::string text() const;
    /// Reads text() back. Throws Error(EINVAL) if it is none.
    static Fingerprint of_text(const std::string& text);
};

/// Of a run on one encode. Throws Error if a file can't be read, or is none that every job could open.
Fingerprint fingerprint_of(const Options& options, std::optional<double> frame_rate);

}  // namespace vmaf::tool
