// Sums of a range of frames out to a part, and those of all parts in: scorers see them as if all pictures had been read here.
#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"
#include "session/session_parts.h"

namespace vmaf {

namespace {

unsigned before(unsigned frame, unsigned count) { return frame - std::min(frame, count); }

void check_range(const FrameRange& range) {
    if (range.low > range.high || range.high > kMaxFrameIndex)
        fail(EINVAL, "frames ", range.low, " to ", range.high, " are no range; the largest index is ", kMaxFrameIndex);
}

}  // namespace

/// Settings hold for all frames. Needs the lock.
void Session::check_untouched(const char* what) const {
    if (format_ || from_parts_ || ended_) fail(EINVAL, what, " must come before the first picture");
    if (share_) fail(EINVAL, what, " must come before the part is begun, which happens once");
}

void Session::set_frame_range(const FrameRange& range) {
    check_range(range);
    const std::lock_guard lock(mutex_);
    check_untouched("the range of frames");
    range_ = range;
}

/// How many earlier pictures some pass looks at. Needs the lock.
unsigned Session::lookback() const {
    const PictureFormat format = scored(format_.value_or(PictureFormat{VMAF_PIX_FMT_YUV420P, 8, 0, 0}));
    unsigned most = 0;
    for (const auto& registration : registrations_) {
        const unsigned needs = registration->needs(format);
        most = std::max({most, previous_refs(needs), previous_dis(needs)});
    }
    return most;
}

/// Scorers of metrics that look back compare a frame's Sums with those of as many frames before, and of the next one.
FrameRange Session::pictures_needed() {
    const std::lock_guard lock(mutex_);
    const unsigned back = lookback();
    if (share_) return {before(share_->frames.low, share_->overlap() + back), share_->frames.high};
    const unsigned ahead = back ? static_cast<unsigned>(kLookAhead) : 0;
    return {before(range_.low, 2 * back), range_.high + std::min(ahead, kMaxFrameIndex - range_.high)};
}

// ---------------------------------------------------------------------------------------------- out

void Session::begin_part(const FrameRange& frames, const FrameRange& run, std::string fingerprint) {
    check_range(run);
    check_range(frames);
    if (!run.contains(frames.low) || !run.contains(frames.high))
        fail(EINVAL, "frames ", frames.low, " to ", frames.high, " are no part of frames ", run.low, " to ", run.high);
    if (find_malformed_utf8(fingerprint) != fingerprint.npos) fail(EINVAL, "the part's fingerprint is no UTF-8 text");
    const std::lock_guard lock(mutex_);
    check_untouched("a part");
    share_.emplace(Share{frames, run, std::move(fingerprint), std::nullopt, std::nullopt});
}

/// Pictures must come without a gap, so that each finds its neighbours. Needs the lock.
void Session::check_place_in_part(unsigned index) const {
    if (share_->next) {
        if (index != *share_->next)
            fail(EINVAL, "frame ", index, ": a part's pictures come in order, and frame ", *share_->next, " is next");
        return;
    }
    const unsigned latest = before(share_->frames.low, share_->overlap() + lookback());
    if (index > latest)
        fail(EINVAL, "frame ", index, ": the part of frames ", share_->frames.low, " to ", share_->frames.high,
             " needs the pictures from frame ", latest, " on");
}

/// All frames of a part have the same columns, and nothing beside their Sums. Needs the lock.
void Session::check_fit_for_part(const PictureFormat& format) const {
    if (format_)
        fail(EINVAL, "extractor '", unplanned_.front()->metric().name,
             "' was registered after the first picture of a part; register all of them before");
    for (const Registration* registration : unplanned_)
        if (const Metric& metric = registration->metric();
            metric.artefact_size && metric.artefact_size(registration->options(), scored(format)))
            fail(EINVAL, "extractor '", metric.name,
                 "' leaves files beside its scores (heatmaps), which parts don't hold; leave that option out, or score "
                 "in one run");
}

/// The plan is complete: a part has the same columns in all its frames. Needs the lock.
void Session::start_part(const Plan& plan, const PictureFormat& format) {
    PartHeader header;
    header.version = library_version();
    header.format = format;
    header.scored_depth = scored(format).bpc;
    header.subsample = subsample_;
    header.range = range_;
    header.run = share_->run;
    header.frames = share_->frames;
    header.overlap = share_->overlap();
    header.fingerprint = share_->fingerprint;
    for (const Plan::Slot& slot : plan.slots) {
        const Metric& metric = slot.registration->metric();
        header.columns.push_back(
            {std::string(metric.name), slot.registration->options().describe(), metric.sums_size, slot.every_frame});
    }
    share_->part.emplace(std::move(header));
}

/// Needs the lock.
void Session::keep_sums(const Frame& frame) {
    Part& part = *share_->part;
    if (frame.index != part.next() || !part.header().stores(frame.index)) return;
    std::vector<std::byte> record;
    record.reserve(part.header().record_size(frame.index));
    for (const Plan::Slot& slot : frame.plan->slots) {
        if (!frame.sampled && !slot.every_frame) continue;
        const auto sums = std::span(frame.sums).subspan(slot.sums_offset, slot.registration->metric().sums_size);
        record.insert(record.end(), sums.begin(), sums.end());
    }
    part.add(record);
}

void Session::write_part(const std::string& path) {
    const std::lock_guard lock(mutex_);
    if (!share_) fail(EINVAL, "no part was begun");
    if (!ended_) fail(EINVAL, "the part is written when the stream has ended: flush the context first");
    const unsigned next = share_->part->next(), last = share_->frames.high;
    if (next <= last)
        fail(EINVAL, "the part is not complete: frames ", next, " to ", last,
             " were not read; the videos may have ended");
    share_->part->write(path);
}

// ---------------------------------------------------------------------------------------------- in

/// What the client must set up as it was where the parts were made. Needs the lock.
void Session::check_settings(const NamedPart& part) const {
    const PartHeader& header = part.header;
    const std::string version = library_version();
    if (header.version != version)
        fail(EINVAL, "the part '", part.path, "' was written by version ", header.version, " of the library, this is ",
             version, "; the Sums of another version are not understood: use that one, or score the frames again");
    if (header.subsample != subsample_)
        fail(EINVAL, "the part '", part.path, "' has every ", header.subsample, ". frame, the context takes every ",
             subsample_, ".; give both the same n_subsample");
    if (header.scored_depth != scored(header.format).bpc)
        fail(EINVAL, "the part '", part.path, "' was scored at ", header.scored_depth, " bits, the context scores at ",
             scored(header.format).bpc, "; give both the same least depth");
    if (!(header.range == range_))
        fail(EINVAL, "the part '", part.path, "' is of a run that scores frames ", header.range.low, " to ",
             header.range.high, ", the context scores ", range_.low, " to ", range_.high,
             "; give both the same range of frames");
}

/// Slots for all registrations, whose Sums lie as in a record of a frame with all of them. Needs the lock.
std::shared_ptr<const Plan> Session::plan_of_parts(const PartHeader& header) {
    auto plan = std::make_shared<Plan>();
    const PictureFormat format = scored(header.format);
    for (const auto& registration : registrations_) {
        const Metric& metric = registration->metric();
        if (metric.check) metric.check(registration->options(), format);
        const std::string options = registration->options().describe();
        const auto column = std::ranges::find_if(
            header.columns, [&](const PartColumn& c) { return c.metric == metric.name && c.options == options; });
        if (column == header.columns.end() || column->sums_size != metric.sums_size)
            fail(EINVAL, "the parts lack feature '", scores_.collector().name(registration->column(0)),
                 "': extractor '", metric.name, "'", options.empty() ? "" : " with ", options,
                 " was not registered where they were made; have it scored there, from the videos");
        Plan::Slot slot = make_slot(*registration, format, !range_.all());
        slot.every_frame = column->every_frame;
        slot.sums_offset = plan->sums_size;
        slot.column = static_cast<size_t>(column - header.columns.begin());
        plan->sums_size += metric.sums_size;
        plan->slots.push_back(std::move(slot));
    }
    return plan;
}

void Session::read_parts(const std::vector<std::string>& paths) {
    const auto begun = std::chrono::steady_clock::now();
    std::vector<NamedPart> parts;
    for (const std::string& path : paths) parts.push_back({path, read_part_header(path)});
    Lock lock(mutex_);
    check_untouched("reading parts");
    arrange(parts);
    check_settings(parts.front());
    const PartHeader& header = parts.front().header;
    plan_ = plan_of_parts(header);
    format_ = header.format;
    first_read_ = begun;
    from_parts_ = true;
    for (const Registration* registration : std::exchange(unplanned_, {})) warn_about(*registration);
    try {
        score_parts(lock, parts);
    } catch (...) {
        failure_ = std::current_exception();
        throw;
    }
}

/// Holds no more parts in memory than share a frame.
void Session::score_parts(Lock& lock, const std::vector<NamedPart>& parts) {
    struct Held {
        const NamedPart* named;
        Part part;
    };
    std::vector<Held> held;
    unsigned next = parts.front().header.run.low;
    for (const NamedPart& named : parts) {
        Part part = Part::read(named.path);
        if (!(part.header().frames == named.header.frames))
            fail(EINVAL, "the part '", named.path, "' changed while it was read");
        const unsigned first = part.header().first_stored();
        std::erase_if(held, [&](const Held& other) { return other.part.header().frames.high < first; });
        for (const Held& other : held) check_overlap(other.part, other.named->path, part, named.path);
        for (; next <= part.header().frames.high; next++) score_record(lock, part, next);
        held.push_back({&named, std::move(part)});
    }
}

void Session::score_record(Lock& lock, const Part& part, unsigned index) {
    Frame frame;
    frame.index = index;
    frame.sampled = part.header().sampled(index);
    frame.plan = plan_;
    frame.sums.resize(plan_->sums_size);
    const auto record = part.record(index);
    for (const Plan::Slot& slot : plan_->slots) {
        if (!frame.sampled && !slot.every_frame) continue;
        const auto sums =
            record.subspan(part.header().offset(slot.column, index), slot.registration->metric().sums_size);
        std::ranges::copy(sums, frame.sums.begin() + static_cast<ptrdiff_t>(slot.sums_offset));
    }
    read_.insert(index);
    read_count_++;
    score_frame(frame);
    scores_.touch();
    handlers_.predict();
    notify(lock);
}

}  // namespace vmaf
