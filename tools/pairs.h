// The reading of the reference and of all encodes in step.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "encode.h"
#include "frame_steps.h"
#include "input/frame_source.h"
#include "input/inputs.h"
#include "paired_frame.h"
#include "shard/cut.h"
#include "window.h"

namespace vmaf::tool {

/// One thread at a time.
class PairReader {
 public:
    /// Starts to read ahead, into pictures of the encodes' contexts.
    PairReader(Inputs inputs, Encodes& encodes, const Options& options, const Window& window);

    void set_ahead(size_t frames);
    /// The next frame; false if no pair is left. Says so when an encode ends before the reference or the other way round; the others go on then,
    /// and it is finished. Throws Error.
    bool next(PairedFrame& frame);

 private:
    /// One of the inputs, read ahead.
    struct Side {
        Side(std::unique_ptr<VideoReader> reader, Scorer& scorer, const ReadPlan& plan);
        const std::string& name() const { return source.reader().name(); }
        /// What follows the last whole frame, as far as it is known.
        std::string known_loose_end();

        std::string loose_end;  ///< as the input's size tells it beforehand
        bool of_container;
        FrameSource source;
    };
    struct EncodeSide : Side {
        EncodeSide(Encode& e, std::unique_ptr<VideoReader> reader, const ReadPlan& plan, double frame_duration);

        Encode& encode;
        FrameSteps steps;  ///< beside those of the reference
        bool ended = false;
    };

    /// `option`: what passes over frames of that input.
    ReadPlan plan(const Scorer& scorer, uint64_t skip, const char* option) const;
    void end_early(Side& ended, const Side& other) const;
    void compare_times(EncodeSide& side);
    void finish_ended();
    void warn_of_loose_ends();

    const uint64_t limit_;
    const uint64_t first_frame_;             ///< number of the first pair
    const std::optional<FrameSpan> frames_;  ///< that were asked for
    const bool may_end_early_;               ///< an input, though a container is among them
    const double frame_duration_;  ///< seconds, where frames are shown at the same times; 0: whatever their times
    const Window window_;
    uint64_t count_ = 0;
    Side reference_;
    std::vector<std::unique_ptr<EncodeSide>> encodes_;
};

}  // namespace vmaf::tool
