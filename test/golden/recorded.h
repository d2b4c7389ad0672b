// Files of recorded values: what was scored, and each value as text.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "scoring.h"

namespace vmaf::testdata {

struct Recorded {
    std::map<std::string, std::string>
        header;  ///< "clip", "models", ... or, in dumps of files, "REF", "DIS", "WxH", ...
    std::vector<Line> lines;
};

Recorded read_recorded(const std::filesystem::path& path);

/// The job that gives the recorded lines: models and extractors from the header, names from the lines.
Job job_of(const Recorded& recorded);

/// Frames that were scored; `clips` is the folder of the files that dumps of files name.
Source source_of(const Recorded& recorded, const std::filesystem::path& clips);

/// How closely a value must agree with its record.
enum class Agreement { kExact, kClose, kSixDecimals, kNear };

/// Integer metrics and the models on them: exact. XPSNR: all that FFmpeg prints, which is six decimals of a float. Butteraugli: 1e-4 relative,
/// or 1e-6. The rest: 1e-6 relative.
Agreement agreement_of(const std::string& name);

/// True if `ours` agrees with `recorded`, both as printed in Line::value.
bool agrees(const std::string& ours, const std::string& recorded, Agreement agreement);

/// The name within a Line::key.
std::string name_of(const std::string& key);

/// The extractor that computes a feature, for extractors that a build may lack; empty for those that every build has.
std::string optional_extractor_of(const std::string& name);

}  // namespace vmaf::testdata
