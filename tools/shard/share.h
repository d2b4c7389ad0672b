// The frames of the videos that this run reads: all of them, a range, or a shard.
#pragma once

#include "encode.h"
#include "input/inputs.h"
#include "options.h"

namespace vmaf::tool {

/// Before anything is read: makes the folder of a shard's part, and finds out whether a part can be written. Throws ExitError.
void check_part_target(const Options& options);

/// Narrows `options`, which the encodes use, to the frames that are to be read, and tells the encodes' contexts. False if there is nothing to do: the
/// part is there already, or the shard gets no frame; this is said. Throws ExitError or Error.
bool choose_frames(Options& options, Inputs& inputs, Encodes& encodes);

/// After the last frame: throws ExitError if the videos ended before the range did, and so had none of its frames; says so if they ended within it.
void check_range_read(const Options& options, const Encodes& encodes);

/// Writes the part of a shard. Throws ExitError.
void write_part(const Options& options, const Encodes& encodes);

/// Exact number of pairs of frames, which takes files. Leaves the readers at their first frame.
uint64_t count_pairs(const Options& options, Inputs& inputs);

}  // namespace vmaf::tool
