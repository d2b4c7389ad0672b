// One encode of the run: what the user gave, and the scorer that compares it with the reference.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "input/inputs.h"
#include "progress.h"
#include "scorer.h"

namespace vmaf::tool {

struct Encode {
    /// The encode of that number in `options`, which must outlive this.
    Encode(const Options& options, size_t number, unsigned threads);

    /// After its last frame; a second call does nothing. Throws ExitError also where there were no frames.
    void finish();

    const InputSpec& input;
    Scorer scorer;
    unsigned frames = 0;  ///< that the scorer got
    bool finished = false;
};

/// In the order of the options. Scorers don't move.
using Encodes = std::deque<Encode>;

/// Opens a scorer for each encode. They share `threads` among them: where there are fewer than encodes, the caller's thread scores what is left.
void open_encodes(Encodes& encodes, const Options& options, unsigned threads);

/// Registers models and features with all of them.
void register_all(Encodes& encodes, const Inputs& inputs);

/// Prepares at most `count` pictures at a time for each input. Those of the reference come from the first encode's scorer.
void prepare_pictures(Encodes& encodes, const PictureFormat& format, unsigned count);

/// Threads of the encode that has the most.
unsigned most_threads(unsigned threads, size_t encodes);

std::vector<VmafContext*> contexts(const Encodes& encodes);

/// What tells the means of the encodes' scores so far; empty if the options don't ask for it.
Progress::Means running_means(Encodes& encodes, const Options& options);

/// The lines to show: of each encode, those of its scorer, with its name in front if there are several.
std::vector<std::string> score_lines(Encodes& encodes);

}  // namespace vmaf::tool
