// Takes a frame of each input in turn, and lets go of encodes that end.
#include "pairs.h"

#include <cstdio>

#include "base/error.h"
#include "fixed.h"
#include "standard_streams.h"

namespace vmaf::tool {

PairReader::Side::Side(std::unique_ptr<VideoReader> reader, Scorer& scorer, const ReadPlan& plan)
    : loose_end(reader->loose_end()),
      of_container(reader->traits().of_container),
      source(
          std::move(reader), [&scorer] { return scorer.fetch(); }, plan) {}

std::string PairReader::Side::known_loose_end() {
    const std::string met = source.loose_end();
    return met.empty() ? loose_end : met;
}

PairReader::EncodeSide::EncodeSide(Encode& e, std::unique_ptr<VideoReader> reader, const ReadPlan& plan,
                                   double frame_duration)
    : Side(std::move(reader), e.scorer, plan), encode(e), steps(frame_duration) {}

namespace {

double frame_duration(const VideoReader& reader, const Options& options) {
    const double rate = reader.traits().frame_rate;
    return options.allow_rate_mismatch || rate <= 0 ? 0 : 1 / rate;
}

}  // namespace

PairReader::PairReader(Inputs inputs, Encodes& encodes, const Options& options, const Window& window)
    : limit_(options.frame_count ? options.frame_count : UINT64_MAX),
      first_frame_(options.first_frame),
      frames_(options.frames),
      may_end_early_(options.allow_length_mismatch),
      frame_duration_(frame_duration(*inputs.reference, options)),
      window_(window),
      reference_(std::move(inputs.reference), encodes.front().scorer,
                 plan(encodes.front().scorer, options.reference.skip, "--frame_skip_ref")) {
    for (size_t i = 0; i < encodes.size(); i++)
        encodes_.push_back(std::make_unique<EncodeSide>(
            encodes[i], std::move(inputs.distorted[i]),
            plan(encodes[i].scorer, encodes[i].input.skip, "--frame_skip_dist"), frame_duration_));
}

ReadPlan PairReader::plan(const Scorer& scorer, uint64_t skip, const char* option) const {
    const uint64_t own = skip - first_frame_;  // the rest is before the first pair
    std::string reason = own ? cat(option, " ", own) : "";
    if (first_frame_ && frames_) reason += cat(own ? " and " : "", "--frames ", frames_text(*frames_));
    if (!reason.empty()) reason += own && first_frame_ ? " begin behind them" : " begins behind them";
    return {scorer.planes(), skip, limit_, window_.ahead, window_.readers, window_.sharers, reason};
}

void PairReader::set_ahead(size_t frames) {
    reference_.source.set_ahead(frames);
    for (const auto& side : encodes_) side->source.set_ahead(frames);
}

bool PairReader::next(PairedFrame& frame) {
    frame.clear();
    const bool has_reference = reference_.source.next(frame.reference);
    for (const auto& side : encodes_) {
        if (side->ended) continue;
        VmafPicture picture = {};
        const bool has_picture = side->source.next(picture);
        if (has_reference && has_picture) {
            frame.add(side->encode, picture);
            compare_times(*side);
            continue;
        }
        side->ended = true;
        if (has_picture) vmaf_picture_unref(&picture);
        if (has_reference) end_early(*side, reference_);
        if (has_picture) end_early(reference_, *side);
    }
    if (frame.pairs()) {
        finish_ended();
        return count_++, true;
    }
    frame.clear();
    if (count_ < limit_) warn_of_loose_ends();
    return false;
}

void PairReader::end_early(Side& ended, const Side& other) const {
    const std::string loose_end = ended.source.loose_end();
    if (!loose_end.empty()) fail(EINVAL, loose_end);  // the other input has this frame whole
    const uint64_t pairs = first_frame_ + count_;
    if (pairs == 0) fail(EINVAL, ended.name(), ": no frames to score, it is empty");
    if (!may_end_early_ && (ended.of_container || other.of_container))
        fail(EINVAL, ended.name(), " ended after ", pairs, pairs == 1 ? " frame" : " frames", ", before ", other.name(),
             "; --sync propose finds out whether their first frames are the same ones, --allow_length_mismatch scores "
             "the "
             "part that both have, and so does --frame_cnt ",
             pairs);
    std::fprintf(stderr, "\n%s\n",
                 with_subject(cat("\"", ended.name(), "\" ended before \"", other.name(), "\".")).c_str());
}

/// Once for each encode: what follows is shifted, or of variable rate, and would say the same.
void PairReader::compare_times(EncodeSide& side) {
    if (!side.steps.differ(reference_.source.time(), side.source.time())) return;
    warn(cat("frame ", first_frame_ + count_, " is shown ", fixed(side.steps.reference_step(), 3), " and ",
             fixed(side.steps.distorted_step(), 3), " s after the one before (", reference_.name(), ", ", side.name(),
             "): has one lost or doubled frames, or a variable rate? Frames are paired one by one, whatever their "
             "times; --allow_rate_mismatch leaves them unlooked at"));
}

/// At once: they hold pictures that the others share.
void PairReader::finish_ended() {
    for (const auto& side : encodes_)
        if (side->ended) side->encode.finish();
}

/// Beyond the part that both have, they cost no score.
void PairReader::warn_of_loose_ends() {
    std::string text;
    std::vector<Side*> sides = {&reference_};
    for (const auto& side : encodes_) sides.push_back(side.get());
    for (Side* side : sides) {
        const std::string loose_end = side->known_loose_end();
        if (text.find(loose_end) == std::string::npos) text += cat(text.empty() ? "" : "; ", loose_end);
    }
    if (text.empty()) return;
    if (count_ == 0) fail(EINVAL, text);
    warn(text + "; the scores are those of the whole frames");
}

}  // namespace vmaf::tool
