// Parts as files of the command: which are there, and what they say of themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "picture/picture_format.h"
#include "shard/cut.h"

namespace vmaf::tool {

/// What the command needs of a part's header.
struct PartFacts {
    std::string version;  ///< of the library
    FrameSpan frames, run;
    std::string fingerprint;
    PictureFormat format = {};  ///< of the pictures
    unsigned scored_depth = 0;  ///< bits per sample; more than the pictures' where they were lifted
};

/// Throws Error: EINVAL if the file is no part or a damaged one, the system's code if it can't be read.
PartFacts read_part_facts(const std::string& path);

/// True if the file is there, whole, and of these frames of this run, so that nothing is to be done. False if it is not there, is a part of another
/// run, or damaged, which is said: it may be replaced. Throws ExitError for a file that is no part: nobody meant it to be replaced.
bool is_done(const std::string& path, const PartFacts& wanted);

/// Name of a part in a folder, such as "00000000-00000999.part": the order of names is that of frames.
std::string part_name(const FrameSpan& frames);

/// The files themselves, and of a folder all that end in ".part". Throws ExitError without a name, Error for a folder that
/// has none.
std::vector<std::string> find_parts(const std::vector<std::string>& given);

}  // namespace vmaf::tool
