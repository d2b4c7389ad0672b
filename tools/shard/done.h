// Records of the pairs of a list that are done, so that the list can be started again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "options.h"

namespace vmaf::tool {

/// What a report hangs on, a line each: version, contents of the files, options. None where an input is no regular file, or can't be read.
std::optional<std::string> facts_of(const Options& pair);

/// True if the record at `path` is of these facts, and the files are as they were when it was written.
bool is_done(const std::string& path, const std::string& facts, const std::vector<std::string>& files);

/// Records that the files were written from these facts; does nothing where one is missing. Says so if it can't: the pair would be scored again.
void note_done(const std::string& path, const std::string& facts, const std::vector<std::string>& files);

}  // namespace vmaf::tool
